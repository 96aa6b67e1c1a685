"""The master keys of a site, kept outside its database, and the keys derived from them.

The key file has one line ``<key id>:<base64 of 32 bytes>`` per master key, oldest first. New values are sealed under
the last; the blind-index and journal keys come from the first, so that adding a key breaks neither search nor chain.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
KEY_FILE = "master.key"
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


class KeyringError(Exception):
    """The master keys are missing, malformed or readable by others. The message is in Chinese and English."""


class Keyring:
    def __init__(self, masters: Mapping[str, bytes]) -> None:
        """``masters``: key id → 32 bytes, oldest first."""
        if not masters:
            raise KeyringError("主密钥为空，请从备份恢复密钥文件。 / There is no master key; restore the key file.")
        self._masters = dict(masters)
        self.first, self.current = next(iter(masters)), list(masters)[-1]

    @classmethod
    def of(cls, directory: Path) -> Keyring:
        """The keys of the site whose data stand in ``directory``, read once a process."""
        return kept(directory)

    @classmethod
    def open(cls, directory: Path, environ: Mapping[str, str] = os.environ) -> Self:
        """The keys in ``QISONG_MASTER_KEY``, or in the file ``QISONG_MASTER_KEY_FILE`` names, or in ``directory``.

        Only the last is made on first use: a key that an operator names and that is absent is an error.
        """
        if given := environ.get("QISONG_MASTER_KEY"):
            return cls(parse(given))
        if named := environ.get("QISONG_MASTER_KEY_FILE"):
            return cls(parse(read(Path(named))))
        return cls(parse(read(created(directory / KEY_FILE))))

    def data_key(self, key_id: str) -> bytes:
        """Raises ``KeyError`` for a key this site does not hold."""
        return self._derive(key_id, "data")

    @cached_property
    def index_key(self) -> bytes:
        return self._derive(self.first, "blind index")

    @cached_property
    def journal_key(self) -> bytes:
        return self._derive(self.first, "journal")

    def stream_key(self, key_id: str, salt: bytes) -> bytes:
        """The key of one stream, told from all others by its salt; raises ``KeyError`` as ``data_key`` does."""
        return self._derive(key_id, "stream", salt)

    def _derive(self, key_id: str, use: str, salt: bytes | None = None) -> bytes:
        info = f"qisong {use} {key_id}".encode()
        return HKDF(SHA256(), KEY_BYTES, salt=salt, info=info).derive(self._masters[key_id])


@lru_cache(maxsize=8)
def kept(directory: Path) -> Keyring:
    return Keyring.open(directory)


def parse(text: str) -> dict[str, bytes]:
    """Key id → key, from the lines of a key file; the order of the lines is kept."""
    masters: dict[str, bytes] = {}
    for line in text.split():
        key_id, _, encoded = line.partition(":")
        key = decode(encoded)
        if not KEY_ID.fullmatch(key_id) or key_id in masters or len(key) != KEY_BYTES:
            raise KeyringError(
                "主密钥每行应为“编号：32字节的base64”，编号不重复。"
                " / Each master key line must read <key id>:<base64 of 32 bytes>, no id twice.",
            )
        masters[key_id] = key
    return masters


def decode(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, altchars=b"-_", validate=True)
    except binascii.Error:
        return b""


def new_line(key_id: str) -> str:
    """A line with a new random master key: the whole of a first key file, or to be added to one."""
    return f"{key_id}:{base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"


def created(file: Path) -> Path:
    """``file``, made with a new key if absent. Linked into place whole: two processes may start at once."""
    if file.exists():
        return file
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(new_line("k1"))
        stream.flush()
        os.fsync(stream.fileno())
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
    return file


def read(file: Path) -> str:
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise KeyringError(
                f"{file}：主密钥文件不得让他人读取，请执行 chmod 600。"
                f" / {file}: others may read the master key file; run chmod 600 on it.",
            )
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyringError(f"{file}：读不出主密钥。 / {file}: the master key cannot be read.") from error
