"""The rectification ledger: ugly ones read, bad ones told, twice the same, and out and in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date

import openpyxl
import pytest

from qisong.casework.ledger_sheet import LedgerReview, examine_ledger, import_ledger
from qisong.casework.ledger_writing import write_ledger
from qisong.casework.models import Action, Case, Step
from qisong.org.models import Journal
from qisong.org.scope import operator_scope
from qisong.org.tending import merge_units
from tests.casework.cases import lifting, problem
from tests.golden.containers import xls
from tests.world import World

TODAY = date(2026, 6, 1)
HEADING = ["序号", "存在\n问题", "方面", "整改措施", "责任部门", "责任人", "办结时限", "整改进展", "销号时间"]
OPEN = [1, "学习记录缺三次", "工作效率", "一、补学\n二、补记", "", "东方晓", "２０２６年７月３１日", "", "否"]
CLOSED = [2, "台账不全", "", "补齐", "办公室", "某同志", "2026.3.31", "已补齐", date(2026, 3, 20)]

pytestmark = pytest.mark.postgres


def ledger(*rows: Sequence[object], heading: Sequence[str] = HEADING) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["东岭村问题整改台账"], ["填报单位：东岭村"], heading, *rows, ["合计", "2"], ["填表人：东方晓"]):
        sheet.append(list(row))
    sheet.merge_cells("A1:I1")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def take(world: World, *rows: Sequence[object], code: str = "B1") -> LedgerReview:
    return import_ledger(
        by=world.clerk, unit=world.unit(code), source=ledger(*rows), filename="台账.xlsx", on=TODAY, today=TODAY
    )


def counts(review: LedgerReview) -> tuple[int, int, int, int]:
    return review.rows, len(review.lines), review.held, review.wrong


def found(review: LedgerReview) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in review.problems]


def test_ugly_ledger_is_read(world: World) -> None:
    review = take(world, OPEN, CLOSED)
    assert (counts(review), found(review)) == ((2, 2, 0, 0), [])
    case = Case.objects.get(subject="学习记录缺三次")
    assert (case.unit, case.owner, case.due_on) == (world.branch, world.recorder.person, date(2026, 7, 31))
    assert (case.state, case.finding.aspect, case.opened_by) == ("working", "work", None)
    assert list(Action.objects.filter(case=case).values_list("kind", "text")) == [("measure", "一、补学\n二、补记")]


def test_closed_row_is_closed_by_steps_that_the_ledger_tells(world: World) -> None:
    take(world, OPEN, CLOSED)
    case = Case.objects.get(subject="台账不全")
    assert (case.owner, case.in_charge, case.finding.body) == (None, "某同志", "办公室")
    assert (case.state, case.ended_on) == ("closed", date(2026, 3, 20))
    steps = Step.objects.filter(case=case).values_list("move", "state", "by")
    assert list(steps) == [("open", "working", None), ("request", "fixed", None), ("settle", "closed", None)]


def test_same_ledger_twice_changes_nothing(world: World) -> None:
    take(world, OPEN, CLOSED)
    before = (Case.objects.count(), Step.objects.count(), Action.objects.count())
    assert counts(take(world, OPEN, CLOSED)) == (2, 0, 2, 0)
    assert (Case.objects.count(), Step.objects.count(), Action.objects.count()) == before


def test_one_wrong_row_keeps_all_out_and_every_problem_is_told(world: World) -> None:
    rows = [
        OPEN,
        [2, "会议记录潦草", "没有这一类", "", "", "", "", "", "也许"],
        [3, "制度没有上墙", "", "", "", "", "2026-08-01", "", "是"],
    ]
    review = take(world, *rows)
    assert found(review) == [
        ("C5", "unknown-aspect"),
        ("I5", "closed-unclear"),
        ("G5", "due-missing"),
        ("H6", "nothing-done"),
    ]
    assert review.problems[1].value == "也许"
    assert review.problems[1].text.zh == "看不出是否已经销号。请填“是”“否”或销号的日期。"
    assert (Case.objects.count(), counts(review)) == (0, (3, 1, 0, 2))
    marked = openpyxl.load_workbook(io.BytesIO(review.annotated(ledger(*rows), "台账.xlsx"))).active
    assert marked is not None
    assert str(marked["J3"].value).startswith("错误")
    assert "没有销号的问题要写整改时限" in str(marked["J5"].value)


def test_row_twice_in_one_ledger_is_told(world: World) -> None:
    assert found(take(world, OPEN, OPEN)) == [("B5", "row-twice")]


def test_row_goes_to_the_unit_beneath_that_it_names(world: World) -> None:
    by_name, by_code = [*OPEN[:4], "西岭村党支部", *OPEN[5:]], [*CLOSED[:4], "B2", *CLOSED[5:]]
    foreign = [3, "路灯不亮", "", "", "柳河村党支部", "", "2026-08-01", "", ""]
    take(world, by_name, by_code, foreign, code="D1")
    placed = Case.objects.order_by("subject").values_list("subject", "unit__code", "finding__body")
    assert sorted(placed) == [
        ("台账不全", "B2", ""),
        ("学习记录缺三次", "B2", ""),
        ("路灯不亮", "D1", "柳河村党支部"),
    ]


def test_looking_through_writes_nothing(world: World) -> None:
    before = Journal.objects.count()
    review = examine_ledger(unit=world.branch, source=ledger(OPEN), filename="a.xlsx", on=TODAY, today=TODAY)
    assert (counts(review), Case.objects.count(), Journal.objects.count()) == ((1, 1, 0, 0), 0, before)


def test_what_goes_out_comes_back_as_held(world: World) -> None:
    take(world, OPEN, CLOSED)
    problem(world, "自己登记的一条")
    lifting(world)
    out = write_ledger(operator_scope(), world.committee)
    review = import_ledger(
        by=None, unit=world.committee, source=out, filename="a.xlsx", on=TODAY, today=operator_scope().on
    )
    assert (counts(review), found(review)) == ((3, 0, 3, 0), [])
    assert write_ledger(operator_scope(), world.other_committee) != out


def test_what_a_held_row_tells_beyond_the_case_is_said_and_not_written(world: World) -> None:
    take(world, OPEN, CLOSED)
    further = [*OPEN[:7], "补学了两次", "否"]
    ended = [*OPEN[:7], "补齐了", "是"]
    remarks = [(found(review), review.held, review.lines) for review in (take(world, further), take(world, ended))]
    assert remarks == [([("H4", "held-progress")], 1, []), ([("I4", "held-open")], 1, [])]
    assert found(take(world, OPEN, CLOSED)) == []


def test_problems_of_a_closed_unit_go_out_with_their_heir_and_come_back_as_held(world: World) -> None:
    take(world, OPEN, code="B2")
    merge_units(by=world.office, unit=world.sibling, into=world.other_branch, on=date(2026, 5, 1))
    out = write_ledger(operator_scope(), world.other_committee)
    told = {"unit": world.other_committee, "source": out, "filename": "a.xlsx", "on": TODAY}
    assert counts(examine_ledger(**told, today=operator_scope().on)) == (1, 0, 1, 0)  # type: ignore[arg-type]


def old_office(rows: Sequence[Sequence[object]]) -> bytes:
    """As programs of twenty years ago keep it."""
    return xls({number: dict(enumerate(row, start=1)) for number, row in enumerate(rows, start=1)})


def as_text(rows: Sequence[Sequence[object]]) -> bytes:
    """As an office exports it: in its own encoding, lines within cells quoted."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode("gb18030")


@pytest.mark.parametrize(("write", "name"), [(old_office, "a.xls"), (as_text, "a.csv")])
def test_ledger_of_other_programs_is_read_alike(
    world: World, write: Callable[[Sequence[Sequence[object]]], bytes], name: str
) -> None:
    rows = [["东岭村问题整改台账"], HEADING, OPEN, [*CLOSED[:8], "2026-03-20"], ["合计", "2"]]
    review = examine_ledger(unit=world.branch, source=write(rows), filename=name, on=TODAY, today=TODAY)
    assert (counts(review), found(review)) == ((2, 2, 0, 0), [])
    [first, second] = review.lines
    assert (first.told.measures, first.due_on) == (("一、补学\n二、补记",), date(2026, 7, 31))
    assert second.closed_on == date(2026, 3, 20)


def test_merged_cells_speak_for_every_row_they_cover(world: World) -> None:
    book = openpyxl.load_workbook(io.BytesIO(ledger(OPEN, CLOSED)))
    sheet = book.active
    assert sheet is not None
    sheet["F5"] = None
    sheet.merge_cells("F4:F5")
    buffer = io.BytesIO()
    book.save(buffer)
    told = {"source": buffer.getvalue(), "filename": "a.xlsx", "on": TODAY, "today": TODAY}
    review = examine_ledger(unit=world.branch, **told)  # type: ignore[arg-type]
    assert [line.in_charge for line in review.lines] == ["东方晓", "东方晓"]


def test_reader_exports_what_they_handle(world: World) -> None:
    take(world, OPEN)
    sheet = openpyxl.load_workbook(io.BytesIO(write_ledger(world.scope("clerk"), world.county))).active
    assert sheet is not None
    assert [sheet.cell(5, column).value for column in (2, 3, 7, 8, 11)] == [
        "学习记录缺三次",
        "工作效率",
        "东岭村党支部",
        "东方晓",
        "否",
    ]
    other = openpyxl.load_workbook(io.BytesIO(write_ledger(world.scope("outsider"), world.county))).active
    assert other is not None
    assert other.max_row == 4
