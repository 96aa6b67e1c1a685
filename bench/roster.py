"""A roster of 20,000 rows: checked, applied, checked again, changed in every row, taken back and exported:
``python -m bench.roster``. SQLite with every commit flushed; PostgreSQL too, when ``DATABASE_URL`` names an empty
database of it.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

BRANCHES, PEOPLE = 400, 50
ROWS = BRANCHES * PEOPLE
BEGINNING, DAY = date(2026, 1, 1), date(2026, 6, 1)
HEADINGS = (
    "database",
    "read rows/s",
    "checked rows/s",
    "checked again rows/s",
    "applied s",
    "others wait s",
    "rows of the same inserted alone s",
    "every row changed: s",
    "others wait s",
    "taken back s",
    "others wait s",
    "exported s",
)


def main() -> None:
    if sys.argv[1:2] in (["--neighbour"], ["--measure"]):
        start_django()
        sys.stdout.write(str(longest_wait()) if sys.argv[1] == "--neighbour" else "|".join(measure()))
        return
    rows = [measured("SQLite, FULL", "")]
    if url := os.environ.get("DATABASE_URL"):
        rows.append(measured("PostgreSQL", url))
    from bench.machine import table
    from qisong.config.measuring.machine import machine

    sys.stdout.write(
        f"{machine()}\n\n{ROWS:,} people in {BRANCHES} branches, an XLSX of the national form with numbers "
    )
    sys.stdout.write("and telephones. “Others wait”: the longest wait of a process that writes a verb's lock all the ")
    sys.stdout.write("time meanwhile. Asked for: 2,000 rows/s checked, at most 3 s of waiting.\n\n")
    sys.stdout.write(table(HEADINGS, rows) + "\n")


def measured(name: str, url: str) -> tuple[str, ...]:
    """One row of the table, made by a process of its own so that each database has its settings."""
    with tempfile.TemporaryDirectory(prefix="qisong-bench-") as folder:
        environment = os.environ | {"QISONG_DATA": folder, "DATABASE_URL": url}
        command = [sys.executable, "-m", "bench.roster", "--measure"]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return (name, *done.stdout.strip().splitlines()[-1].split("|"))


def start_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "qisong.config.settings"
    import django

    django.setup()


def measure() -> tuple[str, ...]:
    from django.core.management import call_command

    from qisong.roster.exporting import export_roster
    from qisong.roster.form import read_roster
    from qisong.roster.importing import apply_batch, revert_batch

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    county = found()
    first, changed = sheet(), sheet(job="退休人员")
    reading = spent(lambda: read_roster(first, "a.xlsx", today=DAY))
    batch, checking = compared(county, first)
    applying, waiting = watched(lambda: apply_batch(by=None, batch=batch))
    _, again = compared(county, first)
    other, _ = compared(county, changed)
    changing, waiting_to_change = watched(lambda: apply_batch(by=None, batch=other))
    reverting, waiting_to_revert = watched(lambda: revert_batch(by=None, batch=other, reason="测速"))
    exporting = spent(lambda: export_roster(by=None, unit=county, stream=io.BytesIO(), on=DAY))
    figures = [ROWS / reading, ROWS / checking, ROWS / again, applying, waiting, bare_insertion()]
    figures += [changing, waiting_to_change, reverting, waiting_to_revert, exporting]
    return (*(f"{one:,.0f}" for one in figures[:3]), *(f"{one:.2f}" for one in figures[3:]))


def found() -> Any:
    from qisong.config.founding import found_county
    from qisong.org.models import Unit
    from qisong.org.tending import NewUnit, create_units

    found_county(name="测速县", code="C0", keep=["identity"], on=BEGINNING)
    committee = NewUnit("D1", "测速镇党委", "committee", ("committee",), "C0", BEGINNING)
    branches = [NewUnit(f"B{n}", f"第{n}党支部", "branch", ("organisation",), "D1", BEGINNING) for n in range(BRANCHES)]
    create_units(by=None, plans=[committee, *branches])
    return Unit.objects.get(code="C0")


def sheet(**cells: str) -> bytes:
    from qisong.roster.form import ROSTER_FORM
    from qisong.sheets.writing import write_form

    return write_form(ROSTER_FORM, (person(n) | cells for n in range(ROWS)), unit="测速县")


def person(n: int) -> dict[str, str]:
    from qisong.words.identity import check_character

    born = date.fromordinal(date(1940, 1, 1).toordinal() + n * 7919 % 22_000)
    first = f"110101{born:%Y%m%d}{n % 1000:03}"
    return {
        "name": f"{'赵钱孙李周吴郑王冯陈'[n % 10]}{chr(0x4E00 + n % 2000)}{chr(0x5E00 + n // 10 % 2000)}",
        "branch": f"第{n % BRANCHES}党支部",
        "identity": first + check_character(first),
        "sex": "男" if n % 2 else "女",
        "born": f"{born:%Y-%m-%d}",
        "category": "正式党员",
        "joined": f"{born.year + 20}-07-01",
        "became_full": f"{born.year + 21}-07-01",
        "job": "农牧渔业生产人员",
        "mobile": f"138{n:08}",
        "address": f"第{n % BRANCHES}村{n % 9 + 1}组",
        "standing": "正常",
        "lost": "否",
        "away": "是" if n % 7 == 0 else "否",
        "destination": "外省" if n % 7 == 0 else "",
    }


def compared(county: Any, content: bytes) -> tuple[Any, float]:
    from qisong.roster.importing import compare

    start = time.perf_counter()
    batch = compare(by=None, unit=county, files=[("名册.xlsx", content)], today=DAY)
    assert batch.counts["rows"] == ROWS, batch.counts
    return batch, time.perf_counter() - start


def spent(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def watched(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds that ``act`` took, and the longest that a neighbour had to wait for the lock meanwhile."""
    with neighbour() as waits:
        seconds = spent(act)
    return seconds, waits[0]


@contextmanager
def neighbour() -> Iterator[list[float]]:
    waits: list[float] = []
    command = [sys.executable, "-m", "bench.roster", "--neighbour"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield waits
        waits.append(float(process.communicate()[0]))


def longest_wait() -> float:
    """Takes the lock that every verb takes last, over and over, until the input ends; the longest wait in seconds."""
    import select

    from django.db import connection, transaction

    longest = 0.0
    sys.stdout.write("\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], 0.002)[0]:
        start = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE org_clock SET seq = seq")
        longest = max(longest, time.perf_counter() - start)
    return longest


def bare_insertion() -> float:
    """Seconds to insert the rows of as many members again, and nothing else: what the database itself needs."""
    from django.db import connection, transaction

    tables = ("org_person", "roster_member", "roster_affiliation", "roster_sealedidentity", "roster_circumstance")
    copies = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - the names above
            copies.append((table, len(cursor.description), cursor.fetchall()))
            cursor.execute(f"CREATE TABLE bare_{table} AS SELECT * FROM {table} WHERE 1 = 0")  # noqa: S608
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, width, rows in copies:
            cursor.executemany(f"INSERT INTO bare_{table} VALUES ({', '.join(['%s'] * width)})", rows)  # noqa: S608
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
