from datetime import date
from io import BytesIO
from pathlib import Path

from click.testing import CliRunner, Result
from openpyxl import load_workbook

from qisong.config.command.exchange import export, import_
from qisong.roster.models import SurveyReply, Wish
from tests.world import World


def run(group: str, *arguments: str) -> Result:
    return CliRunner().invoke(
        {"import": import_, "export": export}[group], ["survey", *arguments], standalone_mode=False
    )


def exported(folder: Path, ways: str) -> str:
    """The survey of B1 in which the first person wishes something."""
    out = folder / "survey.xlsx"
    run("export", str(out), "--unit", "B1")
    book = load_workbook(BytesIO(out.read_bytes()))
    [column] = [cell.column for cell in book.active[4] if cell.value == "希望怎么送"]
    book.active.cell(5, column).value = ways
    book.save(out)
    return str(out)


def test_survey_is_compared_first_and_written_only_when_asked(world: World, tmp_path: Path) -> None:
    file = exported(tmp_path, "邮寄")
    compared = run("import", file, "--unit", "B1", "--on", "2026-05-19")
    assert ("答复 1 人，没有动过 4 行。" in compared.output, Wish.objects.count()) == (True, 0)
    written = run("import", file, "--unit", "B1", "--on", "2026-05-19", "--apply")
    assert ("已写入。" in written.output, written.return_value) == (True, 0)
    assert list(Wish.objects.values_list("ways", "valid_from")) == [(["post"], date(2026, 5, 19))]


def test_wrong_cells_are_named_and_nothing_is_written(world: World, tmp_path: Path) -> None:
    refused = run("import", exported(tmp_path, "飞鸽"), "--unit", "B1", "--apply")
    assert ("没有“飞鸽”这种方式" in refused.output, refused.return_value) == (True, 1)
    assert SurveyReply.objects.count() == 0
