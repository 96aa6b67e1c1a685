"""The embedded database: copied in a single step while people work, brought back by a rename."""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from qisong.config.backup.engines import Proof, faults_of_chain, looked_at
from qisong.config.backup.manifest import Contents, Manifest
from qisong.config.environment import embedded
from qisong.files.store import flush_directory
from qisong.words.text import Text

FILE = "database.sqlite3"


def database_file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def take(copy: Path) -> Contents:
    """Taken in a single step the copy neither waits for writers nor halts them."""
    with closing(sqlite3.connect(database_file(), timeout=60)) as live, closing(sqlite3.connect(copy)) as target:
        live.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")
        county, code = target.execute("SELECT name, code FROM org_site").fetchone()
        return Contents(county, code, *last_of_journal(target), rows_by_table(target))


def rows_by_table(database: sqlite3.Connection) -> dict[str, int]:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()}  # noqa: S608 - names of our own tables


def last_of_journal(database: sqlite3.Connection) -> tuple[int, str]:
    found = database.execute("SELECT seq, hash FROM org_journal ORDER BY seq DESC LIMIT 1").fetchone()
    return found or (0, "")


def prove(copy: Path, manifest: Manifest) -> Proof:
    try:
        return Proof(examined(copy, manifest), OPENED)
    except sqlite3.DatabaseError:
        return Proof([DAMAGED], OPENED)


def examined(copy: Path, manifest: Manifest) -> list[Text]:
    with closing(sqlite3.connect(copy)) as database:
        if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return [DAMAGED]
        found = [LOOSE] if database.execute("PRAGMA foreign_key_check").fetchone() else []
        found += manifest.unlike(rows_by_table(database), *last_of_journal(database))
    with looked_at(embedded(copy)):
        return found + faults_of_chain()


def holds_data() -> bool:
    return database_file().exists()


def bring_in(copy: Path, now: datetime) -> None:
    """Killed at any moment it leaves the old data, or the new, or, between two renames, the old in ``replaced-…``."""
    connection.close()
    file = database_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    renew(copy)
    # A rename needs the copy on the database's own disk, which need not be that of the data directory.
    draft = file.with_name(f"{file.name}.draft")
    shutil.move(copy, draft)
    flush(draft)
    put_aside(file, now)
    draft.rename(file)
    flush_directory(file.parent)


def migrate() -> None:
    """A copy is brought up to date and then takes the file's place, so that a failure or a kill touches nothing."""
    connection.close()
    file = database_file()
    draft = file.with_name(f"{file.name}.draft")
    clear(draft)
    try:
        with held(file):
            take(draft)
            with standing_on(draft):
                call_command("migrate", interactive=False, verbosity=0)
            require_sound(draft)
        draft.rename(file)
        flush_directory(file.parent)
    finally:
        clear(draft)


def clear(draft: Path) -> None:
    for left in draft.parent.glob(f"{draft.name}*"):
        left.unlink()


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Nobody else writes to ``file`` meanwhile, and afterwards no log stands beside it."""
    with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        before = database.execute("PRAGMA data_version").fetchone()
        database.execute("ROLLBACK")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if database.execute("PRAGMA data_version").fetchone() != before:
            raise sqlite3.OperationalError("somebody else wrote to the database")


@contextmanager
def standing_on(file: Path) -> Iterator[None]:
    """The site's own connection is to ``file``; steps of an upgrade need not know that it is a copy."""
    own = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def require_sound(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        if database.execute("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.IntegrityError(LOOSE.both)
    flush(file)


def renew(copy: Path) -> None:
    """Readers of the journal start anew, and nobody is signed in who was when the backup was made."""
    with closing(sqlite3.connect(copy)) as database:
        database.execute("UPDATE org_clock SET store_epoch = ?", [uuid.uuid4().hex])
        database.execute("DELETE FROM django_session")
        database.commit()
        database.execute("PRAGMA journal_mode=DELETE")


def put_aside(file: Path, now: datetime) -> None:
    """What was last written may still stand in the log beside the file, and must not be taken for the new one's."""
    if file.exists():
        settle_log(file)
        aside = file.parent / f"replaced-{now:%Y%m%d-%H%M%S}"
        aside.mkdir(mode=0o700, exist_ok=True)
        file.rename(aside / file.name)


def settle_log(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def flush(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())


OPENED = Text(
    "已解开，逐项查过数据库文件、外键、行数和日志。",
    "It was unpacked, and its database file, foreign keys, numbers of rows and journal examined.",
)
DAMAGED = Text("数据库文件损坏。", "The database file is damaged.")
LOOSE = Text("数据库里有互相对不上的行。", "The database holds rows that point nowhere.")
