"""Seals a short file for whoever knows a passphrase: for another site, which has none of this site's keys.

A line that names the form, 16 bytes of salt, 12 of nonce, then the content under a key that scrypt makes of the
passphrase (AES-256-GCM, which holds the line and the salt, too).
"""

from __future__ import annotations

import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from qisong.seals.sealing import SealBrokenError

FORM = b"qisong-locked-1\n"
SALT, NONCE = 16, 12
# 32 MiB and about a tenth of a second for each guess.
COST = {"n": 2**15, "r": 8, "p": 1}
# No 0 or O, 1 or I or L: it is read out over the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class NotLockedError(Exception):
    """This is no file that a passphrase opens."""


def new_passphrase() -> str:
    """Three groups of four characters, 59 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def locked(content: bytes, passphrase: str) -> bytes:
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    return FORM + salt + nonce + cipher(passphrase, salt).encrypt(nonce, content, FORM + salt)


def unlocked(file: bytes, passphrase: str) -> bytes:
    """Raises ``NotLockedError`` for another kind of file, ``SealBrokenError`` for a wrong passphrase or change."""
    if not file.startswith(FORM) or len(file) < len(FORM) + SALT + NONCE:
        raise NotLockedError
    head, rest = file[: len(FORM) + SALT], file[len(FORM) + SALT :]
    try:
        return cipher(passphrase, head[len(FORM) :]).decrypt(rest[:NONCE], rest[NONCE:], head)
    except InvalidTag as error:
        raise SealBrokenError("口令不对，或文件被改动。 / Wrong passphrase, or the file was changed.") from error


def cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, **COST).derive(passphrase.encode()))
