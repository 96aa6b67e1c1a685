"""Makes a backup: a copy of the database at one moment, the sealed uploads, and what they should amount to."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from qisong.config.backup.manifest import Manifest
from qisong.seals.keys import Keyring
from qisong.seals.streams import SealingWriter
from qisong.words.text import refuse

DATABASE, MANIFEST, UPLOADS = "database.sqlite3", "manifest.json", "uploads"
PATTERN = "qisong-*.backup"
WORK = "backup-work-"
ABANDONED = 3600.0  # seconds; nothing here takes as long
# More would take several times as long for a tenth less.
COMPRESSION = 3


def write_backup(folder: Path, now: datetime) -> Path:
    """One sealed file in ``folder``; people may go on working. It bears its name only when it is whole."""
    require_embedded()
    try:
        return written(folder, now)
    except (OSError, sqlite3.Error) as error:
        raise refuse(
            "not-written",
            "没有做成备份：{error}。请看 {folder} 能不能写、磁盘还有没有空间。",
            "No backup was made: {error}. See whether {folder} can be written to and the disk has room.",
            folder=folder,
            error=error,
        ) from error


def written(folder: Path, now: datetime) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with workroom() as work:
        copy = copy_database(work / DATABASE)
        files = list(upload_files())
        manifest = Manifest.of(copy, len(files), now)
        target = folder / f"qisong-{manifest.code}-{now:%Y%m%d-%H%M%S}.backup"
        draft = target.with_suffix(".draft")
        try:
            seal_into(draft, manifest, copy, files)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return target


@contextmanager
def workroom() -> Iterator[Path]:
    """A folder beside the data that is gone afterwards, and with it what somebody who was killed left behind."""
    for left in Path(settings.DATA_DIR).glob(f"{WORK}*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=WORK, dir=settings.DATA_DIR) as folder:
        yield Path(folder)


def require_embedded() -> None:
    if connection.vendor != "sqlite":
        raise refuse(
            "not-embedded",
            "PostgreSQL 的备份请用 pg_dump，恢复用 pg_restore；另外保存数据目录里的 uploads 和 master.key。",
            "Back PostgreSQL up with pg_dump and restore it with pg_restore; keep uploads and master.key of the data "
            "directory, too.",
        )


def copy_database(target: Path) -> Path:
    """The database as it stands at one moment. Taken in a single step it neither waits for writers nor halts them."""
    source = settings.DATABASES["default"]["NAME"]
    with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def upload_files() -> Iterator[Path]:
    """Uploads as they are kept: sealed, and named by what is in them."""
    folder = Path(settings.DATA_DIR) / UPLOADS
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith("incoming-"))


def seal_into(draft: Path, manifest: Manifest, database: Path, files: list[Path]) -> None:
    keyring = Keyring.of(settings.DATA_DIR)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:  # noqa: PTH123 - of a descriptor
        with (
            SealingWriter(keyring, target) as sealed,
            gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=COMPRESSION) as packed,
            tarfile.open(fileobj=packed, mode="w|") as archive,
        ):
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(manifest.to_json())
            archive.addfile(entry, io.BytesIO(manifest.to_json()))
            archive.add(database, DATABASE)
            for file in files:
                with suppress(FileNotFoundError):  # expired meanwhile
                    archive.add(file, file.relative_to(settings.DATA_DIR).as_posix())
        target.flush()
        os.fsync(target.fileno())
