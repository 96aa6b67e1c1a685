import csv
import io
from collections.abc import Iterable
from datetime import date
from time import process_time

import openpyxl
import pytest

from qisong.org.models import Journal, Unit, UnitEvent
from qisong.org.tending import close_unit, rename_unit
from qisong.org.tree import tree_on
from qisong.org.units_sheet import UNITS_FORM, UnitsReport, import_units
from tests.world import BEGINNING, World

TODAY = date(2026, 6, 1)
HEADING = ["组织代码", "组织名称", "上级组织代码", "组织类别", "特征", "成立日期"]
TOWN = ["D9", "南岭镇党委", "C0", "党委", "基层党委", "2021-07-01"]
VILLAGE = ["B9", "南岭村党支部", "D9", "支部", "基层组织、村", "2021-08-01"]


def sheet(*rows: Iterable[str], heading: list[str] = HEADING) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    return text.getvalue().encode("utf-8-sig")


def take(*rows: Iterable[str], heading: list[str] = HEADING) -> UnitsReport:
    return import_units(by=None, source=sheet(*rows, heading=heading), filename="组织.csv", today=TODAY)


def found(report: UnitsReport) -> list[tuple[str, str]]:
    return [(problem.cell, problem.code) for problem in report.problems]


def counts(report: UnitsReport) -> tuple[int, int, int]:
    return report.rows, report.created, report.same


def test_children_may_stand_before_their_parents(world: World) -> None:
    assert (counts(take(VILLAGE, TOWN)), found(take(VILLAGE, TOWN))) == ((2, 2, 0), [])
    tree = tree_on(TODAY)
    unit = Unit.objects.get(code="B9")
    assert [tree.nodes[step].code for step in tree.path(unit.pk)] == ["C0", "D9", "B9"]
    assert (unit.kind, unit.traits) == ("branch", ["organisation", "village"])


def test_units_stand_from_the_day_they_were_founded(world: World) -> None:
    take(TOWN, VILLAGE)
    assert [len(tree_on(day).nodes) for day in (date(2021, 6, 30), date(2021, 7, 31), date(2021, 8, 1))] == [8, 9, 10]


def test_same_sheet_twice_changes_nothing(world: World) -> None:
    take(TOWN, VILLAGE)
    before = (UnitEvent.objects.count(), Journal.objects.count())
    assert counts(take(TOWN, VILLAGE)) == (2, 0, 2)
    assert (UnitEvent.objects.count(), Journal.objects.count()) == before


def test_row_of_the_county_may_be_repeated(world: World) -> None:
    assert counts(take(["C0", "青山县", "", "县委", "", "1949-10-01"], TOWN)) == (2, 1, 1)


def test_county_has_no_parent(world: World) -> None:
    assert found(take(["C0", "青山县委", "D1", "县委", "", ""])) == [("C2", "unit-differs")]


@pytest.mark.parametrize("kind", ["支部", "党支部", "Branch", "branch", "BRANCH"])
def test_kind_is_known_by_any_of_its_names(world: World, kind: str) -> None:
    take(TOWN, [*VILLAGE[:3], kind, *VILLAGE[4:]])
    assert Unit.objects.get(code="B9").kind == "branch"


@pytest.mark.parametrize(
    "traits",
    ["基层组织、县直单位", "基层组织,县直单位", "基层组织;县直单位", "基层组织 县直单位", "organisation, County unit"],
)
def test_traits_are_separated_as_people_do(world: World, traits: str) -> None:
    take(TOWN, [*VILLAGE[:4], traits, ""])
    assert Unit.objects.get(code="B9").traits == ["county-unit", "organisation"]


def test_unit_without_a_date_stands_as_long_as_its_parent(world: World) -> None:
    take(TOWN, [*VILLAGE[:5], ""])
    assert UnitEvent.objects.get(unit__code="B9").on == date(2021, 7, 1)


def test_date_without_a_day_is_not_before_the_parents(world: World) -> None:
    take(TOWN, [*VILLAGE[:5], "2021年7月"], ["B8", "北岭村党支部", "D9", "支部", "", "2022年"])
    assert dict(UnitEvent.objects.filter(unit__code__in=["B8", "B9"]).values_list("unit__code", "on")) == {
        "B9": date(2021, 7, 1),
        "B8": date(2022, 1, 1),
    }


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("组织代码", "", ("A2", "required-empty")),
        ("组织代码", "B" * 41, ("A2", "too-long")),
        ("组织名称", "", ("B2", "required-empty")),
        ("组织名称", "岭" * 101, ("B2", "too-long")),
        ("上级组织代码", "", ("C2", "parent-empty")),
        ("上级组织代码", "D7", ("C2", "unknown-parent")),
        ("上级组织代码", "B9", ("C2", "parent-loop")),
        ("组织类别", "支队", ("D2", "unknown-kind")),
        ("组织类别", "县委", ("D2", "root-kind")),
        ("特征", "村、水村", ("E2", "unknown-trait")),
        ("成立日期", "2021-02-30", ("F2", "date-impossible")),
        ("成立日期", "2030-01-01", ("F2", "date-future")),
        ("成立日期", "2021-06-30", ("F2", "before-parent")),
    ],
)
def test_wrong_cell_is_named_and_nothing_written(
    world: World, column: str, value: str, problem: tuple[str, str]
) -> None:
    row = [value if title == column else cell for title, cell in zip(HEADING, VILLAGE, strict=True)]
    report = take(row, TOWN)
    assert (found(report), counts(report)) == ([problem], (2, 0, 0))
    assert Unit.objects.count() == len(world.units)


def test_all_problems_are_named_at_once(world: World) -> None:
    wrong = ["D8", "西坡镇党委", "D9", "村委", "大", "2021-13-01"]
    assert found(take(TOWN, wrong, [*TOWN])) == [
        ("F3", "date-impossible"),
        ("D3", "unknown-kind"),
        ("E3", "unknown-trait"),
        ("A4", "code-twice"),
    ]


def test_parents_in_a_circle_are_each_told(world: World) -> None:
    one = ["X1", "甲", "X2", "支部", "", ""]
    two = ["X2", "乙", "X1", "支部", "", ""]
    beneath = ["X3", "丙", "X1", "支部", "", ""]
    assert found(take(one, two, beneath)) == [("C2", "parent-loop"), ("C3", "parent-loop"), ("C4", "parent-loop")]


def test_closed_unit_is_no_parent(world: World) -> None:
    close_unit(by=None, unit=world.sibling, on=date(2025, 1, 1))
    assert found(take(["G1", "一组", "B2", "小组", "", ""])) == [("C2", "unknown-parent")]


def test_known_unit_that_differs_is_an_error_and_stays(world: World) -> None:
    row = ["B1", "东岭新村党支部", "D2", "联合支部", "村", "2019-01-01"]
    cells = [(f"{letter}2", "unit-differs") for letter in "BCDEF"]
    report = take(row)
    assert (found(report), counts(report)) == (cells, (1, 0, 0))


def test_known_unit_is_compared_with_what_it_is_today(world: World) -> None:
    rename_unit(by=None, unit=world.branch, on=date(2024, 1, 1), name="东岭新村党支部")
    row = ["B1", "东岭新村党支部", "D1", "支部", "村、基层组织", str(BEGINNING)]
    assert counts(take(row)) == (1, 0, 1)


def test_closed_unit_in_the_sheet_is_told(world: World) -> None:
    close_unit(by=None, unit=world.branch, on=date(2025, 1, 1))
    assert found(take(["B1", "东岭村党支部", "D1", "支部", "", ""])) == [("A2", "unit-differs")]


def test_column_that_is_not_there_says_nothing(world: World) -> None:
    report = take(["B1", "东岭村党支部", "D1", "支部"], heading=HEADING[:4])
    assert counts(report) == (1, 0, 1)


def test_workbook_with_numbers_for_codes(world: World) -> None:
    book = openpyxl.Workbook()
    for row in (["组织情况表"], HEADING, [101, "南岭镇党委", "C0", "党委", None, date(2021, 7, 1)]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    report = import_units(by=None, source=stream.getvalue(), filename="组织.xlsx", today=TODAY)
    assert (counts(report), found(report)) == ((1, 1, 0), [])
    assert UnitEvent.objects.get(unit__code="101").on == date(2021, 7, 1)


def test_import_is_one_entry_of_the_journal(world: World) -> None:
    take(TOWN, VILLAGE)
    entry = Journal.objects.last()
    ids = Unit.objects.filter(code__in=["D9", "B9"]).order_by("pk").values_list("pk", flat=True)
    assert entry is not None
    assert (entry.kind, entry.touched) == ("units.imported", {"unit": [str(pk) for pk in ids], "county": True})


def test_report_as_json(world: World) -> None:
    answer = take(["B9", "南岭村党支部", "", "支部", "", ""]).as_json()
    [problem] = answer.pop("problems")
    assert answer == {"rows": 1, "created": 0, "same": 0}
    assert (problem["cell"], problem["column"], problem["severity"]) == ("C2", "上级组织代码", "error")


def test_form_has_the_promised_columns() -> None:
    assert [column.title for column in UNITS_FORM.columns] == HEADING


def test_whole_county_takes_less_than_two_seconds(world: World) -> None:
    towns = [[f"T{n}", f"第{n}镇党委", "C0", "党委", "基层党委", "2021-07-01"] for n in range(69)]
    villages = [[f"V{n}", f"第{n}村党支部", f"T{n % 69}", "支部", "基层组织、村", ""] for n in range(537)]
    started = process_time()
    assert counts(take(*villages, *towns)) == (606, 606, 0)
    assert process_time() - started < 2
