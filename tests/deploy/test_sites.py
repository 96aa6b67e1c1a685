"""Three county sites on two PostgreSQL servers, run as an operator runs them; docs/sites.md promises all of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from qisong.roster.form import ROSTER_FORM
from tests.config.test_backup import QISONG, UNITS, environment
from tests.needs import need
from tests.postgres import cluster

PASSPHRASE = {"QISONG_PASSPHRASE": "7KQM-W3XD-9PHT"}
ROSTER = [
    {"name": name, "branch": "东岭村党支部", "sex": "男", "born": born, "category": "正式党员", "joined": "1990-07-01"}
    for name, born in (("田守一", "1958-03-05"), ("田守二", "1961-04-06"))
]


class Site:
    """A county with a database of its own, and a role that may open no other."""

    def __init__(self, server: str, code: str, data: Path) -> None:
        self.code, self.data = code, data
        data.mkdir()
        name = f"qisong_{code.lower()}"
        self.url = f"postgresql://{name}:{code}@{server.rpartition('@')[2].rpartition('/')[0]}/{name}"
        with psycopg.connect(server, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE \"{name}\" LOGIN CREATEDB PASSWORD '{code}'")
            connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
            connection.execute(f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')

    def start(self, *arguments: object, **more: str) -> subprocess.Popen[str]:
        command = [*QISONG, *map(str, arguments)]
        settings = environment(self.data) | {"DATABASE_URL": self.url} | more
        return subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments: object, **more: str) -> str:
        return done(self.start(*arguments, **more))

    def asked(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()

    def files(self) -> None:
        """What an office has of its county."""
        (self.data / "units.csv").write_text(UNITS.replace("C0", self.code), encoding="utf-8")
        titles = ",".join(ROSTER_FORM.title_of(code) for code in ROSTER[0])
        rows = [",".join(one.values()) for one in ROSTER]
        (self.data / "roster.csv").write_text("\n".join([titles, *rows]), encoding="utf-8")

    def acts(self, name: str, count: int) -> Path:
        """A file of acts, each with a hand-over to everybody of the branch."""
        received = [{"item": "rules", "copies": 1, "to": [*self.members()]}]
        one = {"on": "2026-05-19", "unit": "B1", "parts": [{"kind": "visit"}], "received": received}
        file = self.data / f"{name}.json"
        file.write_text(json.dumps([one | {"id": f"{name}-{number}"} for number in range(count)]), encoding="utf-8")
        return file

    def acts_stored(self) -> int:
        return len(self.asked("SELECT 1 FROM ledger_activity"))

    def journal(self) -> int:
        return len(self.asked("SELECT 1 FROM org_journal"))

    def members(self) -> dict[str, str]:
        """Id → name of everybody who belongs today."""
        sql = """SELECT p.id::text, p.name FROM org_person p JOIN roster_affiliation a ON a.member_id = p.id
            WHERE a.valid_to IS NULL AND a.bond = 'formal'"""
        return {str(pk): str(name) for pk, name in self.asked(sql)}


def done(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, out + errors
    return out


def at_once(*processes: subprocess.Popen[str]) -> list[str]:
    return [done(one) for one in processes]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[str, str]]:
    for program in ("initdb", "pg_dump", "pg_restore", "psql"):
        need(program)
    with cluster() as one, cluster() as other:
        yield one, other


@pytest.fixture(scope="module")
def sites(servers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Site]:
    """C0 and C1 on one server, C2 on another, founded at the same time."""
    folder = tmp_path_factory.mktemp("sites")
    places = [("C0", servers[0]), ("C1", servers[0]), ("C2", servers[1])]
    found = {code: Site(server, code, folder / code) for code, server in places}
    at_once(*(one.start("init", "--county", f"{code}县委", "--code", code) for code, one in found.items()))
    for one in found.values():
        one.files()
    at_once(*(one.start("import", "units", one.data / "units.csv") for one in found.values()))
    for_b1 = ["--unit", "B1", "--apply"]
    at_once(*(one.start("import", "roster", one.data / "roster.csv", *for_b1) for one in found.values()))
    return found


@pytest.fixture(scope="module")
def newer(root: Path) -> dict[str, str]:
    """The environment of the version after this one."""
    path = environment(root).get("PYTHONPATH", "")
    return {"DJANGO_SETTINGS_MODULE": "tests.config.next_version.settings", "PYTHONPATH": f"{path}:{root}"}


@pytest.fixture(scope="module")
def backup(sites: dict[str, Site]) -> Path:
    """Of C1, made while all three record a morning's acts; whichever tests a worker is given, they begin with this."""
    work = [one.start("record", one.acts("morning", 10)) for one in sites.values()]
    at_once(*work, sites["C1"].start("backup", sites["C1"].data / "kept"))
    [kept] = (sites["C1"].data / "kept").glob("*.backup")
    return kept


@pytest.mark.usefixtures("backup")
def test_sites_work_at_once_and_one_is_backed_up_meanwhile(sites: dict[str, Site]) -> None:
    assert [one.acts_stored() for one in sites.values()] == [10, 10, 10]


def test_role_of_one_site_opens_no_other(sites: dict[str, Site]) -> None:
    server, _, own = sites["C0"].url.rpartition("/")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(f"{server}/qisong_c1")
    assert own == "qisong_c0"


def test_member_leaves_one_site_and_enters_another_server_once(sites: dict[str, Site], tmp_path: Path) -> None:
    here, there = sites["C0"], sites["C2"]
    one, file = min(here.members()), tmp_path / "letter"
    here.run("letter", "send", one, file, "--to", "C2", "--name", "C2县委", **PASSPHRASE)
    [under_way] = json.loads(here.run("letter", "list", "--json"))
    assert (under_way["member"], under_way["days"], one in here.members()) == (one, 0, False)
    command = ["letter", "take", file, "--unit", "B1", "--json"]
    first, again = (json.loads(told) for told in at_once(*(there.start(*command, **PASSPHRASE) for _ in range(2))))
    assert (first, first["member_id"]) == (again, one)
    wrong = sites["C1"].start(*command, **PASSPHRASE)
    assert ("不是本县" in wrong.communicate()[1], wrong.returncode) == (True, 1)
    here.run("letter", "answer", under_way["letter"], first["code"])
    assert [one in site.members() for site in sites.values()] == [False, False, True]


def test_restore_of_one_site_touches_no_other(sites: dict[str, Site], backup: Path) -> None:
    one, other = sites["C1"], sites["C0"]
    journal = other.journal()
    one.run("record", one.acts("after", 10))
    one.run("restore", backup, "--replace")
    assert (one.acts_stored() <= 10, other.journal()) == (True, journal)


def test_sites_are_upgraded_one_after_another(sites: dict[str, Site], newer: dict[str, str]) -> None:
    first, second = sites["C1"], sites["C0"]
    first.run("upgrade", **newer)
    waiting, done_already = (one.start("upgrade", "--check", **newer) for one in (second, first))
    assert [one.communicate() and one.returncode for one in (waiting, done_already)] == [1, 0]
    before = second.acts_stored()
    second.run("record", second.acts("meanwhile", 1))
    assert second.acts_stored() == before + 1
