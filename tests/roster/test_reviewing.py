"""What comes of comparing files with the roster; nothing is written by it."""

from datetime import date
from typing import Any

import pytest

from qisong.org.models import Journal, Unit
from qisong.org.tending import close_unit
from qisong.roster.editing import record_death, record_departure
from qisong.roster.importing import apply_batch, examine, report
from qisong.roster.models import ImportBatch, Member
from qisong.roster.reviewing import Review
from qisong.words.text import Refusal
from tests.roster.forms import TODAY, compared, person, sheet
from tests.roster.people import keep, member, number
from tests.world import World

NOTHING = {"rows": 0, "new": 0, "changed": 0, "moved": 0, "doubtful": 0, "same": 0, "missing": 0}


def examined(unit: Unit, *rows: dict[str, Any], without: tuple[str, ...] = ()) -> Review:
    return examine(unit=unit, files=[("名册.xlsx", sheet(*rows, without=without))], today=TODAY)


def counts(**found: int) -> dict[str, int]:
    return NOTHING | found


def codes(review: Review) -> list[tuple[str, str, str]]:
    return [(problem.cell, problem.code, problem.severity) for problem in review.problems]


def enrolled(world: World, *rows: dict[str, Any]) -> None:
    apply_batch(by=None, batch=compared(world.county, *rows))


def test_report_is_what_the_command_answers(world: World) -> None:
    assert report(examined(world.branch, person(1), person(2, standing="开除党籍"))) == counts(rows=2, new=2) | {
        "problems": [
            {
                "file": "名册.xlsx",
                "sheet": "党员基本信息汇总表",
                "cell": "P6",
                "row": 6,
                "column": "党籍状态",
                "value": "开除党籍",
                "code": "expelled",
                "severity": "error",
                "message": "已被开除的人不在名册上。请删去这一行；原来在名册上的，在系统里办理离开。 / "
                "Somebody expelled is not on the roster. Delete the row; if they still are, record their departure.",
            }
        ]
    }


def test_examining_writes_nothing(world: World) -> None:
    before = Journal.objects.count()
    examined(world.branch, person(1))
    assert (Journal.objects.count(), ImportBatch.objects.count(), Member.objects.count()) == (before, 0, 0)


def test_each_row_has_one_outcome(world: World) -> None:
    enrolled(world, person(1), person(2), person(3), person(4), person(5, branch="西岭村党支部"))
    review = examined(
        world.committee,
        person(1),
        person(2, job="退休人员"),
        person(3, branch="西岭村党支部", job="退休人员"),
        person(6),
        person(4, identity=number(serial=77)),
    )
    assert review.counts == counts(rows=5, same=1, changed=1, moved=1, new=1, doubtful=1, missing=1)
    assert [line.outcome.value for line in review.lines] == ["same", "changed", "moved", "new", "doubtful", "missing"]
    assert [line.said.columns() for line in review.lines[:3]] == [[], ["job"], ["job", "branch"]]


def test_row_with_an_error_is_counted_all_the_same(world: World) -> None:
    enrolled(world, person(1), person(2))
    wrong = {"standing": "开除党籍"}
    review = examined(world.branch, person(1, **wrong), person(2, job="退休人员", **wrong), person(3, **wrong))
    assert review.counts == counts(rows=3, same=1, changed=1, new=1)
    assert [line.has_error for line in review.lines] == [True, True, True]


def test_missing_are_the_members_of_the_unit_alone(world: World) -> None:
    member(world.branch, "田守一")
    member(world.sibling, "西门三")
    member(world.other_branch, "柳青禾")
    record_departure(by=None, member=member(world.branch, "田走远"), on=date(2026, 5, 1))
    assert examined(world.committee, person(1, name="田新苗")).counts == counts(rows=1, new=1, missing=2)


def test_candidate_of_a_doubtful_row_is_not_missing(world: World) -> None:
    member(world.branch, "田守一")
    review = examined(world.branch, person(1, name="田守一", born=None))
    assert (review.counts, codes(review)) == (
        counts(rows=1, doubtful=1),
        [("B5", "doubtful-no-birth-date", "warning")],
    )


def test_matching_works_without_numbers(world: World) -> None:
    keep()
    enrolled(world, person(1), person(2))
    review = examined(world.branch, person(1), person(2, job="退休人员"))
    assert review.counts == counts(rows=2, same=1, changed=1)


# ---- cells that say less than is held ------------------------------------------------------------


def test_blank_cells_erase_nothing(world: World) -> None:
    enrolled(world, person(1, lost="是", lost_since="2015-03", away="是", destination="外省"))
    blank = dict.fromkeys(
        ("sex", "born", "category", "joined", "became_full", "job", "mobile", "address", "standing", "lost", "away")
    )
    review = examined(world.branch, person(1, **blank))
    assert (review.counts, codes(review)) == (counts(rows=1, same=1), [("M5", "phone-none", "warning")])


def test_none_erases_nothing_and_is_pointed_out(world: World) -> None:
    enrolled(world, person(1))
    review = examined(world.branch, person(1, mobile="无", joined="—", landline="无"))
    assert review.counts == counts(rows=1, same=1)
    assert codes(review)[-2:] == [("J5", "held-kept", "warning"), ("M5", "held-kept", "warning")]


def test_agreeing_masks_are_unchanged_and_others_are_not_imported(world: World) -> None:
    enrolled(world, person(1))
    masked = person(1, identity="*" * 16 + number()[-2:], mobile="138****01")
    assert (examined(world.branch, masked).counts, examined(world.branch, masked).problems) == (
        counts(rows=1, same=1),
        [],
    )
    review = examined(world.branch, masked | {"mobile": "139****01"})
    assert (review.counts, codes(review)) == (counts(rows=1, same=1), [("M5", "mask-unknown", "warning")])


def test_newcomer_with_masks_has_no_numbers(world: World) -> None:
    review = examined(world.branch, person(1, identity="*" * 16 + "12", mobile="138****01"))
    assert codes(review) == [("D5", "mask-unknown", "warning"), ("M5", "mask-unknown", "warning")]
    assert review.lines[0].said.secrets == {}


# ---- branches and categories left out ------------------------------------------------------------


def test_sheet_without_branches_is_that_of_the_unit(world: World) -> None:
    review = examined(world.branch, person(1), without=("branch",))
    assert (review.lines[0].said.unit, review.problems) == (world.branch.pk, [])


def test_sheet_without_branches_of_a_committee_says_so_once(world: World) -> None:
    review = examined(world.committee, person(1), person(2), without=("branch",))
    assert [line.said.unit for line in review.lines] == [world.committee.pk] * 2
    assert codes(review) == [("", "branch-column-missing", "warning")]


def test_sheet_without_branches_moves_nobody(world: World) -> None:
    enrolled(world, person(1))
    assert examined(world.committee, person(1), without=("branch",)).counts == counts(rows=1, same=1)


def test_empty_branch_of_a_committees_newcomer_is_an_error(world: World) -> None:
    assert codes(examined(world.committee, person(1, branch=None))) == [("C5", "branch-empty", "error")]
    assert codes(examined(world.branch, person(1, branch=None))) == []


@pytest.mark.parametrize(
    ("cells", "without", "problems"),
    [
        ({"category": None}, (), []),
        ({"category": None, "became_full": None}, (), [("I5", "category-assumed", "warning")]),
        ({"became_full": None}, ("category",), [("", "category-assumed", "warning")]),
        ({"category": "预备党员", "became_full": None}, (), []),
    ],
)
def test_newcomer_without_a_category_counts_as_full(
    world: World, cells: dict[str, str | None], without: tuple[str, ...], problems: list[tuple[str, str, str]]
) -> None:
    review = examined(world.branch, person(1, **cells), without=without)
    assert codes(review) == problems
    assert review.lines[0].said.values["category"] == ("probationary" if cells.get("category") else "full")


# ---- members who are elsewhere, gone or twice ----------------------------------------------------


def test_member_of_another_committee_is_doubtful_there_and_moved_at_the_top(world: World) -> None:
    member(world.other_branch, "田守一", identity=number())
    review = examined(world.committee, person(1))
    assert (review.counts, codes(review)) == (
        counts(rows=1, doubtful=1),
        [("D5", "doubtful-elsewhere", "warning")],
    )
    assert "柳河" not in str(report(review))
    assert examined(world.county, person(1)).counts == counts(rows=1, moved=1)


def test_member_who_left_comes_back(world: World) -> None:
    record_departure(by=None, member=member(world.other_branch, "田守一", identity=number()), on=date(2026, 5, 1))
    review = examined(world.committee, person(1))
    assert (review.counts, review.lines[0].said.unit) == (counts(rows=1, moved=1), world.branch.pk)


def test_dead_member_is_doubtful(world: World) -> None:
    record_death(by=None, member=member(world.branch, "田守一", identity=number()), on=date(2026, 5, 1))
    review = examined(world.branch, person(1))
    assert (review.counts, codes(review)) == (counts(rows=1, doubtful=1), [("D5", "doubtful-died", "warning")])


def test_number_twice_in_two_files_is_an_error_in_both(world: World) -> None:
    files = [("甲.xlsx", sheet(person(1))), ("乙.xlsx", sheet(person(2), person(1)))]
    review = examine(unit=world.branch, files=files, today=TODAY)
    assert [(one.file, one.cell, one.code, "甲.xlsx" in one.text.zh) for one in review.problems] == [
        ("甲.xlsx", "D5", "identity-twice", False),
        ("乙.xlsx", "D6", "identity-twice", True),
    ]
    assert review.counts == counts(rows=3, new=3)


def test_person_twice_in_two_files_is_an_error_without_numbers_too(world: World) -> None:
    row = person(1, identity=None)
    files = [("甲.xlsx", sheet(row)), ("甲.xlsx", sheet(row))]
    review = examine(unit=world.branch, files=files, today=TODAY)
    assert [(one.file, one.cell, one.code, one.severity) for one in review.problems] == [
        ("甲.xlsx", "B5", "row-twice", "error"),
        ("甲.xlsx (2)", "B5", "row-twice", "error"),
    ]


def test_namesakes_in_one_file_are_left_to_a_person(world: World) -> None:
    review = examined(world.branch, person(1, identity=None), person(1, identity=None))
    assert (review.counts, codes(review)) == (
        counts(rows=2, doubtful=2),
        [("B5", "doubtful-namesakes", "warning"), ("B6", "doubtful-namesakes", "warning")],
    )


def test_several_files_are_one_review(world: World) -> None:
    files = [("甲.xlsx", sheet(person(1))), ("乙.xlsx", sheet(person(2)))]
    steps: list[int] = []
    review = examine(unit=world.branch, files=files, today=TODAY, progress=steps.append)
    assert (review.counts, steps) == (counts(rows=2, new=2), [35, 70, 75, 85])


def test_file_that_cannot_be_read_is_a_problem_among_others(world: World) -> None:
    files = [("坏.xlsx", b"PK\x03\x04broken"), ("好.xlsx", sheet(person(1)))]
    review = examine(unit=world.branch, files=files, today=TODAY)
    assert review.counts == counts(rows=1, new=1)
    assert [(one.file, one.cell, one.severity) for one in review.problems] == [("坏.xlsx", "", "error")]


def test_closed_unit_has_no_roster(world: World) -> None:
    close_unit(by=None, unit=world.sibling, on=date(2026, 5, 1))
    with pytest.raises(Refusal) as refusal:
        examined(world.sibling, person(1))
    assert refusal.value.code == "unit-closed"


def test_problems_stand_in_the_order_of_the_sheet(world: World) -> None:
    review = examined(world.branch, person(1, standing="开除党籍"), person(2, mobile=None), person(3, branch="月亮"))
    assert [problem.row for problem in review.problems] == [5, 6, 7]
