"""Opens a backup into a folder; damaged or sealed by another site it does not open."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from qisong.config.backup.manifest import FORMAT, Manifest
from qisong.config.backup.writing import MANIFEST
from qisong.seals.keys import Keyring
from qisong.seals.sealing import SealBrokenError
from qisong.seals.streams import opened
from qisong.words.text import refuse

# All that a backup of ours holds; anything else has no place in the data directory.
EXPECTED = re.compile(r"manifest\.json|database\.(?:sqlite3|pgdump)|uploads/[0-9a-f/]+")
PIECE = 2**20


class Blocks(io.RawIOBase):
    """Blocks that come one after another, read as a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            if (block := next(self._blocks, None)) is None:
                return 0
            self._rest = block
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def unpack(backup: Path, folder: Path) -> Manifest:
    """Everything in ``backup``, laid out in ``folder``; refuses one that is damaged or sealed by another site."""
    try:
        with backup.open("rb") as source:
            stream = io.BufferedReader(Blocks(opened(Keyring.of(settings.DATA_DIR), source)))
            with tarfile.open(fileobj=stream, mode="r|gz") as archive:
                for entry in archive:
                    lay(archive, entry, folder)
            while stream.read(PIECE):  # to the last block, without which nothing before it counts
                pass
        manifest = Manifest.from_json((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise refuse(
            "unreadable",
            "{file}：读不出。{error}",
            "{file}: cannot be read. {error}",
            file=backup,
            error=error.strerror or error,
        ) from error
    except (SealBrokenError, tarfile.TarError, EOFError, ValueError, TypeError) as error:
        raise refuse(
            "backup-broken",
            "{file}：打不开。文件损坏、不完整，或者不是用这里的 master.key 封的；"
            "换机器恢复，请先把原来的 master.key 放到 {folder}。",
            "{file}: does not open. It is damaged, incomplete, or not sealed with the master.key of this place; to "
            "restore on another machine first put the old master.key into {folder}.",
            file=backup,
            folder=settings.DATA_DIR,
        ) from error
    if manifest.format != FORMAT:
        raise refuse(
            "other-format",
            "{file}：由 {version} 版做的备份，本版本读不了。请用那个版本恢复，再升级。",
            "{file}: made by version {version}, which this one cannot read. Restore with that version, then upgrade.",
            file=backup,
            version=manifest.version,
        )
    return manifest


def lay(archive: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    content = archive.extractfile(entry)
    if content is None or not EXPECTED.fullmatch(entry.name):
        raise tarfile.ReadError(entry.name)
    file = folder / entry.name
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("wb") as target:
        while piece := content.read(PIECE):
            target.write(piece)
    file.chmod(0o600)
