"""A site is backed up while it stands, and comes back whole or not at all; run as an operator runs it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from qisong.config.backup.nightly import back_up, forget_old, newest
from qisong.config.backup.restoring import verify
from qisong.org.health import Condition
from tests.counts import SEED, count
from tests.world import make_world

QISONG = [str(Path(sys.executable).with_name("qisong"))]
UNITS = "组织代码,组织名称,上级组织代码,组织类别,特征,成立日期\nD1,东岭镇党委,C0,党委,,\nB1,东岭村党支部,D1,支部,,\n"


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QISONG_", "DATABASE_URL"))}
    return kept | {"QISONG_DATA": str(data), "DJANGO_SETTINGS_MODULE": "qisong.config.settings"}


def qisong(data: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*QISONG, *map(str, arguments)]
    return subprocess.run(command, env=environment(data), capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county with two units and an upload."""
    data = tmp_path_factory.mktemp("site")
    assert qisong(data, "init", "--county", "青山县委", "--code", "C0").returncode == 0
    (data / "units.csv").write_text(UNITS, encoding="utf-8")
    assert qisong(data, "import", "units", data / "units.csv").returncode == 0
    upload = data / "uploads" / "ab" / "abcd"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"sealed")
    return data


@pytest.fixture(scope="module")
def backup(site: Path) -> Path:
    made = qisong(site, "backup", site / "kept")
    assert (made.returncode, "完整，可以恢复" in made.stdout) == (0, True), made.stderr
    return next((site / "kept").glob("*.backup"))


@pytest.fixture
def elsewhere(site: Path, tmp_path: Path) -> Path:
    """Another machine, to which somebody has brought the key."""
    shutil.copy(site / "master.key", tmp_path / "master.key")
    return tmp_path


def asked(data: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(data / "qisong.sqlite3") as database:
        return database.execute(sql).fetchall()


STATE = "SELECT code, name FROM org_unit UNION ALL SELECT CAST(seq AS TEXT), hash FROM org_journal ORDER BY 1, 2"


def test_site_comes_back_elsewhere_as_it_was(site: Path, backup: Path, elsewhere: Path) -> None:
    restored = qisong(elsewhere, "restore", backup)
    assert (restored.returncode, "已恢复：青山县委" in restored.stdout) == (0, True), restored.stderr
    assert asked(elsewhere, STATE) == asked(site, STATE)
    assert (elsewhere / "uploads" / "ab" / "abcd").read_bytes() == b"sealed"
    assert qisong(elsewhere, "check").returncode == 0
    assert sorted(file.name for file in elsewhere.iterdir() if not file.name.startswith("qisong")) == [
        "master.key",
        "secret.key",
        "uploads",
    ]


def test_readers_of_the_journal_are_told_that_it_is_another_store(site: Path, backup: Path, elsewhere: Path) -> None:
    qisong(elsewhere, "restore", backup)
    epoch = "SELECT store_epoch FROM org_clock"
    assert asked(elsewhere, epoch) != asked(site, epoch)


def test_backup_says_nothing_in_clear(backup: Path) -> None:
    content = backup.read_bytes()
    assert ("青山".encode() in content, b"SQLite format" in content, backup.stat().st_mode & 0o077) == (False, False, 0)


def test_without_the_key_nothing_opens(backup: Path, tmp_path: Path) -> None:
    refused = qisong(tmp_path, "restore", backup)
    assert (refused.returncode, "master.key" in refused.stderr) == (1, True)
    assert not (tmp_path / "qisong.sqlite3").exists()


@pytest.mark.gate
def test_damaged_backup_is_told_and_changes_nothing(backup: Path, elsewhere: Path) -> None:
    content, chance = bytearray(backup.read_bytes()), random.Random(SEED)
    bad = elsewhere / "bad.backup"
    for _ in range(count(ci=4, full=100)):
        place = chance.randrange(len(content))
        bad.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        refused = qisong(elsewhere, "restore", bad)
        assert (refused.returncode, "打不开" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
    assert not (elsewhere / "qisong.sqlite3").exists()


def test_verify_answers_in_json(site: Path, backup: Path) -> None:
    told = json.loads(qisong(site, "verify", backup, "--json").stdout)
    assert (told["whole"], told["faults"], told["manifest"]["code"], told["manifest"]["files"]) == (True, [], "C0", 1)
    assert told["manifest"]["tables"]["org_unit"] == 3


def test_present_data_are_refused_or_put_aside(site: Path, backup: Path, elsewhere: Path) -> None:
    assert qisong(elsewhere, "init", "--county", "别的县委", "--code", "C9").returncode == 0
    assert qisong(elsewhere, "restore", backup).returncode == 1
    assert asked(elsewhere, "SELECT code FROM org_unit") == [("C9",)]
    assert qisong(elsewhere, "restore", backup, "--replace").returncode == 0
    assert asked(elsewhere, STATE) == asked(site, STATE)
    [aside] = elsewhere.glob("replaced-*")
    with sqlite3.connect(aside / "qisong.sqlite3") as old:
        assert old.execute("SELECT code FROM org_unit").fetchall() == [("C9",)]


def test_nothing_is_restored_under_a_site_that_is_served(backup: Path, elsewhere: Path) -> None:
    (elsewhere / "heartbeat").write_text("1")
    refused = qisong(elsewhere, "restore", backup)
    assert (refused.returncode, "还在运行" in refused.stderr) == (1, True)


def test_folder_that_cannot_be_written_is_told(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = qisong(site, "backup", tmp_path / "file" / "folder")
    assert (refused.returncode, "没有做成备份" in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)


def test_what_a_killed_command_left_is_cleared_away(site: Path, tmp_path: Path) -> None:
    old, fresh = site / "backup-work-old", site / "backup-work-fresh"
    for left in (old, fresh):
        left.mkdir()
        (left / "database.sqlite3").touch()
    os.utime(old, (0, 0))
    assert qisong(site, "backup", tmp_path).returncode == 0
    assert (old.exists(), fresh.exists()) == (False, True)


def test_missing_file_and_empty_site_are_told(site: Path, tmp_path: Path) -> None:
    assert qisong(site, "verify", tmp_path / "none.backup").returncode == 2
    assert qisong(tmp_path, "backup").returncode == 2


def test_database_comes_back_on_another_disk_than_the_data(site: Path, backup: Path, elsewhere: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        file = Path(memory) / "county.sqlite3"
        assert file.parent.stat().st_dev != elsewhere.stat().st_dev
        apart = environment(elsewhere) | {"DATABASE_URL": f"sqlite://{file}"}
        for _ in range(2):
            done = subprocess.run([*QISONG, "restore", str(backup), "--replace"], env=apart, check=False)
            assert done.returncode == 0
        with sqlite3.connect(file) as database:
            assert database.execute(STATE).fetchall() == asked(site, STATE)
        assert len(list(Path(memory).glob("replaced-*/county.sqlite3"))) == 1


# ---- killed at any moment --------------------------------------------------------------------------------------------


def killed(data: Path, after: float, *arguments: object) -> bool:
    """Whether the command was still running when it was killed."""
    running = subprocess.Popen(
        [*QISONG, *map(str, arguments)], env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(after)
    alive = running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.wait()
    return alive


def moments(rounds: int) -> Iterator[float]:
    """Spread over about the time a command takes to start and to do its work."""
    chance = random.Random(SEED)
    return (chance.uniform(0.3, 2.5) for _ in range(rounds))


@pytest.mark.gate
def test_killed_backup_leaves_the_site_and_no_half_file(site: Path, tmp_path: Path) -> None:
    before = asked(site, STATE)
    for after in moments(count(ci=4, full=40)):
        killed(site, after, "backup", tmp_path)
    assert asked(site, STATE) == before
    assert {qisong(site, "verify", made).returncode for made in tmp_path.glob("*.backup")} <= {0}


@pytest.mark.gate
def test_killed_restore_is_run_again(site: Path, backup: Path, elsewhere: Path) -> None:
    assert qisong(elsewhere, "init", "--county", "别的县委", "--code", "C9").returncode == 0
    for after in moments(count(ci=4, full=40)):
        killed(elsewhere, after, "restore", backup, "--replace")
        assert qisong(elsewhere, "restore", backup, "--replace").returncode == 0
        assert asked(elsewhere, STATE) == asked(site, STATE)


def test_newest_backups_are_kept(tmp_path: Path) -> None:
    names = [f"qisong-C0-{datetime(2026, 1, day, tzinfo=UTC):%Y%m%d}-030000.backup" for day in range(1, 21)]
    for name in [*names, "other.backup"]:
        (tmp_path / name).touch()
    forget_old(tmp_path)
    kept = sorted(file.name for file in tmp_path.iterdir())
    assert kept == ["other.backup", *names[-settings.BACKUPS_KEPT :]]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_daily_backup_is_made_proven_and_told(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path / "backups"
    back_up(timezone.now())  # nothing is founded yet
    assert (settings.BACKUP_DIR.exists(), newest(timezone.now()).condition) == (False, Condition.ATTENTION)
    make_world(people=False)
    back_up(timezone.now())
    [made] = settings.BACKUP_DIR.iterdir()
    manifest, wrong, _means = verify(made)
    assert (manifest.code, wrong, newest(timezone.now()).condition) == ("C0", [], Condition.WELL)
    assert newest(timezone.now() + timedelta(days=2)).condition is Condition.ATTENTION


@pytest.mark.django_db(transaction=True)
def test_site_that_keeps_no_backup_makes_none(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR, settings.BACKUPS_KEPT = tmp_path / "backups", 0
    make_world(people=False)
    back_up(timezone.now())
    assert not settings.BACKUP_DIR.exists()
