"""The ledger of problems at the command line."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from qisong.casework.models import Case
from qisong.config.command.catalogue import qisong
from tests.casework.test_ledger_sheet import CLOSED, OPEN, ledger
from tests.world import World

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(qisong, ["cases", *arguments], catch_exceptions=False)
    return result.exit_code, result.stdout


def test_ledger_is_looked_through_then_written_then_held(world: World, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(ledger(OPEN, CLOSED))
    asked = ["import", str(file), "--unit", "B1", "--on", date(2026, 6, 1).isoformat(), "--json"]
    told = [(json.loads(run(*asked, *more)[1]), Case.objects.count()) for more in ([], ["--apply"], ["--apply"])]
    counts = [(answer["new"], answer["held"], answer["wrong"], cases) for answer, cases in told]
    assert counts == [(2, 0, 0, 0), (2, 0, 0, 2), (0, 2, 0, 2)]


def test_ledger_goes_out(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    code, _said = run("export", str(out), "--unit", "D1")
    assert (code, out.read_bytes()[:2]) == (0, b"PK")
