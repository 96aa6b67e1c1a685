"""The ledger of problems and the registers of searches at the command line."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from qisong.casework.models import Case
from qisong.config.command.catalogue import qisong
from tests.casework.test_ledger_sheet import CLOSED, OPEN, ledger
from tests.casework.test_registration_sheet import FOUND, HE, sheet
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


def test_register_is_looked_through_then_written_and_goes_out(world: World, tmp_path: Path) -> None:
    file, out = tmp_path / "表.xlsx", tmp_path / "out.xlsx"
    file.write_bytes(sheet(FOUND, HE))
    asked = ["import", str(file), "--unit", "C0", "--form", "register", "--json"]
    told = [(json.loads(run(*asked, *more)[1])["new"], Case.objects.count()) for more in ([], ["--apply"], [])]
    assert told == [(1, 0), (1, 1), (0, 1)]
    assert run("export", str(out), "--unit", "B1", "--form", "found")[0] == 0
    assert "何渺" in [row[1].value for row in load_workbook(out).active.iter_rows()]  # type: ignore[union-attr]
