"""Brings a backup back: unpacked and proven beside the data, then put in their place by a rename."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from qisong.config.backup.manifest import Manifest
from qisong.config.backup.reading import faults, unpack
from qisong.config.backup.writing import DATABASE, UPLOADS, require_embedded, workroom
from qisong.words.text import Text, refuse

# A parent that serves leaves a heartbeat every half minute.
ALIVE_SECONDS = 90


def verify(backup: Path) -> tuple[Manifest, list[Text]]:
    """Restore into a folder that is thrown away: what the backup holds, and what is wrong with it."""
    with workroom() as work:
        manifest = unpack(backup, work)
        return manifest, faults(work, manifest)


def restore(backup: Path, *, replace: bool, now: datetime) -> Manifest:
    """The site as ``backup`` has it. What stands here is refused, or with ``replace`` put aside and kept.

    Killed at any moment it leaves the old data, or the new, or, between two renames, the old ones in the folder
    ``replaced-…`` and nothing in their place; then it is run again.
    """
    require_embedded()
    database = Path(settings.DATABASES["default"]["NAME"])
    require_room(database, replace=replace)
    connection.close()
    with workroom() as work:
        manifest = unpack(backup, work)
        if wrong := faults(work, manifest):
            raise refuse("backup-broken", wrong[0].zh, wrong[0].en)
        renew(work / DATABASE)
        put_aside([database, settings.DATA_DIR / UPLOADS], now)
        if (work / UPLOADS).exists():
            (work / UPLOADS).rename(settings.DATA_DIR / UPLOADS)
        (work / DATABASE).rename(database)
        settle(database.parent)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def require_room(database: Path, *, replace: bool) -> None:
    if database.exists() and not replace:
        raise refuse(
            "has-data",
            "{folder} 里已经有数据，没有恢复。换一个空目录（QISONG_DATA），或加 --replace：现有数据会移到一边保存。",
            "{folder} holds data already; nothing was restored. Name an empty directory (QISONG_DATA), or add "
            "--replace, which puts the present data aside.",
            folder=settings.DATA_DIR,
        )
    heartbeat = Path(settings.DATA_DIR) / "heartbeat"
    if heartbeat.exists() and time.time() - heartbeat.stat().st_mtime < ALIVE_SECONDS:
        raise refuse(
            "being-served",
            "网站还在运行（或一分半钟以内刚停）。请先停下 qisong serve，过一分半钟再恢复。",
            "The site is being served, or was a minute and a half ago. Stop qisong serve, wait that long, and then "
            "restore.",
        )


def renew(database: Path) -> None:
    """Readers of the journal start anew, and nobody is signed in who was when the backup was made."""
    with closing(sqlite3.connect(database)) as copy:
        copy.execute("UPDATE org_clock SET store_epoch = ?", [uuid.uuid4().hex])
        copy.execute("DELETE FROM django_session")
        copy.commit()
        copy.execute("PRAGMA journal_mode=DELETE")
    with database.open("rb") as file:
        os.fsync(file.fileno())


def put_aside(things: list[Path], now: datetime) -> None:
    aside = settings.DATA_DIR / f"replaced-{now:%Y%m%d-%H%M%S}"
    for thing in filter(Path.exists, things):
        aside.mkdir(mode=0o700, exist_ok=True)
        if thing.is_file():
            # What was last written may still stand in the log beside it.
            with closing(sqlite3.connect(thing)) as old:
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        thing.rename(aside / thing.name)


def settle(folder: Path) -> None:
    """A rename that lasts through a power cut."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
