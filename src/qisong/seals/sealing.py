"""Seals one value for one place, so that it cannot be read, changed or moved: ``v1.<key id>.<base64url>``.

The version names the suite. A second one (SM4-GCM) joins by an entry in ``SUITES``; values of the first stay readable.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from qisong.seals.keys import Keyring


class Cipher(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class Suite(NamedTuple):
    cipher: Callable[[bytes], Cipher]  # takes the 32-byte data key
    nonce_bytes: int


SUITES: dict[str, Suite] = {"v1": Suite(AESGCMSIV, 12)}
CURRENT = "v1"


class SealBrokenError(Exception):
    """A sealed value is damaged, was moved to another place, or its key is not on this site."""


def seal(keyring: Keyring, plain: str | bytes, *, place: str) -> str:
    """``place`` is ``table|column|row id``; it must be given again, the same, to unseal."""
    data = plain.encode() if isinstance(plain, str) else plain
    nonce = os.urandom(SUITES[CURRENT].nonce_bytes)
    closed = cipher(keyring, CURRENT, keyring.current).encrypt(nonce, data, place.encode())
    return f"{CURRENT}.{keyring.current}.{urlsafe_b64encode(nonce + closed).decode()}"


def unseal(keyring: Keyring, sealed: str, *, place: str) -> str:
    """The text that was sealed for ``place``; raises ``SealBrokenError``."""
    return unseal_bytes(keyring, sealed, place=place).decode()


def unseal_bytes(keyring: Keyring, sealed: str, *, place: str) -> bytes:
    try:
        version, key_id, payload = sealed.split(".")
        raw, size = urlsafe_b64decode(payload), SUITES[version].nonce_bytes
        return cipher(keyring, version, key_id).decrypt(raw[:size], raw[size:], place.encode())
    except (InvalidTag, KeyError, ValueError) as error:
        raise SealBrokenError(
            f"{place}：密文损坏、被挪动或缺密钥。 / {place}: sealed value damaged or moved, or its key is absent.",
        ) from error


@lru_cache(maxsize=64)
def cipher(keyring: Keyring, version: str, key_id: str) -> Cipher:
    # Kept: setting up the key costs more than sealing an identity number.
    return SUITES[version].cipher(keyring.data_key(key_id))
