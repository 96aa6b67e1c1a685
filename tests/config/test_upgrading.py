"""A newer version meets an older database, and the other way round; run as an operator runs it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.test_backup import QISONG, environment
from tests.config.test_backup_server import FOUND, Place
from tests.needs import need
from tests.postgres import cluster

GOLDEN = Path(__file__).parents[1] / "golden" / "site-0001"
NEXT = {"DJANGO_SETTINGS_MODULE": "tests.config.next_version.settings"}


def qisong(data: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    command = [*QISONG, *map(str, arguments)]
    return subprocess.run(command, env=environment(data) | more, capture_output=True, text=True, check=False)


@pytest.fixture
def newer(root: Path) -> dict[str, str]:
    """The environment of the version after this one."""
    path = environment(root).get("PYTHONPATH", "")
    return NEXT | {"PYTHONPATH": f"{path}:{root}"}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A site as the first version left it, with members, acts and a journal."""
    shutil.copy(GOLDEN / "master.key", tmp_path)
    (tmp_path / "master.key").chmod(0o600)
    with sqlite3.connect(tmp_path / "qisong.sqlite3") as database:
        database.executescript((GOLDEN / "site.sql").read_text(encoding="utf-8"))
    return tmp_path


def dumped(data: Path) -> str:
    with sqlite3.connect(data / "qisong.sqlite3") as database:
        return "\n".join(database.iterdump())


def test_site_of_the_first_version_counts_as_it_did(old: Path) -> None:
    done = qisong(old, "upgrade")
    assert (done.returncode, "数据库已是本版本" in done.stdout) == (0, True), done.stderr
    assert qisong(old, "upgrade", "--check").returncode == 0
    figures = json.loads(qisong(old, "figures", "--json").stdout)
    assert json.loads((GOLDEN / "figures.json").read_text()).items() <= figures.items()
    gaps = json.loads(
        qisong(old, "gaps", "--unit", "C0", "--item", "rules", "--as-of", "2026-06-01", "--format", "json").stdout
    )
    assert gaps["names"] == json.loads((GOLDEN / "gaps.json").read_text())["names"]
    assert qisong(old, "check").returncode == 0


def test_upgrade_backs_up_first_and_is_told(old: Path, newer: dict[str, str]) -> None:
    told = qisong(old, "upgrade", "--check", **newer)
    assert (told.returncode, "next_version.0002_may_break" in told.stdout) == (1, True)
    assert not (old / "backups").exists()
    done = qisong(old, "upgrade", **newer)
    assert (done.returncode, "已升级。升级前的备份" in done.stdout) == (0, True), done.stderr
    [backup] = (old / "backups").glob("*.backup")
    assert qisong(old, "verify", backup).returncode == 0
    assert "改了名的支部" in dumped(old)


@pytest.mark.parametrize("ending", ["breaks", "is-killed"])
def test_step_that_fails_midway_leaves_every_row(old: Path, newer: dict[str, str], ending: str) -> None:
    before = dumped(old)
    failed = qisong(old, "upgrade", **newer, NEXT_VERSION=ending)
    assert failed.returncode != 0
    assert ("一行未变" in failed.stderr) == (ending == "breaks")
    assert dumped(old) == before
    assert qisong(old, "upgrade", **newer).returncode == 0
    assert sorted(file.name for file in old.glob("*.draft*")) == []


def test_older_version_refuses_a_newer_database(old: Path, newer: dict[str, str]) -> None:
    qisong(old, "upgrade", **newer)
    with sqlite3.connect(old / "qisong.sqlite3") as database:
        database.execute("UPDATE django_migrations SET app = 'ledger' WHERE app = 'next_version'")
    before = dumped(old)
    for command in ("serve", "upgrade"):
        refused = qisong(old, command)
        assert (refused.returncode, "数据库是更新的版本建的" in refused.stderr) == (1, True)
    assert dumped(old) == before


def test_nothing_is_upgraded_under_a_site_that_is_served(old: Path, newer: dict[str, str]) -> None:
    (old / "heartbeat").write_text("1")
    refused = qisong(old, "upgrade", **newer)
    assert (refused.returncode, "还在运行" in refused.stderr) == (1, True)


# ---- on PostgreSQL ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    for program in ("initdb", "pg_dump", "pg_restore", "psql"):
        need(program)
    with cluster() as url:
        yield url


ROWS = (
    "SELECT name FROM org_site UNION ALL SELECT name FROM org_unit UNION ALL SELECT app || name FROM django_migrations"
)


def test_server_is_upgraded_whole_or_not_at_all(server: str, root: Path, tmp_path: Path, newer: dict[str, str]) -> None:
    place = Place(server, "county", tmp_path)
    subprocess.run([sys.executable, "-c", FOUND], cwd=root, env=place.environment(), check=True)
    before, figures = place.asked(ROWS), place.qisong("figures", "--json").stdout
    failed = place.qisong("upgrade", **newer, NEXT_VERSION="breaks")
    assert (failed.returncode, "一行未变" in failed.stderr) == (1, True)
    assert place.asked(ROWS) == before
    assert place.qisong("upgrade", **newer).returncode == 0
    assert ("改了名的支部",) in place.asked(ROWS)
    assert place.qisong("figures", "--json", **newer).stdout == figures
