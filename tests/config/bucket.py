"""A bucket in a thread: holds objects and takes no request whose signature does not fit the key."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit

KEY, SECRET, REGION = "fictional-key", "fictional-secret", "cn-test-1"
LISTING = "<ListBucketResult><KeyCount>{count}</KeyCount>{keys}</ListBucketResult>"


class Bucket(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.spoils = False  # keeps something else than it was given

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.is_signed(body):
            self.server.objects[self.key] = body[:-1] + b"?" if self.server.spoils else body
            self.answer(200)

    def do_GET(self) -> None:
        if self.is_signed(b""):
            query = dict(parse_qsl(urlsplit(self.path).query))
            if "list-type" in query:
                keys = [key for key in sorted(self.server.objects) if key.startswith(query.get("prefix", ""))]
                told = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
                self.answer(200, LISTING.format(count=len(keys), keys=told).encode())
            else:
                self.answer(200, self.server.objects[self.key])

    def do_DELETE(self) -> None:
        if self.is_signed(b""):
            self.server.objects.pop(self.key)
            self.answer(204)

    @property
    def key(self) -> str:
        return urlsplit(self.path).path.split("/", 2)[2]

    def is_signed(self, body: bytes) -> bool:
        """Version 4 of the signature, computed anew from what came in."""
        fields = dict(part.strip().split("=", 1) for part in self.headers["Authorization"].partition(" ")[2].split(","))
        key, day, region, service, end = fields["Credential"].split("/")
        parts, told = urlsplit(self.path), self.headers["x-amz-content-sha256"]
        query = sorted(parse_qsl(parts.query, keep_blank_values=True))
        canonical = [
            self.command,
            parts.path,
            "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query),
            *(f"{name}:{self.headers[name].strip()}" for name in fields["SignedHeaders"].split(";")),
            "",
            fields["SignedHeaders"],
            told,
        ]
        scope = f"{day}/{region}/{service}/{end}"
        request = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
        text = "\n".join(["AWS4-HMAC-SHA256", self.headers["x-amz-date"], scope, request])
        signing = f"AWS4{SECRET}".encode()
        for part in (day, region, service, end, text):
            signing = hmac.digest(signing, part.encode(), "sha256")
        whole = told in {hashlib.sha256(body).hexdigest(), "UNSIGNED-PAYLOAD"}
        fits = (key, region, whole, fields["Signature"]) == (KEY, REGION, True, signing.hex())
        if not fits:
            self.answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        return fits

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def serving() -> Iterator[Bucket]:
    bucket = Bucket()
    thread = threading.Thread(target=bucket.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        bucket.shutdown()
        bucket.server_close()
        thread.join()
