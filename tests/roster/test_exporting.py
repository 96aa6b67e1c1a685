"""The roster out, and back in as it was."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qisong.org.models import Journal, Unit
from qisong.org.tending import NewUnit, create_units
from qisong.roster.addresses import split_address
from qisong.roster.editing import attach_member, begin_circumstance, record_departure, transfer_member
from qisong.roster.enrolling import NewCircumstance, NewMember, enrol
from qisong.roster.erasing import erase_members
from qisong.roster.exporting import export_roster
from qisong.roster.form import ROSTER_FORM
from qisong.roster.importing import apply_batch, compare, report
from qisong.roster.models import Member
from qisong.sheets.columns import is_null
from qisong.words.digits import clean, tidy
from qisong.words.text import Refusal
from tests.counts import count
from tests.roster.forms import TODAY, compared, person
from tests.roster.people import keep, member, number
from tests.roster.state import everything
from tests.world import BEGINNING, World

LATER = date(2026, 7, 15)


def exported(unit: Unit, *, unmask: bool = False, on: date = TODAY) -> bytes:
    stream = io.BytesIO()
    export_roster(by=None, unit=unit, stream=stream, on=on, unmask=unmask, reason="试验" if unmask else "")
    return stream.getvalue()


def cells(content: bytes) -> list[list[Any]]:
    """The heading and the rows beneath it."""
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.values][3:]


def imported(unit: Unit, content: bytes, today: date = LATER) -> dict[str, Any]:
    batch = compare(by=None, unit=unit, files=[("名册.xlsx", content)], today=today)
    found = report(batch)
    apply_batch(by=None, batch=batch)
    return found


# ---- what is written ------------------------------------------------------------------------------


def test_row_has_the_columns_of_the_national_form_in_their_order(world: World) -> None:
    keep("identity", "education", "ethnicity", "address")
    row = person(1, education="大学", ethnicity="汉族", landline="0999-1234567", address="东岭村三组12号")
    lost = {"lost": "是", "lost_since": "2015年3月", "away": "是", "destination": "外省", "standing": "停止党籍"}
    apply_batch(by=None, batch=compared(world.branch, row | lost))
    heading, first = cells(exported(world.branch))
    assert heading == [column.title for column in ROSTER_FORM.columns]
    masked = ["*" * 16 + number()[-2:], "138****01", "099****67", "东岭村三组***"]
    assert first == [
        *(1, "田守一", "东岭村党支部", masked[0], "男", "汉族", "1958年3月5日", "大学", "正式党员", "1980年7月1日"),
        *("1981年7月1日", "农牧渔业生产人员", masked[1], masked[2], masked[3], "停止党籍", "是", "2015年3月"),
        *("是", "外省"),
    ]
    whole = cells(exported(world.branch, unmask=True))[1]
    assert [whole[3], *whole[12:15]] == [number(), "13800001201", "0999-1234567", "东岭村三组12号"]


def test_what_is_not_known_is_written_as_none(world: World) -> None:
    member(world.branch, "田守一")
    [row] = cells(exported(world.branch))[1:]
    assert row == [
        *(1, "田守一", "东岭村党支部", "无", "无", "无", "无", "无", "正式党员", "无", "无", "无", "无", "无", "无"),
        *("正常", "否", "无", "否", "无"),
    ]


def test_numbers_are_cells_of_text(world: World) -> None:
    apply_batch(by=None, batch=compared(world.branch, person(1)))
    sheet = openpyxl.load_workbook(io.BytesIO(exported(world.branch, unmask=True))).active
    assert [(sheet[cell].data_type, sheet[cell].number_format) for cell in ("D5", "M5")] == [("s", "@"), ("s", "@")]


def test_members_stand_in_the_order_of_the_tree(world: World) -> None:
    for unit, name in ((world.other_branch, "甲"), (world.sibling, "乙"), (world.branch, "丁"), (world.branch, "丙")):
        member(unit, name)
    rows = cells(exported(world.county))[1:]
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (1, "丁", "东岭村党支部"),
        (2, "丙", "东岭村党支部"),
        (3, "乙", "西岭村党支部"),
        (4, "甲", "柳河村党支部"),
    ]


def test_export_is_of_a_day_and_of_formal_members(world: World) -> None:
    stays, goes, guest = member(world.branch, "甲"), member(world.branch, "乙"), member(world.sibling, "丙")
    transfer_member(by=None, member=goes, unit=world.sibling, on=TODAY)
    attach_member(by=None, member=guest, unit=world.branch, on=BEGINNING)
    record_departure(by=None, member=stays, on=LATER)
    names = [[row[1] for row in cells(exported(world.branch, on=day))[1:]] for day in (date(2026, 6, 1), TODAY, LATER)]
    assert names == [["乙", "甲"], ["甲"], []]


def test_export_is_told_with_its_reason(world: World) -> None:
    stream = io.BytesIO()
    export_roster(by=world.clerk, unit=world.branch, stream=stream, on=TODAY)
    export_roster(by=world.clerk, unit=world.branch, stream=stream, on=TODAY, unmask=True, reason=" 上报 ")
    told = Journal.objects.filter(kind="roster.exported").values_list("actor", "unit", "reason", "touched")
    who = (world.clerk.pk, world.branch.pk)
    assert list(told) == [(*who, "", {"export": ["masked"]}), (*who, "上报", {"export": ["unmasked"]})]


def test_whole_numbers_need_a_reason(world: World) -> None:
    stream = io.BytesIO()
    with pytest.raises(Refusal) as refusal:
        export_roster(by=None, unit=world.branch, stream=stream, on=TODAY, unmask=True, reason=" ")
    assert (refusal.value.code, refusal.value.place, stream.getvalue()) == ("reason-missing", "reason", b"")


def test_copy_tells_whose_it_is(world: World) -> None:
    stream = io.BytesIO()
    export_roster(by=world.clerk, unit=world.branch, stream=stream, on=TODAY)
    sheet = openpyxl.load_workbook(stream).active
    assert [sheet[cell].value for cell in ("A1", "A2", "A3")] == [
        "党员基本信息汇总表",
        "填报单位：东岭村党支部    2026年6月30日",
        "说明：导出人 鲁望山",
    ]


# ---- back in --------------------------------------------------------------------------------------


def test_branches_of_one_name_are_written_by_code(world: World) -> None:
    create_units(by=None, plans=[NewUnit("B9", "东岭村党支部", "branch", ("organisation",), "D1", BEGINNING)])
    member(world.branch, "甲", identity=number(1))
    member(Unit.objects.get(code="B9"), "乙", identity=number(3))
    content = exported(world.committee)
    assert [row[2] for row in cells(content)[1:]] == ["B1", "B9"]
    assert imported(world.committee, content)["same"] == 2


def test_circumstance_of_the_verb_reads_back_the_same(world: World) -> None:
    one = member(world.branch, "甲", born="1958-03", phone="13800001234")
    begin_circumstance(by=None, member=one, kind="out-of-contact", on=date(2026, 5, 1))
    begin_circumstance(by=None, member=one, kind="frail", on=BEGINNING)
    held = everything()
    assert (imported(world.county, exported(world.county))["same"], everything()) == (1, held)


# ---- any roster -----------------------------------------------------------------------------------


def written(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts as the roster stores them: tidy, and not one that says there is none."""
    return texts.map(lambda text: tidy(text)[:40].strip()).filter(lambda text: tidy(text) == text and stored(text))


def stored(text: str) -> bool:
    """A quotation mark alone means the same as above."""
    return (
        bool(text.strip("“”"))
        and not is_null(text)
        and not is_null(clean(text))
        and not text.startswith(("'", "‘", "’", "`"))
    )


TEXTS = st.text(st.sampled_from("东岭村三组退休人员=+-@“”（）·,，。 /一1２aＢ"), max_size=12)
BLANK = st.just("")
DAYS = st.dates(date(1930, 1, 1), date(2005, 12, 31)).map(str)
PARTIAL = st.one_of(BLANK, DAYS, DAYS.map(lambda day: day[:7]), DAYS.map(lambda day: day[:4]))
DOORS = st.sampled_from(["", "12号", "3单元502室", "一号院"])
STATES = st.lists(
    st.one_of(
        st.just(NewCircumstance(kind="suspended", on=BEGINNING)),
        PARTIAL.map(lambda since: NewCircumstance(kind="out-of-contact", on=BEGINNING, since=since)),
        written(TEXTS).map(lambda detail: NewCircumstance(kind="away", on=BEGINNING, detail=detail)),
        st.just(NewCircumstance(kind="frail", on=BEGINNING)),
    ),
    unique_by=lambda state: state.kind,
    max_size=3,
).map(tuple)


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    """A member by field; ``branch`` chooses one of two, ``numbered`` whether the identity number is held."""
    place, door = split_address(draw(st.one_of(BLANK, written(TEXTS))) + draw(DOORS))
    full = draw(st.booleans())
    return {
        "name": draw(st.sampled_from(["王伟", "张桂珍", "阿卜杜拉·买买提", "田 A"])),
        "born": draw(PARTIAL),
        "category": "full" if full else "probationary",
        "became_full": draw(st.one_of(BLANK, st.just("2010-07-01"))) if full else "",
        "joined": draw(PARTIAL),
        "job": draw(st.one_of(BLANK, written(TEXTS))),
        "ethnicity": draw(st.sampled_from(["", "汉族", "其他"])),
        "education": draw(st.sampled_from(["", "大学", "夜校"])),
        "address": place,
        "house": door if place else "",
        "phone": draw(st.sampled_from(["", "13800001234", "13900005678"])),
        "landline": draw(st.sampled_from(["", "0999-1234567"])),
        "circumstances": draw(STATES),
        "branch": draw(st.booleans()),
        "numbered": draw(st.booleans()),
        "male": draw(st.booleans()),
    }


def newcomers(drawn: list[dict[str, Any]], world: World, *, numbered: bool) -> list[NewMember]:
    found = []
    for n, one in enumerate(drawn):
        values = {key: value for key, value in one.items() if key not in {"branch", "numbered", "male"}}
        unit = world.branch if one["branch"] else world.sibling
        identity = number(2 * n + one["male"]) if numbered or one["numbered"] else ""
        sex = "male" if one["male"] else "female"
        found.append(NewMember(unit=unit.pk, on=BEGINNING, identity=identity, sex=sex, **values))
    return found


RANDOM = settings(
    max_examples=count(ci=25, full=500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.gate
@RANDOM
@given(drawn=st.lists(people(), min_size=1, max_size=6), unmask=st.booleans())
def test_any_roster_reads_back_as_the_state_it_was(world: World, drawn: list[dict[str, Any]], unmask: bool) -> None:  # noqa: FBT001 - drawn by the test
    keep("identity", "ethnicity", "education", "address")
    with transaction.atomic():
        enrol(by=None, members=newcomers(drawn, world, numbered=False))
        held = everything()
        found = imported(world.committee, exported(world.committee, unmask=unmask))
        assert (found["same"] + found["doubtful"], everything()) == (len(drawn), held)
        transaction.set_rollback(True)


@pytest.mark.gate
@RANDOM
@given(drawn=st.lists(people(), min_size=1, max_size=6))
def test_any_roster_fills_an_empty_site_that_exports_the_same(world: World, drawn: list[dict[str, Any]]) -> None:
    keep("identity", "ethnicity", "education", "address")
    with transaction.atomic():
        enrol(by=None, members=newcomers(drawn, world, numbered=True))
        content = exported(world.committee, unmask=True)
        erase_members(list(Member.objects.values_list("pk", flat=True)))
        found = imported(world.committee, content)
        assert found["new"] == len(drawn)
        again = exported(world.committee, unmask=True, on=TODAY)
        assert sorted(row[1:] for row in cells(again)) == sorted(row[1:] for row in cells(content))
        transaction.set_rollback(True)
