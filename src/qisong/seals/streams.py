"""Seals what is too long for memory, block by block: changed, moved, repeated or cut off, it does not open.

A line ``qisong-stream-1 <key id>``, 16 bytes of salt, then blocks of one MiB and a tag each, under a key of this
stream alone (AES-256-GCM). A block's nonce is its number and whether it is the last, so that none can stand in for
another.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BufferedIOBase
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qisong.seals.keys import Keyring
from qisong.seals.sealing import SealBrokenError

FORMAT = "qisong-stream-1"
BLOCK, TAG, SALT = 2**20, 16, 16
LONGEST_HEAD = 64


class SealingWriter(BufferedIOBase):
    """What is written here goes sealed to ``target``; only ``close`` makes it whole."""

    def __init__(self, keyring: Keyring, target: BinaryIO) -> None:
        salt = os.urandom(SALT)
        self._target, self._waiting, self._number = target, bytearray(), 0
        self._head = head(keyring.current)
        self._cipher = AESGCM(keyring.stream_key(keyring.current, salt))
        target.write(self._head + salt)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override] # any buffer; here only these come
        self._waiting += data
        # The last block is not known before the end, so one whole block always waits.
        while len(self._waiting) > BLOCK:
            self._seal(bytes(self._waiting[:BLOCK]), last=False)
            del self._waiting[:BLOCK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._waiting), last=True)
        super().close()

    def _seal(self, block: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(nonce(self._number, last=last), block, self._head))
        self._number += 1


def opened(keyring: Keyring, source: BinaryIO) -> Iterator[bytes]:
    """The blocks of a sealed stream; raises ``SealBrokenError`` at the first that is not what was sealed.

    What came before has been given out by then, so nobody may rely upon it until the last block has come.
    """
    first = source.readline(LONGEST_HEAD)
    try:
        form, key_id = first.decode("ascii").split()
        cipher = AESGCM(keyring.stream_key(key_id, source.read(SALT)))
    except (ValueError, KeyError) as error:
        raise broken() from error
    if form != FORMAT:
        raise broken()
    block, number = source.read(BLOCK + TAG), 0
    while block:
        following = source.read(BLOCK + TAG)
        try:
            yield cipher.decrypt(nonce(number, last=not following), block, first)
        except InvalidTag as error:
            raise broken() from error
        block, number = following, number + 1
    if not number:
        raise broken()


def head(key_id: str) -> bytes:
    return f"{FORMAT} {key_id}\n".encode("ascii")


def nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def broken() -> SealBrokenError:
    return SealBrokenError("密文损坏、不完整或缺密钥。 / Sealed data damaged or incomplete, or its key is absent.")
