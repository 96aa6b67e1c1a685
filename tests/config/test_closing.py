"""A site ends in files that another site, or a person, can go on from."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook

from qisong.ledger.recording import record
from qisong.org.closing import close_site, reopen_site
from qisong.org.models import Journal, Unit
from qisong.org.scope import operator_scope
from qisong.org.tending import rename_unit
from qisong.roster.exporting import export_roster
from qisong.words.text import Refusal
from tests.config.test_backup import environment, qisong
from tests.world import BEGINNING, World

FOUND = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from tests.world import make_world
make_world()
"""
NAMES = ["东方晓", "田守一"]
ACTS = [
    {
        "id": "a-1",
        "on": "2026-05-19",
        "unit": "B1",
        "subject": "=送学上门",
        "parts": [{"kind": "visit"}, {"kind": "lesson", "subject": "第一章"}, {"kind": "meeting", "meeting": "study"}],
        "participants": [{"task": "recorder", "name": "某大学生村官"}],
        "present": [{"unit": "B1", "name": name} for name in NAMES],
        "guests": [{"whence": "邻村群众", "count": 3}],
        "custody": [{"item": "rules", "copies": 30, "giver": {"unit": "D1"}}],
        "received": [
            {"item": "rules", "to": "present"},
            {"item": "flags", "to": {"units": ["B1"]}, "giver": {"unit": "D1"}},
        ],
        "minutes": {"agenda": "一、宣誓", "decisions": "", "starts": "19:00", "ends": ""},
    },
    {"id": "a-2", "on": "2026-05-20", "unit": "B1", "parts": [{"kind": "visit"}]},
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-c", FOUND], cwd=root, env=environment(folder), check=True)
    (folder / "acts.json").write_text(json.dumps(ACTS))
    done = qisong(folder, "record", folder / "acts.json")
    assert done.returncode == 0, done.stdout
    act = json.loads(done.stdout)["answers"][1]["act"]
    assert qisong(folder, "reverse", act, "--reason", "记重了").returncode == 0
    return folder


@pytest.fixture(scope="module")
def figures(data: Path) -> str:
    return qisong(data, "figures", "--json").stdout


@pytest.fixture(scope="module")
def handed(data: Path, figures: str) -> Path:
    folder = data.parent / "handed-out"
    done = qisong(data, "close-site", folder, "--unmask", "--reason", "交给新系统")
    assert (done.returncode, "已全部导出到" in done.stdout) == (0, True), done.stderr
    return folder


def test_every_file_is_named_on_the_first_page_with_its_sum(handed: Path) -> None:
    told = dict(reversed(line.split("  ", 1)) for line in (handed / "SHA256.txt").read_text().splitlines())
    found = {file.relative_to(handed).as_posix(): file for file in handed.rglob("*") if file.is_file()}
    beside = {"SHA256.txt", "index.html", "index.css"}
    sums = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in found.items()}
    assert told == {name: sum_ for name, sum_ in sums.items() if name not in beside}
    page = found["index.html"].read_text()
    assert [sum_ for sum_ in told.values() if sum_ not in page] == []
    assert {
        "名册.xlsx",
        "组织.xlsx",
        "活动.json",
        "已作废的活动.json",
        "简报.docx",
        "日志.csv",
        "日志.jsonl",
    } <= told.keys()


def test_another_site_takes_it_in_and_counts_the_same(handed: Path, figures: str, tmp_path: Path) -> None:
    assert qisong(tmp_path, "init", "--county", "青山县委", "--code", "C0").returncode == 0
    assert qisong(tmp_path, "import", "units", handed / "组织.xlsx").returncode == 0
    # Some have no telephone, of which the import reminds.
    imported = qisong(tmp_path, "import", "roster", handed / "名册.xlsx", "--unit", "C0", "--apply")
    assert "已写入" in imported.stdout, imported.stderr
    assert qisong(tmp_path, "record", handed / "活动.json").returncode == 0
    assert of_acts(qisong(tmp_path, "figures", "--json").stdout) == of_acts(figures)


def of_acts(figures: str) -> dict[str, int]:
    return {name: number for name, number in json.loads(figures).items() if not name.startswith("paired_")}


def test_reversed_act_is_told_apart_with_its_reason(handed: Path) -> None:
    standing = json.loads((handed / "活动.json").read_text())["acts"]
    reversed_ = json.loads((handed / "已作废的活动.json").read_text())["acts"]
    assert ([one["on"] for one in standing], [one["reversed"] for one in reversed_]) == (["2026-05-19"], ["记重了"])


def test_tables_hold_no_sealed_value_and_no_formula(handed: Path) -> None:
    def columns(table: str) -> list[str]:
        return (handed / "tables" / f"{table}.csv").read_text("utf-8-sig").splitlines()[0].split(",")

    assert "password" not in columns("org_account")
    assert columns("roster_sealedidentity") == ["id", "member_id", "kind", "mask"]
    assert "'=送学上门" in (handed / "tables" / "ledger_activity.csv").read_text("utf-8-sig")


def test_last_backup_opens(data: Path, handed: Path) -> None:
    [backup] = (handed / "backup").glob("*.backup")
    assert qisong(data, "verify", backup).returncode == 0


def test_closed_site_is_read_and_records_nothing(data: Path, handed: Path) -> None:
    (data / "more.json").write_text(json.dumps(ACTS[1] | {"id": "a-3"}))
    refused = qisong(data, "record", data / "more.json")
    assert (refused.returncode, "本站已结束使用" in refused.stderr) == (1, True)
    assert qisong(data, "figures").returncode == 0


def test_numbers_are_shown_with_a_reason_only(data: Path, handed: Path, tmp_path: Path) -> None:
    refused = qisong(data, "close-site", tmp_path / "x", "--unmask")
    assert (refused.returncode, (tmp_path / "x").exists()) == (2, False)
    assert qisong(data, "close-site", tmp_path / "masked").returncode == 0

    def cells(folder: Path) -> str:
        return str(list(load_workbook(folder / "名册.xlsx").worksheets[0].iter_rows(values_only=True)))

    assert ("*" in cells(handed), "*" in cells(tmp_path / "masked")) == (False, True)


def test_folder_with_something_in_it_is_refused(data: Path, handed: Path) -> None:
    refused = qisong(data, "close-site", handed)
    assert (refused.returncode, "不是空文件夹" in refused.stderr) == (1, True)


def test_erased_site_leaves_the_folder_and_the_key(data: Path, handed: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(data, site)

    def erase(typed: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("qisong")), "close-site", str(site / "out"), "--erase"]
        return subprocess.run(
            command, input=f"{typed}\n", env=environment(site), capture_output=True, text=True, check=False
        )

    assert (erase("别的县委").returncode, (site / "qisong.sqlite3").exists()) == (1, True)
    done = erase("青山县委")
    assert (done.returncode, sorted(left.name for left in site.iterdir())) == (0, ["master.key", "out"]), done.stderr
    [backup] = (site / "out" / "backup").glob("*.backup")
    assert qisong(site, "restore", backup).returncode == 0
    assert qisong(site, "account", "--name", "甲", "--role", "office", "--unit", "C0").returncode == 1


def test_verb_is_refused_in_words_and_reading_is_not(world: World) -> None:
    close_site(by=None, on=BEGINNING)
    close_site(by=None, on=BEGINNING)
    assert Journal.objects.filter(kind="site.closed").count() == 1
    unit = Unit.objects.get(code="B1")
    with pytest.raises(Refusal, match="本站已结束使用"):
        rename_unit(by=None, unit=unit, name="别的名", on=BEGINNING)
    with pytest.raises(Refusal, match="本站已结束使用"):
        record(ACTS[1], by=None, scope=operator_scope(), door="test")
    export_roster(by=None, unit=unit, stream=io.BytesIO(), on=BEGINNING)
    reopen_site(by=None)
    assert record(ACTS[1], by=None, scope=operator_scope(), door="test").verdict == "stored"


def test_closed_site_says_so_on_every_page(world: World, client: Client) -> None:
    client.force_login(world.account("office"), backend="django.contrib.auth.backends.ModelBackend")
    assert "已结束使用" not in client.get("/").text
    close_site(by=None, on=BEGINNING)
    assert "本站自 2020-01-01 起已结束使用" in client.get("/").text
