"""A week of a county, with what goes wrong in it: nothing is lost, nothing doubled, and another machine has it all."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.config.test_backup import QISONG, environment, qisong
from tests.demo import built, demo_folder  # noqa: F401 - the fixture
from tests.ledger.history.books import meeting, meetings

BOOKS, MEETINGS = 30, 8
ANSWERS = [
    ["figures", "--json"],
    ["gaps", "--unit", "{county}", "--item", "constitutions,lessons", "--format", "json"],
    ["gaps", "--unit", "{county}", "--item", "rules", "--tree", "now", "--format", "csv"],
]


@pytest.fixture(scope="module")
def site(
    demo_folder: Path,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
) -> Path:
    """A copy of the demo county, closed to the tests beside it."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        built(demo_folder)
    return Path(shutil.copytree(demo_folder, tmp_path_factory.mktemp("week") / "site"))


def asked(data: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(data / "qisong.sqlite3") as database:
        return database.execute(sql).fetchall()


def acts(data: Path) -> int:
    return int(str(asked(data, "SELECT count(*) FROM ledger_activity")[0][0]))


def old_books(data: Path, folder: Path) -> list[Path]:
    """A workbook for each of many branches, with meetings long before the county was set up."""
    units = asked(
        data,
        """SELECT s.name, group_concat(p.name, '、') FROM roster_affiliation a
        JOIN org_unitstate s ON s.unit_id = a.unit_id AND s.valid_to IS NULL JOIN org_person p ON p.id = a.member_id
        WHERE a.valid_to IS NULL AND a.bond = 'formal' GROUP BY s.name
        HAVING count(*) BETWEEN 8 AND 30 AND count(DISTINCT p.name) = count(*) AND count(DISTINCT a.unit_id) = 1
        ORDER BY s.name""",
    )[:BOOKS]
    first = timezone.localdate() - timedelta(days=500)
    folder.mkdir()
    for number, (name, people) in enumerate(units):
        days = [first + timedelta(days=7 * week) for week in range(MEETINGS)]
        book = meetings(*(meeting(day.isoformat(), people) for day in days), title=f"{name}会议记录")
        (folder / f"{number:02d}{name}.xlsx").write_bytes(book)
    return sorted(folder.iterdir())


def killed_when(done: object, command: list[str], data: Path) -> None:
    """Start a command and kill it as soon as ``done`` says so."""
    assert callable(done)
    running = subprocess.Popen(
        [*QISONG, *command], env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while running.poll() is None and not done() and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.wait()


def answers(data: Path) -> list[str]:
    county = str(asked(data, "SELECT code FROM org_site")[0][0])
    found = [qisong(data, *(word.format(county=county) for word in command)) for command in ANSWERS]
    assert [one.returncode for one in found] == [0] * len(found), [one.stderr for one in found]
    return [one.stdout for one in found]


def test_week_with_two_kills_loses_nothing_and_stands_elsewhere(site: Path, tmp_path: Path) -> None:
    assert people_s_part(site) == {"surveyed": 3, "present": 8, "newcomer": True}

    before = acts(site)
    books = [str(book) for book in old_books(site, tmp_path / "old")]
    command = ["import", "acts", *books, "--apply"]
    killed_when(lambda: acts(site) > before, command, site)
    assert before < acts(site) < before + BOOKS * MEETINGS
    again = qisong(site, *command)
    assert acts(site) == before + BOOKS * MEETINGS, again.stdout + again.stderr
    qisong(site, *command)
    assert acts(site) == before + BOOKS * MEETINGS

    kept = tmp_path / "kept"
    killed_when(lambda: kept.exists() and any(kept.iterdir()), ["backup", str(kept)], site)
    assert list(kept.glob("*.backup")) == []
    assert qisong(site, "backup", kept).returncode == 0
    [backup] = kept.glob("*.backup")

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(site / "master.key", elsewhere)
    restored = qisong(elsewhere, "restore", backup)
    assert restored.returncode == 0, restored.stderr
    assert answers(elsewhere) == answers(site)
    checked = qisong(elsewhere, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def people_s_part(site: Path) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.config.week"]
    done = subprocess.run(command, env=environment(site), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told
