from datetime import date

import pytest

from qisong.coverage.counting import Counts, table
from qisong.ledger.models import Audience
from qisong.org.models import Unit
from qisong.org.tending import NewUnit, merge_units, reopen_unit, split_unit
from qisong.roster.editing import record_departure, split_members, transfer_member
from tests.coverage.story import DAY, LATER, count, gaps, give, items, names
from tests.world import World

HALVES = [
    NewUnit("B5", "东岭上村党支部", "branch", ("organisation", "village"), "D1"),
    NewUnit("B6", "东岭下村党支部", "branch", ("organisation", "village"), "D2"),
]


@pytest.fixture
def halves(world: World) -> list[Unit]:
    """B1 splits on ``LATER``: 东方晓 and 田守一 go to the upper half, the others to the lower."""
    upper, lower = split_unit(by=None, unit=world.branch, into=HALVES, on=LATER)
    members = {name: world.member(name) for name in ("东方晓", "田守一", "田春禾", "罗远帆", "何渺")}
    where = {one.pk: upper if name in {"东方晓", "田守一"} else lower for name, one in members.items()}
    split_members(by=None, unit=world.branch, assignment=where, on=LATER)
    return [upper, lower]


def test_members_of_a_split_unit_stand_with_their_first_branch_after_it(world: World, halves: list[Unit]) -> None:
    give("badges", world.member("田守一"))
    upper, lower = (count(half, "badges", on=DAY, tree="now") for half in halves)
    assert (upper.owed, upper.received, lower.owed, lower.received) == (2, 1, 3, 0)
    assert count(world.county, "badges", on=DAY, tree="now") == count(world.county, "badges", on=DAY, tree="then")


def test_later_transfer_does_not_change_the_first_branch_after_a_split(world: World, halves: list[Unit]) -> None:
    transfer_member(by=None, member=world.member("东方晓"), unit=world.other_branch, on=date(2026, 10, 1))
    assert count(halves[0], "badges", on=DAY, tree="now").owed == 2


def test_transfer_before_the_split_leads_elsewhere(world: World) -> None:
    transfer_member(by=None, member=world.member("东方晓"), unit=world.other_branch, on=date(2026, 7, 1))
    upper, _lower = split_unit(by=None, unit=world.branch, into=HALVES, on=LATER)
    left = ("田守一", "田春禾", "罗远帆", "何渺")
    split_members(by=None, unit=world.branch, assignment={world.member(name).pk: upper for name in left}, on=LATER)
    assert count(world.other_branch, "badges", on=DAY, tree="now").owed == 3


def test_member_gone_before_the_split_stays_with_its_last_parent(world: World) -> None:
    record_departure(by=None, member=world.member("田守一"), on=date(2026, 7, 1))
    upper, _lower = split_unit(by=None, unit=world.branch, into=HALVES, on=LATER)
    found = table(world.committee, items("badges"), as_of=DAY, tree="now")
    assert (
        found[world.committee.pk]["badges"].owed
        - sum(cells["badges"].owed for unit, cells in found.items() if unit != world.committee.pk)
        == 5
    )
    assert upper.pk in found


def test_split_of_a_half_leads_on(world: World, halves: list[Unit]) -> None:
    plans = [NewUnit(code, name, "branch", ("organisation",), "D1") for code, name in (("B7", "东新"), ("B8", "东旧"))]
    newest, _rest = split_unit(by=None, unit=halves[0], into=plans, on=date(2026, 10, 1))
    people = {world.member(name).pk: newest for name in ("东方晓", "田守一")}
    split_members(by=None, unit=halves[0], assignment=people, on=date(2026, 10, 1))
    assert count(newest, "badges", on=DAY, tree="now").owed == 2
    assert count(newest, "badges", on=LATER, tree="now").owed == 2


def test_half_that_merges_leads_on(world: World, halves: list[Unit]) -> None:
    merge_units(by=None, unit=halves[1], into=world.other_branch, on=date(2026, 10, 1))
    assert count(world.other_branch, "badges", on=DAY, tree="now").owed == 5


def test_members_not_yet_told_where_to_go_are_not_dropped(world: World) -> None:
    split_unit(by=None, unit=world.branch, into=HALVES, on=LATER)
    assert count(world.county, "badges", on=LATER).owed == 10
    found = gaps(world.committee, "badges", on=LATER)
    assert [gap.unit.code for gap in found.names] == ["D1"] * 5 + ["B2"] * 2
    assert found.missing == count(world.committee, "badges", on=LATER).missing


def test_unit_that_stands_again_keeps_its_own(world: World) -> None:
    give("badges", world.member("西门三"))
    merge_units(by=None, unit=world.sibling, into=world.other_branch, on=LATER)
    reopen_unit(by=None, unit=world.sibling, parent=world.committee, on=date(2026, 10, 1))
    assert count(world.sibling, "badges", on=DAY, tree="now") == Counts(owed=2, received=1, missing=1)
    assert names(gaps(world.sibling, "badges", on=DAY, tree="now")) == ["西门四"]


def test_flag_of_a_merged_unit_is_shown_at_its_successor(world: World) -> None:
    Audience.objects.get(code="flagged").chosen.set([world.sibling])
    merge_units(by=None, unit=world.sibling, into=world.other_branch, on=LATER)
    (gap,) = gaps(world.other_branch, "flags", on=DAY, tree="now").names
    assert (gap.unit.code, gap.member, gap.name) == ("B3", None, "西岭村党支部")
