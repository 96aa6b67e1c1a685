import io
import string
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qisong.roster.form import CATEGORIES, EDUCATIONS, ETHNICITIES, ROSTER_FORM, STANDINGS
from qisong.sheets.reading import read
from qisong.sheets.rows import Value
from qisong.sheets.writing import Table, as_text, csv_safe, write_csv, write_form, write_table
from qisong.words.dates import PartialDate
from qisong.words.digits import tidy, tidy_name
from qisong.words.identity import check_character
from tests.words.test_dates import TODAY

DAYS = st.dates(date(1907, 1, 1), TODAY)
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
TEXTS = st.text(st.one_of(HAN, st.sampled_from("=+-@＝＋－＠'\",;()（）0123456789 abc\t\n_x"))).map(tidy)
SPEAKING = st.one_of(st.none(), TEXTS.filter(lambda text: len(text) > 7))


def numbers(day: date, order: int) -> str:
    first = f"990521{day:%Y%m%d}{order:03}"
    return first + check_character(first)


PARTIAL = st.one_of(
    st.none(),
    DAYS.map(PartialDate.of),
    DAYS.map(lambda day: PartialDate(day.year, day.month)),
    DAYS.map(lambda day: PartialDate(day.year)),
)
MEMBERS = st.fixed_dictionaries(
    {
        "serial": st.integers(1, 50_000),
        "name": st.text(HAN, min_size=2, max_size=4).map(tidy_name).filter(lambda name: len(name) > 1),
        "branch": SPEAKING,
        "identity": st.builds(numbers, DAYS, st.integers(1, 999)),
        "sex": st.sampled_from(["男", "女", None]),
        "ethnicity": st.sampled_from([*ETHNICITIES, None]),
        "born": PARTIAL,
        "education": st.sampled_from([*EDUCATIONS, None]),
        "category": st.sampled_from([*CATEGORIES, None]),
        "joined": PARTIAL,
        "became_full": PARTIAL,
        "job": SPEAKING,
        "mobile": st.one_of(st.none(), st.integers(13_000_000_000, 19_999_999_999).map(str)),
        "landline": st.sampled_from([None, "0469-5551234", "010-55512345"]),
        "address": SPEAKING,
        "standing": st.sampled_from([*STANDINGS, None]),
        "lost": st.just(value=True),
        "away": st.just(value=True),
        "lost_since": PARTIAL,
        "destination": SPEAKING,
    }
)


@settings(max_examples=60)
@given(st.lists(MEMBERS, max_size=4))
def test_what_is_written_reads_back_exactly(members: list[dict[str, Value]]) -> None:
    for content in (write_form(ROSTER_FORM, members), write_csv(ROSTER_FORM, members)):
        found = read(content, "a", ROSTER_FORM, today=TODAY)
        assert [row.cells for row in found.rows] == members
        assert not found.has_errors


def test_personal_numbers_and_formulas_are_written_as_text() -> None:
    member: dict[str, Value] = {
        "name": "赵青山",
        "identity": "990521195102020211",
        "mobile": "13800000001",
        "address": "=1+1",
    }
    book = openpyxl.load_workbook(io.BytesIO(write_form(ROSTER_FORM, [member])))
    cells = {cell.value: (cell.data_type, cell.number_format) for cell in book.worksheets[0][5]}
    assert cells["990521195102020211"] == ("s", "@")
    assert cells["13800000001"] == ("s", "@")
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(write_form(ROSTER_FORM, [member]))).read("xl/worksheets/sheet1.xml")


def test_sheet_is_ready_to_print() -> None:
    content = write_form(ROSTER_FORM, [], unit="东岭村党支部", day="2026年3月10日", note="没有的填“无”")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert (sheet.title, sheet["A1"].value, sheet["A3"].value) == (
        "党员基本信息汇总表",
        "党员基本信息汇总表",
        "没有的填“无”",
    )
    assert sheet["A2"].value == "东岭村党支部    2026年3月10日"
    assert [cell.value for cell in sheet[4]] == [column.title for column in ROSTER_FORM.columns]
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToHeight, sheet.print_title_rows) == (
        "landscape",
        9,
        0,
        "$4:$4",
    )
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"


def test_empty_boxes_say_so() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write_form(ROSTER_FORM, [{"name": "赵青山"}]))).worksheets[0]
    assert [sheet["B5"].value, sheet["C5"].value, sheet["T5"].value] == ["赵青山", "无", "无"]


def test_any_table_can_be_written_several_in_one_book() -> None:
    tables = [
        Table("发放登记", ("品名", "数量"), [("党章", 3), ("党徽", None)], sheet_name="登记"),
        Table("一列", ("姓名",), [("赵青山",)], sheet_name="单列"),
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_table(*tables)))
    assert book.sheetnames == ["登记", "单列"]
    assert [[cell.value for cell in row] for row in book["登记"]["A4:B6"]] == [
        ["品名", "数量"],
        ["党章", 3],
        ["党徽", ""],
    ]
    assert book["单列"]["A5"].value == "赵青山"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "是"),
        (False, "否"),
        (PartialDate(1958, 3), "1958年3月"),
        (date(2026, 3, 1), "2026年3月1日"),
        (5, "5"),
    ],
)
def test_values_are_written_as_people_read_them(value: Value | date, text: str) -> None:
    assert as_text(value) == text


def test_text_too_long_for_a_cell_is_not_cut_silently() -> None:
    with pytest.raises(ValueError):
        write_form(ROSTER_FORM, [{"name": "赵青山", "address": "长" * 40_000}])


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'"])
def test_text_that_would_be_a_formula_gets_an_apostrophe(mark: str) -> None:
    assert (csv_safe(f"{mark}1"), csv_safe(f"1{mark}")) == (f"'{mark}1", f"1{mark}")


def test_csv_guards_what_a_spreadsheet_would_spoil() -> None:
    member: dict[str, Value] = {
        "serial": 1,
        "name": "赵青山",
        "identity": "990521195102020211",
        "address": "-1",
        "job": "'x",
    }
    line = write_csv(ROSTER_FORM, [member]).decode("utf-8-sig").splitlines()[1]
    assert line.strip(",") == "1,赵青山,,'990521195102020211,,,,,,,,''x,,,'-1"
    assert all(mark not in line[:1] for mark in string.punctuation)


def test_row_is_as_tall_as_its_longest_cell() -> None:
    rows = [["短", "短"], ["一二三四五六七", "甲\n乙\n丙"], ["abcdefghij", ""]]
    content = write_table(Table("表", ["甲", "乙"], rows, widths=(10, 10)))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [sheet.row_dimensions[number].height for number in (5, 6, 7)] == [None, 45, None]
