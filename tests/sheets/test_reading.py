from datetime import date
from pathlib import Path

import pytest

from qisong.roster.form import ROSTER_FORM
from qisong.sheets.reading import read
from qisong.sheets.rows import Reading
from qisong.words.dates import PartialDate
from qisong.words.text import Refusal
from tests.golden.containers import Sheet, number, xlsx
from tests.golden.people import HEADING, csv_text, people, person, sheet

TODAY = date(2026, 3, 10)


def reading(*sheets: Sheet) -> Reading:
    return read(xlsx(*sheets), "名册.xlsx", ROSTER_FORM, today=TODAY)


def codes(found: Reading) -> list[tuple[str, str, str]]:
    return [(problem.cell, problem.code, problem.severity) for problem in found.problems]


def test_row_knows_its_place_and_its_values() -> None:
    row = reading(sheet([person(1, 序号=1.0, 出生日期="1958年3月")])).rows[0]
    assert (row.file, row.sheet, row.number, row.address("identity")) == ("名册.xlsx", "党员基本信息汇总表", 5, "D5")
    assert (row.cells["serial"], row.cells["born"], row.cells["lost"]) == (1, PartialDate(1958, 3), False)
    assert (row.text("born"), row.text("landline"), row.raw["born"]) == ("1958-03", "", "1958年3月")
    assert row.address("nothing") == ""


def test_column_that_the_file_lacks_is_absent_not_empty() -> None:
    grid = Sheet({1: {1: "姓名", 2: "性别", 3: "民族"}, 2: {1: "赵青山", 2: "男"}})
    assert reading(grid).rows[0].cells == {"name": "赵青山", "sex": "男", "ethnicity": None}


def test_all_problems_are_told_not_the_first() -> None:
    rows = [person(1, 公民身份证号=number("990521195102020000"), 出生日期="不详", 性别="1"), person(2, 姓名=None)]
    assert codes(reading(sheet(rows))) == [
        ("D5", "identity-number-cell", "error"),
        ("E5", "choice-invalid", "error"),
        ("G5", "date-unreadable", "error"),
        ("B6", "required-empty", "error"),
    ]


def test_problem_never_shows_a_personal_number() -> None:
    rows = [person(1, 性别="99052119510202021X", 民族="13800000001", 公民身份证号=number("990521195102020000"))]
    told = str([problem.as_json() for problem in reading(sheet(rows)).problems])
    assert "9905211951" not in told
    assert "13800000001" not in told
    assert "****************1X" in told


def test_titles_in_problems_are_those_of_the_form() -> None:
    source = sheet([person(1, 出生日期="不详")])
    source.rows[HEADING][7] = "出生年月"
    assert [problem.column for problem in reading(source).problems] == ["出生日期"]


def test_path_and_content_are_read_alike(tmp_path: Path) -> None:
    content = xlsx(sheet(people(2)))
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    found = [read(source, "a", ROSTER_FORM, today=TODAY) for source in (path, str(path), content)]
    assert [[row.cells for row in one.rows] for one in found[1:]] == [[row.cells for row in found[0].rows]] * 2


def test_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        read(tmp_path / "无.xlsx", "无.xlsx", ROSTER_FORM, today=TODAY)
    assert (caught.value.code, "无.xlsx" in caught.value.text.zh) == ("file-missing", True)


def test_encoding_of_a_text_file_is_told() -> None:
    found = read(csv_text(people(1)).encode("gb18030"), "a.csv", ROSTER_FORM, today=TODAY)
    assert (found.encoding, found.sheets, found.has_errors) == ("gb18030", [""], False)


def test_missing_heading_names_what_was_looked_for() -> None:
    found = reading(Sheet({1: {1: "物品"}}, name="库存"))
    (problem,) = found.problems
    assert problem.text.zh.startswith("没有找到表头（看过：库存）。表头一行应当有：序号、姓名、所在党支部、")
    assert (problem.row, problem.cell, found.has_errors) == (None, "", True)


def test_unknown_columns_are_listed() -> None:
    source = sheet(people(1))
    source.rows[HEADING] |= {21: "血型", 22: "备注", 23: "错误"}
    (problem,) = reading(source).problems
    assert problem.text.zh.startswith("这些列没有导入：血型、备注。")


def test_merged_name_does_not_make_two_people_one() -> None:
    source = sheet([person(1), person(2, 姓名=None)])
    source.merges += ("B5:B6",)
    assert codes(reading(source)) == [("B6", "required-empty", "error")]


def test_ditto_above_the_first_row_says_nothing() -> None:
    assert reading(sheet([person(1, 所在党支部="同上")])).rows[0].cells["branch"] is None


def test_sheets_are_read_in_order() -> None:
    found = reading(sheet(people(1), name="甲"), Sheet({}, name="空"), sheet(people(2, start=2), name="乙"))
    assert (found.sheets, [row.sheet for row in found.rows]) == (["甲", "乙"], ["甲", "乙", "乙"])
