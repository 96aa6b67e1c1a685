"""The registration forms come in: whom a row means, what begins, what is held, what is wrong; and out and in again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
from django.utils import timezone

from qisong.casework.models import Case
from qisong.casework.registration import Register, write_register
from qisong.casework.registration_sheet import RegisterReview, examine_register, import_register
from qisong.casework.tracing import give_up, record_found
from qisong.casework.verifying import settle
from qisong.org.models import Journal
from qisong.org.scope import operator_scope
from qisong.roster.models import Circumstance
from qisong.roster.secrets import sealed_row
from qisong.roster.terms import OUT_OF_CONTACT, Secret
from qisong.words.identity import check_character
from tests.casework.cases import day, search, tried
from tests.world import World

pytestmark = pytest.mark.postgres
TODAY = date(2026, 6, 1)
FOUND = [
    "序号",
    "党员姓名",
    "出生年月",
    "身份证号",
    "所在支部",
    "党组织\n类别",
    "失去联系情形",
    "失联时间",
    "取得联系时间",
    "备注",
]
LOST = [*FOUND[:8], "查找经过", "处理意见", "备注"]
HE = [1, "何 渺", "1972年", "", "东岭村党支部", "③农村", "①", "2025年6月至2026年3月", "2026.3.20", "打工"]


def sheet(heading: Sequence[str], *rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["登记表"], ["填报单位：东岭村"], heading, *rows, ["党支部书记（签字）："]):
        page.append(list(row))
    page.merge_cells("A1:J1")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def take(world: World, *rows: Sequence[object], heading: Sequence[str] = FOUND, code: str = "C0") -> RegisterReview:
    source = sheet(heading, *rows)
    return import_register(
        by=world.office, unit=world.unit(code), source=source, filename="表.xlsx", on=TODAY, today=TODAY
    )


def wrong(review: RegisterReview) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in review.problems]


def numbered(world: World, name: str, first: str) -> str:
    """A fictional identity number that the roster holds from now on."""
    number = first + check_character(first)
    sealed_row(world.member(name).pk, Secret.IDENTITY, number).save(force_insert=True)
    return number


def row(**changed: object) -> list[object]:
    return [changed.get(name, value) for name, value in zip(FOUND, HE, strict=True)]


def test_whoever_was_found_has_a_search_that_waits_for_anothers_word(world: World) -> None:
    review = take(world, HE)
    assert (wrong(review), len(review.lines)) == ([], 1)
    case = Case.objects.get(member=world.member("何渺"))
    told = case.tracing
    assert (case.state, case.opened_on, told.spoken_on) == ("found", date(2026, 3, 20), date(2026, 3, 20))
    assert (told.lost_since, told.reason, told.establishment, told.note) == ("2025-06", "work-away", "rural", "打工")
    assert Circumstance.objects.filter(member=case.member, kind=OUT_OF_CONTACT, valid_to=None).count() == 1


def test_whoever_was_not_found_has_a_search_that_goes_on(world: World) -> None:
    values = [1, "西门三", "1966-01-30", "", "B2", "", "外出务工经商", "2024.5", "电话3次", "停止党籍", ""]
    review = take(world, values, heading=LOST)
    assert wrong(review) == []
    case = Case.objects.get(member=world.member("西门三"))
    assert (case.state, case.opened_on, case.tracing.lost_since) == ("open", TODAY, "2024-05")
    assert case.tracing.note == "查找经过：电话3次；处理意见：停止党籍"


def test_identity_number_finds_whoever_the_row_means(world: World) -> None:
    number = numbered(world, "何渺", "11010119720307452")
    review = take(world, row(出生年月="", 身份证号=number, 所在支部="西岭村党支部"))
    assert [line.member for line in review.lines] == [world.member("何渺").pk]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"党员姓名": "无此人"}, [("B4", "not-on-roster")]),
        ({"出生年月": ""}, [("B4", "doubtful-no-birth-date")]),
        ({"所在支部": "南岭村党支部"}, [("E4", "branch-unknown")]),
        ({"失去联系情形": "㉚"}, [("G4", "unknown-term")]),
        ({"失去联系情形": "不想说"}, [("G4", "unknown-term")]),
        ({"失联时间": "很久以前"}, [("H4", "date-unreadable")]),
        ({"失联时间": "2026年5月"}, [("H4", "lost-too-late")]),
        ({"取得联系时间": ""}, [("I4", "day-missing")]),
        ({"取得联系时间": "2026年8月1日"}, [("I4", "date-future")]),
        ({"备注": "电话 13800001234"}, [("J4", "number-in-note")]),
        ({"备注": "患病"}, [("J4", "health-or-faith")]),
    ],
)
def test_mistake_is_told_at_its_cell_and_nothing_is_written(
    world: World, changed: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    fine = [2, "西门三", "1966-01-30", "", "B2", "", "", "", "2026-03-01", ""]
    review = take(world, row(**changed), fine)
    assert wrong(review) == expected
    assert all(problem.text.zh and problem.text.en for problem in review.problems)
    assert Case.objects.count() == 0
    marked = openpyxl.load_workbook(io.BytesIO(review.annotated(sheet(FOUND, row(**changed), fine), "表.xlsx"))).active
    assert marked is not None
    assert any("错误" in str(cell) for line in marked.iter_rows(values_only=True) for cell in line)


def test_all_mistakes_of_a_row_are_told_at_once(world: World) -> None:
    review = take(world, row(党员姓名="无此人", 失去联系情形="不想说", 失联时间="很久", 备注="13800001234"))
    assert {cell for cell, _code in wrong(review)} == {"B4", "G4", "H4", "J4"}


def test_somebody_named_twice_is_a_mistake(world: World) -> None:
    assert {code for _cell, code in wrong(take(world, HE, HE))} <= {"row-twice", "doubtful-namesakes"}
    assert Case.objects.count() == 0


def test_nobody_outside_the_unit_is_found_or_told_of(world: World) -> None:
    number = numbered(world, "柳青禾", "11010119580305002")
    there = [1, "柳青禾", "1958-03-05", number, "", "", "", "", "2026-03-01", ""]
    review = take(world, there, code="B1")
    assert [code for _cell, code in wrong(review)] == ["not-on-roster"]
    assert "柳" not in "".join(problem.text.zh for problem in review.problems)


def test_the_same_form_again_is_held_and_not_journalled(world: World) -> None:
    take(world, HE)
    before = Journal.objects.count()
    review = take(world, HE)
    assert (review.held, review.lines, Journal.objects.count()) == (1, [], before)


def test_a_search_under_way_ends_in_their_being_found(world: World) -> None:
    case = search(world)
    give_up(by=world.recorder, case=tried_for(world, case), on=day(40), reason="都问过了")
    take(world, HE)
    case.refresh_from_db()
    assert (case.state, case.tracing.spoken_on) == ("found", date(2026, 3, 20))
    assert case.steps.get(until=None).on == day(40)
    settle(by=world.clerk, case=case, on=day(41))
    assert take(world, HE).held == 1


def tried_for(world: World, case: Case) -> Case:
    tried(case, world)
    return case


def test_of_a_month_the_last_day_that_has_come_counts(world: World) -> None:
    today = timezone.localdate()
    told = sheet(FOUND, row(取得联系时间=f"{today:%Y年%m月}"))
    review = import_register(by=world.office, unit=world.county, source=told, filename="表.xlsx", on=today, today=today)
    assert (wrong(review), [line.spoken_on for line in review.lines]) == ([], [today])


def test_a_search_under_way_is_held_by_the_form_of_those_not_found(world: World) -> None:
    search(world)
    review = take(world, [1, "何渺", "1972", "", "", "", "", "", "问过", "", ""], heading=LOST, code="B1")
    assert (review.held, review.lines, wrong(review)) == (1, [], [])


def test_whoever_is_lost_again_later_is_searched_for_again(world: World) -> None:
    case = record_found(by=world.recorder, case=search(world), on=day(3))
    settle(by=world.clerk, case=case, on=day(4))
    again = row(失联时间="2026年4月", 取得联系时间="2026-05-09")
    assert len(take(world, again).lines) == 1
    assert Case.objects.filter(member=case.member).count() == 2


def test_what_goes_out_comes_back_as_held(world: World) -> None:
    record_found(by=world.recorder, case=search(world), on=day(3))
    source = write_register(operator_scope(), world.county, Register.FOUND)
    review = examine_register(unit=world.county, source=source, filename="a.xlsx", on=TODAY, today=TODAY)
    assert (review.rows, review.held, review.lines, wrong(review)) == (1, 1, [], [])
