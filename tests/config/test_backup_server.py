"""A site on PostgreSQL goes into the same sealed file and comes back in one transaction; run as an operator runs it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from qisong.config.backup.server import counted
from tests.config.test_backup import QISONG, environment
from tests.needs import need
from tests.postgres import cluster

FOUND = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from tests.world import make_world
from tests.ledger.killing import recorded
make_world()
assert recorded("act-1") and recorded("act-2")
"""


class Place:
    """A data directory and a database of its own on ``server``."""

    def __init__(self, server: str, name: str, data: Path) -> None:
        self.url, self.data = f"{server.rpartition('/')[0]}/{name}", data
        data.mkdir(exist_ok=True)
        with psycopg.connect(server, dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')

    def environment(self) -> dict[str, str]:
        return environment(self.data) | {"DATABASE_URL": self.url}

    def qisong(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        command = [*QISONG, *map(str, arguments)]
        return subprocess.run(command, env=self.environment() | more, capture_output=True, text=True, check=False)

    def asked(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()

    def answers(self) -> list[str]:
        """Byte for byte what the site says of itself."""
        gaps = self.qisong("gaps", "--unit", "C0", "--item", "rules", "--as-of", "2026-06-01", "--format", "json")
        figures = self.qisong("figures", "--json")
        assert (gaps.returncode, figures.returncode) == (0, 0), gaps.stderr + figures.stderr
        return [gaps.stdout, figures.stdout]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    for program in ("initdb", "pg_dump", "pg_restore", "psql"):
        need(program)
    with cluster() as url:
        yield url


@pytest.fixture(scope="module")
def site(server: str, tmp_path_factory: pytest.TempPathFactory, root: Path) -> Place:
    place = Place(server, "county", tmp_path_factory.mktemp("county"))
    subprocess.run([sys.executable, "-c", FOUND], cwd=root, env=place.environment(), check=True)
    return place


@pytest.fixture(scope="module")
def backup(site: Place) -> Path:
    made = site.qisong("backup", site.data / "kept")
    assert (made.returncode, "已恢复到一个临时数据库" in made.stdout) == (0, True), made.stdout + made.stderr
    return next((site.data / "kept").glob("*.backup"))


def elsewhere(server: str, site: Place, folder: Path) -> Place:
    place = Place(server, folder.name, folder)
    shutil.copy(site.data / "master.key", folder)
    return place


def test_site_comes_back_and_answers_byte_for_byte(server: str, site: Place, backup: Path, tmp_path: Path) -> None:
    place = elsewhere(server, site, tmp_path)
    restored = place.qisong("restore", backup)
    assert (restored.returncode, "已恢复：青山县委" in restored.stdout) == (0, True), restored.stderr
    assert place.answers() == site.answers()
    assert place.qisong("check").returncode == 0
    epoch = "SELECT store_epoch FROM org_clock"
    assert place.asked(epoch) != site.asked(epoch)


def test_no_temporary_database_is_left(site: Place, backup: Path) -> None:
    assert site.asked("SELECT datname FROM pg_database WHERE datname LIKE 'qisong_proof_%'") == []


def test_present_data_are_refused_or_put_aside(server: str, site: Place, backup: Path, tmp_path: Path) -> None:
    place = elsewhere(server, site, tmp_path)
    assert place.qisong("init", "--county", "别的县委", "--code", "C9").returncode == 0
    refused = place.qisong("restore", backup)
    assert (refused.returncode, "已经有数据" in refused.stderr) == (1, True)
    assert place.qisong("restore", backup, "--replace").returncode == 0
    assert place.asked("SELECT code FROM org_site") == [("C0",)]
    [(aside,)] = place.asked("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replaced%'")
    assert place.asked(f"TABLE {aside}.org_site")[0][1:3] == ("别的县委", "C9")
    assert place.qisong("backup", tmp_path / "kept").returncode == 0  # and what was put aside is no part of it


def test_user_who_may_make_no_database_reads_the_dump(server: str, site: Place, backup: Path) -> None:
    with psycopg.connect(server, dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
    plain = f"postgresql://plain:plain@{site.url.rpartition('@')[2]}"
    told = json.loads(site.qisong("verify", backup, "--json", DATABASE_URL=plain).stdout)
    assert (told["whole"], "没有试恢复" in told["proof"]["zh"], told["manifest"]["engine"]) == (
        True,
        True,
        "postgresql",
    )


def test_failed_restore_changes_nothing(server: str, site: Place, backup: Path, tmp_path: Path) -> None:
    place = elsewhere(server, site, tmp_path)
    assert place.qisong("init", "--county", "别的县委", "--code", "C9").returncode == 0
    with psycopg.connect(server, dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest")
    guest = f"postgresql://guest:guest@{place.url.rpartition('@')[2]}"
    refused = place.qisong("restore", backup, "--replace", DATABASE_URL=guest)
    assert (refused.returncode, "psql 没有做成" in refused.stderr) == (1, True), refused.stderr
    assert place.asked("SELECT code FROM org_site") == [("C9",)]


def test_backup_of_one_database_is_not_restored_into_another(site: Place, backup: Path, tmp_path: Path) -> None:
    shutil.copy(site.data / "master.key", tmp_path)
    command = [*QISONG, "restore", str(backup)]
    refused = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert (refused.returncode, "不能互相恢复" in refused.stderr) == (1, True)


def test_absent_program_is_told(site: Place, tmp_path: Path) -> None:
    refused = site.qisong("backup", tmp_path, PATH=str(tmp_path))
    assert (refused.returncode, "找不到 PostgreSQL 的程序 pg_dump" in refused.stderr) == (1, True)


def test_program_older_than_the_server_is_told(site: Place, tmp_path: Path) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o700)
    refused = site.qisong("backup", tmp_path / "kept", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert (refused.returncode, "pg_dump 是 9 版" in refused.stderr) == (1, True)


def test_rows_of_a_script_are_counted() -> None:
    script = [
        b"SET x = 1;\n",
        b"COPY public.org_journal (seq, hash) FROM stdin;\n",
        b"2\tbb\n",
        b"1\taa\n",
        b"\\.\n",
        b"\n",
        b"COPY public.org_term (id) FROM stdin;\n",
        b"\\.\n",
    ]
    assert counted(script) == ({"org_journal": 2, "org_term": 0}, 2, "bb")
