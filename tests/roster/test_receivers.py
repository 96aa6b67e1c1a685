"""What merging and closing units does to the people in them."""

from datetime import date

import pytest

from qisong.org.models import Journal
from qisong.org.tending import close_unit, merge_units
from qisong.roster.editing import attach_member, record_departure, transfer_member
from qisong.roster.models import Affiliation, Member
from qisong.words.text import Refusal
from tests.roster.people import member
from tests.world import BEGINNING, World

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def ties(one: Member) -> list[tuple[str, str, date, date | None, str]]:
    rows = Affiliation.objects.filter(member=one).order_by("valid_from", "id").select_related("unit")
    return [(row.unit.code, row.bond, row.valid_from, row.valid_to, row.left_by) for row in rows]


def test_merged_units_members_go_to_the_successor(world: World) -> None:
    one = member(world.branch)
    merge_units(by=None, unit=world.branch, into=world.sibling, on=MAY)
    told = Journal.objects.last()
    assert told is not None
    assert ties(one) == [("B1", "formal", BEGINNING, MAY, "merge"), ("B2", "formal", MAY, None, "")]
    assert (told.kind, told.touched["member"], Member.objects.get().version) == ("unit.merged", [str(one.pk)], 2)


def test_merge_into_the_unit_one_is_attached_to_leaves_one_formal_tie(world: World) -> None:
    one = member(world.branch)
    attach_member(by=None, member=one, unit=world.sibling, on=BEGINNING)
    merge_units(by=None, unit=world.branch, into=world.sibling, on=MAY)
    assert [tie for tie in ties(one) if tie[3] is None] == [("B2", "formal", MAY, None, "")]


def test_merge_of_the_unit_one_is_attached_to_leaves_the_formal_tie_alone(world: World) -> None:
    one = member(world.sibling)
    attach_member(by=None, member=one, unit=world.branch, on=BEGINNING)
    merge_units(by=None, unit=world.branch, into=world.sibling, on=MAY)
    assert ties(one) == [("B2", "formal", BEGINNING, None, ""), ("B1", "attached", BEGINNING, MAY, "merge")]


def test_merge_told_late_mends_the_days_since(world: World) -> None:
    one = member(world.branch)
    transfer_member(by=None, member=one, unit=world.other_branch, on=JUNE)
    merge_units(by=None, unit=world.branch, into=world.sibling, on=MAY)
    assert ties(one) == [
        ("B1", "formal", BEGINNING, MAY, "merge"),
        ("B2", "formal", MAY, JUNE, "transfer"),
        ("B3", "formal", JUNE, None, ""),
    ]


def test_unit_with_members_is_not_closed(world: World) -> None:
    one = member(world.branch)
    with pytest.raises(Refusal) as refusal:
        close_unit(by=None, unit=world.branch, on=MAY)
    assert (refusal.value.code, ties(one)) == ("members-left", [("B1", "formal", BEGINNING, None, "")])


def test_unit_whose_members_left_later_is_not_closed_before(world: World) -> None:
    record_departure(by=None, member=member(world.branch), on=JUNE)
    with pytest.raises(Refusal):
        close_unit(by=None, unit=world.branch, on=MAY)


def test_closed_unit_lets_attached_members_go(world: World) -> None:
    one = member(world.sibling)
    attach_member(by=None, member=one, unit=world.branch, on=BEGINNING)
    close_unit(by=None, unit=world.branch, on=MAY)
    assert ties(one)[1:] == [("B1", "attached", BEGINNING, MAY, "departure")]
