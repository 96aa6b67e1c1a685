"""Opens a backup into a folder and says whether it is whole: the only proof that it can be restored."""

from __future__ import annotations

import io
import re
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.utils import load_backend

from qisong.config.backup.manifest import FORMAT, Manifest, last_of_journal, rows_by_table
from qisong.config.backup.writing import DATABASE, MANIFEST
from qisong.config.environment import embedded
from qisong.org.journal import broken_links
from qisong.seals.keys import Keyring
from qisong.seals.sealing import SealBrokenError
from qisong.seals.streams import opened
from qisong.words.text import Text, refuse

COPY = "copy"  # the alias under which a restored database is looked at
# All that a backup of ours holds; anything else has no place in the data directory.
EXPECTED = re.compile(r"manifest\.json|database\.sqlite3|uploads/[0-9a-f/]+")
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


def faults(folder: Path, manifest: Manifest) -> list[Text]:
    """What is wrong with an unpacked backup; empty when it can be relied upon."""
    try:
        return examined(folder, manifest)
    except sqlite3.DatabaseError:
        return [DAMAGED]


def examined(folder: Path, manifest: Manifest) -> list[Text]:
    found = []
    with closing(sqlite3.connect(folder / DATABASE)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return [DAMAGED]
        if copy.execute("PRAGMA foreign_key_check").fetchone():
            found.append(LOOSE)
        rows = rows_by_table(copy)
        uneven = sorted(name for name in rows.keys() | manifest.tables if rows.get(name) != manifest.tables.get(name))
        if uneven:
            found.append(UNEVEN.format(tables=", ".join(uneven)))
        if last_of_journal(copy) != (manifest.seq, manifest.hash):
            found.append(OTHER_HEAD)
    with looked_at(folder / DATABASE):
        if broken := broken_links(using=COPY):
            found.append(BROKEN_CHAIN.format(seq=broken[0]))
    return found


@contextmanager
def looked_at(database: Path) -> Iterator[None]:
    """The models of ``database`` can be read by the alias ``copy``."""
    told = connections.configure_settings({"default": embedded(database)})["default"]
    connections[COPY] = load_backend(told["ENGINE"]).DatabaseWrapper(told, COPY)
    try:
        yield
    finally:
        connections[COPY].close()
        del connections[COPY]


DAMAGED = Text("数据库文件损坏。", "The database file is damaged.")
LOOSE = Text("数据库里有互相对不上的行。", "The database holds rows that point nowhere.")
UNEVEN = Text("行数与备份时不同：{tables}。", "Other numbers of rows than when it was made: {tables}.")
OTHER_HEAD = Text("日志的最后一条与备份时不同。", "The journal ends otherwise than when it was made.")
BROKEN_CHAIN = Text("日志从第 {seq} 条起对不上。", "The journal does not hold together from row {seq} on.")
