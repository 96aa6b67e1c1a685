from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.roster.form import (
    NO_PROBATION,
    ROSTER_FORM,
    check_file,
    check_row,
    read_roster,
    settle_row,
)
from qisong.sheets.problems import Problem
from qisong.sheets.rows import Row, Value
from qisong.words.dates import PartialDate
from qisong.words.identity import check_character
from qisong.words.text import Refusal
from tests.golden.people import TITLES, identity

TODAY = date(2026, 3, 10)
LETTERS = {column.code: chr(65 + place) for place, column in enumerate(ROSTER_FORM.columns)}
SOUND = identity("19510202", 21)
DAYS = st.dates(date(1921, 1, 1), TODAY)


def row(*, number: int = 5, file: str = "a.xlsx", sheet: str = "表", **cells: Value) -> Row:
    values: dict[str, Value] = {"name": "赵青山", "mobile": "13800000001", **cells}
    return Row(file, sheet, number, values, dict(values), LETTERS)


def told(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.cell, problem.code, problem.severity) for problem in problems]


def checked(**cells: Value) -> list[tuple[str, str, str]]:
    return told(check_row(row(**cells), today=TODAY))


def test_columns_are_those_of_the_national_form_in_order() -> None:
    assert tuple(column.title for column in ROSTER_FORM.columns) == TITLES
    assert ROSTER_FORM.sheet_name == "党员基本信息汇总表"


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        *(
            (heading, "identity")
            for heading in ("公民身份号码", "公民身份证号码", "身份证号", "身份证号码", "证件号码")
        ),
        *((heading, "joined") for heading in ("入党日期", "入党时间")),
        *((heading, "became_full") for heading in ("转正日期", "转正时间")),
        *((heading, "branch") for heading in ("组织关系所在党支部", "党组织关系所在支部")),
        *((heading, "mobile") for heading in ("手机号码", "联系电话", "联系方式")),
        *((heading, "address") for heading in ("现居住地", "现居住地地址")),
        *((heading, "category") for heading in ("党员类型", "正式/预备党员")),
        *((heading, "lost") for heading in ("是否失联党员", "是否失联")),
        *((heading, "lost_since") for heading in ("失联日期", "失联时间")),
        *(("座机号码", "landline"), ("文化程度", "education"), ("出生年月", "born"), ("是否流动党员", "away")),
    ],
)
def test_heading_has_its_aliases(heading: str, code: str) -> None:
    found = ROSTER_FORM.find(heading)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("heading", ["年龄", "参加工作时间", "职务", "户籍所在地", "学位", "党龄", "健康状况"])
def test_other_headings_are_not_taken_for_ours(heading: str) -> None:
    assert ROSTER_FORM.find(heading) is None


@pytest.mark.parametrize(
    ("cells", "problems"),
    [
        ({"identity": SOUND, "sex": "男", "born": PartialDate(1951, 2, 2)}, []),
        ({"identity": "****************21", "sex": "女"}, []),
        ({"identity": None, "sex": "女"}, []),
        ({"identity": SOUND, "sex": "女"}, [("E5", "identity-sex", "error")]),
        ({"identity": SOUND, "born": PartialDate(1951, 2)}, []),
        ({"identity": SOUND, "born": PartialDate(1951, 3)}, [("G5", "identity-born", "warning")]),
        ({"identity": SOUND[:17]}, [("D5", "identity-length", "error")]),
        ({"identity": SOUND[:6] + SOUND[8:17]}, [("D5", "identity-fifteen", "warning")]),
        ({"mobile": None}, [("M5", "phone-none", "warning")]),
        ({"mobile": None, "landline": "0469-5551234"}, []),
    ],
)
def test_row_is_checked(cells: dict[str, Value], problems: list[tuple[str, str, str]]) -> None:
    assert checked(**cells) == problems


def test_file_without_telephone_columns_is_not_asked_for_them() -> None:
    bare = row()
    del bare.cells["mobile"]
    assert check_row(bare, today=TODAY) == []


def test_wrong_check_character_is_proposed_without_showing_the_number() -> None:
    wrong = SOUND[:17] + ("1" if SOUND[17] != "1" else "2")
    (problem,) = check_row(row(identity=wrong), today=TODAY)
    assert (problem.code, problem.proposal, problem.value) == ("identity-checksum", SOUND, "*" * 16 + wrong[-2:])
    assert f"最后一位应当是 {SOUND[17]}" in problem.text.zh
    assert SOUND[:10] not in str(problem.as_json())


@given(st.dates(date(1921, 7, 1), date(1999, 12, 31)))
def test_equal_dates_are_silent_exactly_when_there_was_no_probation(day: date) -> None:
    without = any(start <= day <= end for start, end in NO_PROBATION)
    same = PartialDate.of(day)
    assert checked(joined=same, became_full=same) == ([] if without else [("K5", "joined-equals-full", "warning")])


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        *(("1921-07-01", True), ("1921-06-30", False), ("1923-06-09", True), ("1923-06-10", False)),
        *(("1928-06-17", False), ("1928-06-18", True), ("1945-04-22", True), ("1945-04-23", False)),
        *(("1969-03-31", False), ("1969-04-01", True), ("1977-08-11", True), ("1977-08-12", False)),
        *(("1977-08", True), ("1977", True), ("1978", False), ("1968", False)),
    ],
)
def test_bounds_of_the_periods_count_as_inside(text: str, silent: bool) -> None:  # noqa: FBT001 - a column of the table
    day = PartialDate.from_text(text)
    assert (checked(joined=day, became_full=day) == []) is silent


@given(DAYS, DAYS)
def test_joining_after_becoming_full_is_an_error(one: date, other: date) -> None:
    found = checked(joined=PartialDate.of(one), became_full=PartialDate.of(other))
    assert (("K5", "joined-after-full", "error") in found) == (one > other)


def test_months_are_compared_as_far_as_they_are_known() -> None:
    assert checked(joined=PartialDate(1986, 5), became_full=PartialDate(1986, 5, 20)) == []
    assert checked(joined=PartialDate(1986, 5, 20), became_full=PartialDate(1986)) == []


@pytest.mark.parametrize(
    ("cells", "category", "job", "codes"),
    [
        ({"category": "正式党员"}, "正式党员", None, []),
        ({"category": "乡村医生"}, None, "乡村医生", ["category-not-known"]),
        ({"category": "乡村医生", "job": "退休人员"}, None, "退休人员", ["category-not-known"]),
        ({"category": None}, None, None, []),
    ],
)
def test_job_under_category_is_put_where_it_belongs(
    cells: dict[str, Value], category: str | None, job: str | None, codes: list[str]
) -> None:
    one = row(**cells)
    assert [problem.code for problem in settle_row(one)] == codes
    assert (one.cells["category"], one.cells.get("job")) == (category, job)


def test_same_number_is_found_in_sheets_and_files_and_names_both_cells() -> None:
    rows = [row(identity=SOUND), row(identity=SOUND, number=9), row(identity=SOUND, file="b.xlsx", sheet="另")]
    problems = check_file(rows)
    assert told(problems) == [(f"D{n}", "identity-twice", "error") for n in (5, 9, 5)]
    assert problems[0].text.zh.startswith("同一个证号还在：D9、b.xlsx 另 D5。")
    assert problems[2].text.zh.startswith("同一个证号还在：a.xlsx 表 D5、a.xlsx 表 D9。")


def test_masked_numbers_are_never_the_same_number() -> None:
    assert check_file([row(identity="****************21"), row(identity="****************21", number=6)]) == []


def test_names_are_never_compared() -> None:
    assert check_file([row(name="王伟", number=n) for n in range(5, 205)]) == []


def numbers_ending_in_zeroes() -> list[str]:
    firsts = [
        f"9905211951{month:02}{day:02}{tail}"
        for month in range(1, 13)
        for day in range(1, 29)
        for tail in ("100", "300")
    ]
    return [first + "0" for first in firsts if check_character(first) == "0"]


def test_one_number_ending_in_zeroes_may_be_true() -> None:
    rows = [row(identity=identity(f"195102{n:02}", 21), number=n) for n in range(1, 29)]
    assert check_file([*rows, row(identity=numbers_ending_in_zeroes()[0], number=40)]) == []


def test_many_numbers_ending_in_zeroes_were_damaged() -> None:
    rows = [row(identity=value, number=n) for n, value in enumerate(numbers_ending_in_zeroes(), start=5)]
    assert {problem.code for problem in check_file(rows)} == {"identity-rounded-many"}
    assert len(check_file(rows)) == len(rows) > 10


@given(st.binary(max_size=300))
def test_any_text_file_is_read_to_the_end(content: bytes) -> None:
    heading = "姓名,性别,公民身份证号,出生日期,手机号\n".encode()
    with suppress(Refusal):
        found = read_roster(heading + content.decode("utf-8", "ignore").encode(), "a.csv", today=TODAY)
        assert all(problem.text.zh and problem.text.en for problem in found.problems)
