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
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from qisong.config.backup.engines import own_engine
from qisong.config.backup.manifest import Manifest
from qisong.seals.keys import Keyring
from qisong.seals.streams import SealingWriter
from qisong.words.text import refuse

MANIFEST, UPLOADS = "manifest.json", "uploads"
PATTERN = "qisong-*.backup"
WORK = "backup-work-"
ABANDONED = 3600.0  # seconds; nothing here takes as long
# More would take several times as long for a tenth less.
COMPRESSION = 3


def write_backup(folder: Path, now: datetime) -> Path:
    """One sealed file in ``folder``; people may go on working. It bears its name only when it is whole."""
    try:
        return written(folder, now)
    except (OSError, sqlite3.Error, DatabaseError) as error:
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
        engine = own_engine()
        copy = work / engine.FILE
        contents = engine.take(copy)
        files = list(upload_files())
        manifest = Manifest.of(contents, len(files), now, connection.vendor)
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
            archive.add(database, database.name)
            for file in files:
                with suppress(FileNotFoundError):  # expired meanwhile
                    archive.add(file, file.relative_to(settings.DATA_DIR).as_posix())
        target.flush()
        os.fsync(target.fileno())
