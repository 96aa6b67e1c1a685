"""The files handed in for an import, kept sealed until they expire."""

from __future__ import annotations

from django.conf import settings

from qisong.files.store import Store
from qisong.roster.secrets import keyring
from qisong.seals.sealing import seal, unseal_bytes


class UploadSeal:
    def close(self, plain: bytes, place: str) -> bytes:
        return seal(keyring(), plain, place=f"roster_upload|content|{place}").encode()

    def open(self, sealed: bytes, place: str) -> bytes:
        return unseal_bytes(keyring(), sealed.decode(), place=f"roster_upload|content|{place}")


def uploads() -> Store:
    return Store(settings.DATA_DIR / "uploads", UploadSeal())


def content_of(digest: str) -> bytes:
    with uploads().open(digest) as stream:
        return stream.read()
