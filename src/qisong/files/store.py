"""Files named by the SHA-256 of their content under one directory; what a person called them is never a path.

A file is written beside the others, flushed and renamed, so that a reader or a power cut meets all of it or nothing.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 2**20
DIGEST = re.compile(r"[0-9a-f]{64}")


class Seal(Protocol):
    """Closes and opens whole contents; ``place`` is the digest the content is kept under."""

    def close(self, plain: bytes, place: str) -> bytes: ...
    def open(self, sealed: bytes, place: str) -> bytes: ...


class Store:
    def __init__(self, root: Path, seal: Seal | None = None) -> None:
        """With a ``seal`` every content is held sealed, and passes through memory whole."""
        self.root = root
        self.seal = seal

    def put(self, content: bytes | BinaryIO) -> str:
        """Keeps the content and returns its digest; content already kept is not kept twice."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix="incoming-", dir=self.root)
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                digest = self._write(stream, content)
                stream.flush()
                os.fsync(stream.fileno())
            self._settle(draft, self.path(digest))
        finally:
            draft.unlink(missing_ok=True)
        return digest

    def open(self, digest: str) -> BinaryIO:
        """A stream of the plain content, to be closed; raises ``FileNotFoundError`` for what is not kept."""
        file = self.path(digest)
        return file.open("rb") if self.seal is None else io.BytesIO(self.seal.open(file.read_bytes(), digest))

    def delete(self, digest: str) -> None:
        """Deleting what is gone is no error: an expiry may run twice."""
        file = self.path(digest)
        file.unlink(missing_ok=True)
        with suppress(OSError):  # others may share the folder
            file.parent.rmdir()

    def __contains__(self, digest: str) -> bool:
        return self.path(digest).exists()

    def path(self, digest: str) -> Path:
        """Raises ``ValueError`` for anything that is not a digest: it may come from outside."""
        if not DIGEST.fullmatch(digest):
            raise ValueError("不是内容编号 / not a content digest")
        return self.root / digest[:2] / digest[2:]

    def _write(self, stream: BinaryIO, content: bytes | BinaryIO) -> str:
        digest = hashlib.sha256()
        pieces: list[bytes] = []
        for piece in chunks(content):
            digest.update(piece)
            if self.seal is None:
                stream.write(piece)
            else:
                pieces.append(piece)
        if self.seal is not None:
            stream.write(self.seal.close(b"".join(pieces), digest.hexdigest()))
        return digest.hexdigest()

    def _settle(self, draft: Path, file: Path) -> None:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        draft.replace(file)
        flush_directory(file.parent)


def chunks(content: bytes | BinaryIO) -> Iterator[bytes]:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    while piece := stream.read(CHUNK):
        yield piece


def flush_directory(directory: Path) -> None:
    """The rename itself must survive a power cut; Windows neither needs nor allows this."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
