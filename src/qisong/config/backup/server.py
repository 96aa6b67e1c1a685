"""PostgreSQL: dumped from one snapshot by its own program, brought back in one transaction."""

from __future__ import annotations

import re
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from qisong.config.backup.engines import COPY, Proof, faults_of_chain, looked_at
from qisong.config.backup.manifest import Contents, Manifest
from qisong.config.backup.programs import environment, found, run
from qisong.words.text import Refusal, Text

FILE = "database.pgdump"
# Whatever was put aside by an earlier restore stands in a schema of its own and is no part of the site.
SCHEMA = "--schema=public"
PROOF, ABANDONED = "qisong_proof_", 3600  # seconds
COPY_LINE = re.compile(rb'COPY public\."?(\w+)"? \((.*)\) FROM stdin;\n')


def take(copy: Path) -> Contents:
    with one_moment() as (cursor, moment):
        run("pg_dump", "--format=custom", "--compress=0", SCHEMA, f"--snapshot={moment}", f"--file={copy}")
        copy.chmod(0o600)
        return contents(cursor)


@contextmanager
def one_moment() -> Iterator[tuple[CursorWrapper, str]]:
    """A cursor that sees one moment, and the name by which another program sees the same."""
    apart = connection.copy("moment")
    try:
        apart.set_autocommit(False)
        with apart.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor, cursor.fetchone()[0]
    finally:
        apart.close()


def contents(cursor: CursorWrapper) -> Contents:
    cursor.execute("SELECT name, code FROM org_site")
    county, code = cursor.fetchone()
    return Contents(county, code, *last_of_journal(cursor), rows_by_table(cursor))


def rows_by_table(cursor: CursorWrapper) -> dict[str, int]:
    tables = {}
    for name in table_names(cursor):
        cursor.execute(f'SELECT count(*) FROM public."{name}"')  # noqa: S608 - names of our own tables
        tables[name] = cursor.fetchone()[0]
    return tables


def table_names(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def last_of_journal(cursor: CursorWrapper) -> tuple[int, str]:
    cursor.execute("SELECT seq, hash FROM org_journal ORDER BY seq DESC LIMIT 1")
    return cursor.fetchone() or (0, "")


def prove(copy: Path, manifest: Manifest) -> Proof:
    """Restored where that is allowed, read row by row elsewhere; which of the two, the proof says."""
    try:
        return Proof(restored(copy, manifest), RESTORED) if may_restore() else Proof(read(copy, manifest), READ)
    except Refusal as refusal:
        if refusal.code != "program-failed":
            raise
        return Proof([UNREADABLE.format(zh=refusal.text.zh, en=refusal.text.en)], READ)


def may_restore() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def restored(copy: Path, manifest: Manifest) -> list[Text]:
    """Its own rules hold for every row that PostgreSQL takes in, foreign keys among them."""
    with throw_away() as database:
        run("pg_restore", *PLAIN, "--single-transaction", f"--dbname={database}", copy, database=database)
        with looked_at({**connection.settings_dict, "NAME": database}):
            with connections[COPY].cursor() as cursor:
                found_ = manifest.unlike(rows_by_table(cursor), *last_of_journal(cursor))
            return found_ + faults_of_chain()


@contextmanager
def throw_away() -> Iterator[str]:
    """An empty database that is gone afterwards, and with it what somebody who was killed left behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{PROOF}[0-9]+_"])
        for (left,) in cursor.fetchall():
            if time.time() - int(left.split("_")[2]) > ABANDONED:
                cursor.execute(f'DROP DATABASE IF EXISTS "{left}"')
        name = f"{PROOF}{int(time.time())}_{uuid.uuid4().hex[:8]}"
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield name
        finally:
            cursor.execute(f'DROP DATABASE "{name}"')


def read(copy: Path, manifest: Manifest) -> list[Text]:
    """Every row of the dump is unpacked and counted, and the journal's last row compared."""
    command = [found("pg_restore"), "--data-only", *PLAIN, "--file=-", str(copy)]
    with subprocess.Popen(  # noqa: S603 - our own programs
        command, env=environment(None), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as reader:
        assert reader.stdout is not None
        tables, seq, hash_ = counted(reader.stdout)
    return [DAMAGED] if reader.returncode else manifest.unlike(tables, seq, hash_)


def counted(script: IO[bytes] | Iterable[bytes]) -> tuple[dict[str, int], int, str]:
    """The rows of each table in a script of ``COPY`` blocks, and the journal's last number and hash."""
    rows: Counter[str] = Counter()
    table, columns, last = "", [""], (0, "")
    for line in script:
        if not table:
            if begun := COPY_LINE.fullmatch(line):
                table, columns = begun[1].decode(), begun[2].decode().replace('"', "").split(", ")
                rows[table] = 0
        elif line == b"\\.\n":
            table = ""
        else:
            rows[table] += 1
            if table == "org_journal":
                row = dict(zip(columns, line.decode().rstrip("\n").split("\t"), strict=True))
                last = max(last, (int(row["seq"]), row["hash"]))
    return dict(rows), *last


def holds_data() -> bool:
    with connection.cursor() as cursor:
        return bool(table_names(cursor))


def bring_in(copy: Path, now: datetime) -> None:
    """One transaction: whoever is killed in it leaves what stood before."""
    script = copy.with_suffix(".sql")
    run("pg_restore", *PLAIN, f"--file={script}", copy)
    before = put_aside(now) if holds_data() else ""
    connection.close()
    order: list[str | Path] = ["--command", before, "--file", script, "--command", RENEW.format(epoch=uuid.uuid4())]
    run("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", *order)


def put_aside(now: datetime) -> str:
    return f"ALTER SCHEMA public RENAME TO replaced_{now:%Y%m%d_%H%M%S}; CREATE SCHEMA public"


def migrate() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A table that has rules still to be checked cannot be altered in the same transaction.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        call_command("migrate", interactive=False, verbosity=0)


PLAIN = ("--no-owner", "--no-privileges", "--exit-on-error", SCHEMA)
# Readers of the journal start anew, and nobody is signed in who was when the backup was made.
RENEW = "UPDATE public.org_clock SET store_epoch = '{epoch}'; DELETE FROM public.django_session"

RESTORED = Text(
    "已恢复到一个临时数据库，逐项查过约束、行数和日志，再删去。",
    "It was restored into a temporary database, its constraints, numbers of rows and journal examined, and that "
    "database dropped.",
)
READ = Text(
    "这里不能建临时数据库，只逐行读过备份、核对了行数和日志的最后一条，没有试恢复；"
    "给数据库用户 CREATEDB 权限就能试恢复。",
    "No temporary database may be made here: every row was read, their numbers and the end of the journal compared, "
    "but nothing was restored. Give the database user CREATEDB for that.",
)
DAMAGED = Text("PostgreSQL 转储损坏，读不完。", "PostgreSQL's dump is damaged and cannot be read to its end.")
UNREADABLE = Text("恢复不了：{zh}", "It cannot be restored: {en}")
