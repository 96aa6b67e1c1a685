import io
import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from qisong.roster.form import ROSTER_FORM, read_roster
from qisong.sheets.annotating import LARGEST_STYLED, annotate, annotate_all
from qisong.sheets.problems import Problem
from qisong.words.text import Refusal
from tests.golden.containers import Sheet, xls, xlsx
from tests.golden.people import HEADING, csv_text, layout, people, person, sheet

TODAY = date(2026, 3, 10)
SPOILED = [person(1), person(2, 性别="男"), person(3, 出生日期="不详", 公民身份证号="无")]


def problems(content: bytes, name: str = "a.xlsx") -> list[Problem]:
    return read_roster(content, name, today=TODAY).problems


def marked(content: bytes, name: str = "a.xlsx") -> Worksheet:
    copy = annotate(content, name, problems(content, name), form=ROSTER_FORM)
    return openpyxl.load_workbook(io.BytesIO(copy)).worksheets[0]


def fill(page: Worksheet, address: str) -> str:
    return str(page[address].fill.fgColor.rgb)[-6:]


@pytest.mark.parametrize(
    ("content", "name", "heading"),
    [
        (xlsx(sheet(SPOILED)), "a.xlsx", HEADING),
        (xls(layout(SPOILED)), "a.xls", HEADING),
        (csv_text(SPOILED).encode("gb18030"), "a.csv", 1),
    ],
)
def test_copy_says_beside_each_row_what_to_mend(content: bytes, name: str, heading: int) -> None:
    page = marked(content, name)
    second, third = heading + 2, heading + 3
    assert page.cell(heading, 21).value == "错误"
    assert page.cell(heading + 1, 21).value is None
    assert str(page.cell(second, 21).value).startswith(f"E{second} 性别：性别与证号不一致")
    assert str(page.cell(third, 21).value).startswith(f"G{third} 出生日期：看不出这是哪一天。")
    assert (fill(page, f"E{second}"), fill(page, f"G{third}")) == ("FFC7CE", "FFC7CE")


@pytest.mark.parametrize("content", [xlsx(sheet(SPOILED)), xls(layout(SPOILED)), csv_text(SPOILED).encode()])
def test_copy_reads_as_the_original_did(content: bytes) -> None:
    before = read_roster(content, "a", today=TODAY)
    after = read_roster(annotate(content, "a", before.problems, form=ROSTER_FORM), "a", today=TODAY)
    assert [row.cells for row in after.rows] == [row.cells for row in before.rows]
    assert [(p.cell, p.code) for p in after.problems] == [(p.cell, p.code) for p in before.problems]


def test_second_marking_takes_the_same_column_and_forgets_the_first() -> None:
    first = annotate(xlsx(sheet(SPOILED)), "a.xlsx", problems(xlsx(sheet(SPOILED))), form=ROSTER_FORM)
    book = openpyxl.load_workbook(io.BytesIO(first))
    book.worksheets[0]["E6"] = "女"
    buffer = io.BytesIO()
    book.save(buffer)
    page = marked(buffer.getvalue())
    assert (page["U4"].value, page["U6"].value, page["V4"].value) == ("错误", None, None)
    assert str(page["U7"].value).startswith("G7 出生日期")


def test_problem_of_a_whole_sheet_stands_at_its_heading() -> None:
    source = sheet(people(1))
    source.rows[HEADING][21] = "血型"
    page = marked(xlsx(source))
    assert str(page["V4"].value).startswith("错误\n（提醒）这些列没有导入：血型。")


def test_problems_of_other_files_are_left_out() -> None:
    content = xlsx(sheet(SPOILED))
    copy = annotate(content, "b.xlsx", problems(content), form=ROSTER_FORM)
    assert openpyxl.load_workbook(io.BytesIO(copy)).worksheets[0]["U6"].value is None


def test_look_of_the_original_is_kept() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(sheet(SPOILED))))
    book.worksheets[0].column_dimensions["C"].width = 33
    buffer = io.BytesIO()
    book.save(buffer)
    assert marked(buffer.getvalue()).column_dimensions["C"].width == 33


def test_several_files_come_back_in_one_book() -> None:
    files = [(xlsx(sheet(SPOILED)), "甲.xlsx"), (csv_text(people(1)).encode(), "乙.csv")]
    told = [problem for content, name in files for problem in problems(content, name)]
    book = openpyxl.load_workbook(io.BytesIO(annotate_all(files, told, form=ROSTER_FORM)))
    assert book.sheetnames == ["1 党员基本信息汇总表", "2 乙.csv"]
    assert str(book.worksheets[0]["U6"].value).startswith("E6 性别")


def test_formula_texts_stay_texts() -> None:
    content = xlsx(sheet([person(1, 家庭住址="=1+1", 出生日期="不详")]))
    page = marked(content)
    assert (page["O5"].value, page["O5"].data_type) == ("=1+1", "s")


def test_large_workbooks_come_back_plain() -> None:
    buffer = io.BytesIO(xlsx(Sheet(layout(SPOILED), merges=("A1:T1",))))
    with zipfile.ZipFile(buffer, "a") as packed:
        packed.writestr("xl/media/photo.jpeg", bytes(LARGEST_STYLED))
    page = marked(buffer.getvalue())
    assert (page["U4"].value, list(page.merged_cells.ranges)) == ("错误", [])


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(Refusal):
        annotate(b"%PDF-1.4", "a.pdf", [], form=ROSTER_FORM)
