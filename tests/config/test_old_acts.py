"""``qisong import acts``: what it says, what it writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from qisong.config.command.catalogue import qisong
from qisong.ledger.models import Activity, HistoryBatch
from tests.ledger.history.books import meeting, meetings
from tests.world import World


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    file = tmp_path / "东岭村.xlsx"
    file.write_bytes(meetings(meeting(), meeting("2026年4月5日")))
    return file


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    file = tmp_path / "东岭村有错.xlsx"
    file.write_bytes(meetings(meeting("某日"), meeting("2026年4月5日"), meeting("2026年5月5日", "罗远凡"), title=""))
    return file


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        qisong.main([str(one) for one in arguments])
    return int(str(end.value.code))


def test_nothing_is_written_without_apply(world: World, whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", "acts", whole) == 0
    assert "共 2 次活动：可记 2" in capsys.readouterr().out
    assert (Activity.objects.count(), HistoryBatch.objects.count()) == (0, 0)


def test_apply_records_once(world: World, whole: Path) -> None:
    assert [run("import", "acts", whole, "--apply"), run("import", "acts", whole, "--apply")] == [0, 0]
    assert Activity.objects.count() == 2


def test_what_is_whole_is_recorded_and_the_rest_is_told(
    world: World, faulty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marked = tmp_path / "标好.xlsx"
    assert run("import", "acts", faulty, "--unit", "B1", "--apply", "--json", "--annotated", marked) == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["cell"], one["code"]) for one in told["problems"]] == [("B2", "date-unreadable")]
    assert [(one["kind"], one["word"]) for one in told["asked"]] == [("person", "罗远凡")]
    assert [act.on.isoformat() for act in Activity.objects.all()] == ["2026-04-05"]
    assert "看不出这是哪一天" in str(openpyxl.load_workbook(marked).active["M2"].value)
