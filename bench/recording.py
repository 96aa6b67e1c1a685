"""Acts of 30 people: how long one takes, how many a second two processes record, and how near that is to the bare
database: ``python -m bench.recording``. SQLite with every commit flushed; PostgreSQL too, when ``DATABASE_URL`` names
an empty database of it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

BRANCHES, PEOPLE = 40, 30
ALONE, SECONDS, BULK = 200, 8.0, 1_500
BEGINNING, DAY = date(2026, 1, 1), date(2026, 6, 1)


def main() -> None:
    if sys.argv[1:2] == ["--work"]:
        start_django()
        work(int(sys.argv[2]))
        return
    rows = [measured("SQLite, FULL", "")]
    if url := os.environ.get("DATABASE_URL"):
        rows.append(measured("PostgreSQL", url))
    from bench.machine import table
    from qisong.config.measuring.machine import machine

    headings = (
        "database",
        "one act p50 ms",
        "p95 ms",
        "queries",
        "acts/s, two processes",
        "receipts/s",
        "bare database acts/s",
        "ratio",
        "bulk receipts/s, one process",
    )
    sys.stdout.write(f"{machine()}\n\n{BRANCHES} branches of {PEOPLE}; an act: {PEOPLE} present at a study session, ")
    sys.stdout.write("each is given a constitution. The bare database inserts and commits the same rows.\n\n")
    sys.stdout.write(table(headings, rows) + "\n")


def measured(name: str, url: str) -> tuple[str, ...]:
    """One row of the table, made by a process of its own so that each database has its settings."""
    code = "import bench.recording as one; one.start_django(); print(*one.measure(), sep='|')"
    with tempfile.TemporaryDirectory(prefix="qisong-bench-") as folder:
        done = run([sys.executable, "-c", code], {"QISONG_DATA": folder, "DATABASE_URL": url})
    return (name, *done.strip().splitlines()[-1].split("|"))


def run(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=os.environ | environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def start_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "qisong.config.settings"
    import django

    django.setup()


def measure() -> tuple[str, ...]:
    from bench.machine import p95, timed

    migrate()
    found()
    waiting = documents(0)
    record_next(waiting)
    queries = queries_of(waiting)
    alone = timed(lambda: record_next(waiting), ALONE)
    together = worked_by_two()
    bulk_rate = bulk()
    bare = bare_acts(waiting)
    figures = [statistics.median(alone), p95(alone), queries, together, together * PEOPLE * 2, bare, together / bare]
    shapes = ["{:.1f}", "{:.1f}", "{}", "{:.0f}", "{:,.0f}", "{:.0f}", "{:.2f}"]
    return (*(shape.format(figure) for shape, figure in zip(shapes, figures, strict=True)), f"{bulk_rate:,.0f}")


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def found() -> None:
    """A county of one committee with its branches and their members."""
    from qisong.config.founding import found_county
    from qisong.org.models import Unit
    from qisong.org.tending import NewUnit, create_units
    from qisong.roster.enrolling import NewMember, enrol

    found_county(name="测速县", code="C0", on=BEGINNING)
    committee = NewUnit("D1", "测速镇党委", "committee", ("committee",), "C0", BEGINNING)
    branches = [NewUnit(f"B{n}", f"第{n}党支部", "branch", ("organisation",), "D1", BEGINNING) for n in range(BRANCHES)]
    create_units(by=None, plans=[committee, *branches])
    for unit in Unit.objects.filter(code__startswith="B"):
        enrol(by=None, members=[NewMember(unit=unit.pk, on=BEGINNING, name=f"党员{n}") for n in range(PEOPLE)])


def documents(first: int) -> Iterator[dict[str, Any]]:
    """Acts without end, from branch to branch."""
    from qisong.roster.models import Affiliation

    people: dict[str, list[str]] = {}
    for code, member in Affiliation.objects.filter(unit__code__startswith="B").values_list("unit__code", "member_id"):
        people.setdefault(code, []).append(str(member))
    turn = first
    while True:
        code = f"B{turn % BRANCHES}"
        turn += 1
        yield {
            "id": uuid.uuid4().hex,
            "on": DAY.isoformat(),
            "unit": code,
            "parts": [{"kind": "meeting", "meeting": "study"}],
            "present": people[code],
            "received": [{"item": "constitutions", "to": "present", "giver": {"unit": "D1"}}],
        }


def record_next(waiting: Iterator[dict[str, Any]]) -> None:
    from qisong.ledger.recording import record
    from qisong.org.scope import operator_scope

    answer = record(next(waiting), by=None, scope=operator_scope(), door="bench")
    assert answer.verdict == "stored", answer


def queries_of(waiting: Iterator[dict[str, Any]]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        record_next(waiting)
    return len(queries)


def worked_by_two() -> float:
    """Acts a second of two processes that record at the same time."""
    command = [sys.executable, "-m", "bench.recording", "--work"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen([*command, str(first)], **pipes) for first in (0, BRANCHES // 2)]
    for worker in workers:
        worker.stdout.readline()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return sum(int(worker.communicate()[0]) for worker in workers) / SECONDS


def work(first: int) -> None:
    """Say when ready; at the word of the parent record for ``SECONDS`` and say how many acts."""
    waiting, count = documents(first), 0
    record_next(waiting)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        record_next(waiting)
        count += 1
    sys.stdout.write(str(count))


def bulk() -> float:
    """Receipts a second when one process brings in old acts."""
    from itertools import islice

    from qisong.ledger.recording import record_many
    from qisong.org.scope import operator_scope

    acts = list(islice(documents(0), BULK))
    start = time.perf_counter()
    answers = list(record_many(acts, by=None, scope=operator_scope(), door="bench"))
    spent = time.perf_counter() - start
    assert {answer.verdict for answer in answers} == {"stored"}
    return BULK * PEOPLE * 2 / spent


def bare_acts(waiting: Iterator[dict[str, Any]]) -> float:
    """Acts a second when nothing is done but to insert and commit the rows that one act comes to."""
    from django.db import connection

    statements = insertions(waiting)
    bare, vendor = connection.connection, connection.vendor
    start, count = time.perf_counter(), 0
    while time.perf_counter() < start + SECONDS / 2:
        fresh = Renewal(count)
        with bare.cursor() if vendor == "postgresql" else closing(bare.cursor()) as cursor:
            cursor.execute("BEGIN" if vendor == "postgresql" else "BEGIN IMMEDIATE")
            for sql, rows in statements:
                cursor.executemany(sql if vendor == "postgresql" else sql.replace("%s", "?"), fresh.rows(sql, rows))
            cursor.execute("COMMIT")
        count += 1
    return count / (time.perf_counter() - start)


def insertions(waiting: Iterator[dict[str, Any]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """What the database is told when an act is recorded."""
    from django.db import connection

    told: list[tuple[str, list[tuple[Any, ...]]]] = []

    def listen(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's call
        if sql.startswith("INSERT"):
            told.append((sql, [tuple(row) for row in parameters] if many else [tuple(parameters)]))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(listen):
        record_next(waiting)
    return told


class Renewal:
    """The same rows under new ids."""

    def __init__(self, turn: int) -> None:
        self.turn = turn
        self.ids: dict[Any, Any] = {}

    def rows(self, sql: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        if sql.startswith('INSERT INTO "org_journal"'):
            return [(10**12 + self.turn, *row[1:]) for row in rows]
        if sql.startswith('INSERT INTO "ledger_submission"'):
            rows = [(row[0], uuid.uuid4().hex, *row[2:]) for row in rows]
        if '("id"' in sql:
            self.ids |= {row[0]: self.another(row[0]) for row in rows}
        return [tuple(self.ids.get(value, value) for value in row) for row in rows]

    @staticmethod
    def another(identifier: Any) -> Any:
        from qisong.org.models import new_id

        return new_id().hex if isinstance(identifier, str) else new_id()


if __name__ == "__main__":
    main()
