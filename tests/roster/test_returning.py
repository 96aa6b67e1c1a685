from datetime import date
from typing import Any

import pytest

from qisong.org.models import Journal
from qisong.org.tending import merge_units
from qisong.roster import editing
from qisong.roster.models import Affiliation, Member
from qisong.roster.returning import leavings, take_back
from qisong.words.text import Refusal
from tests.roster.people import member
from tests.roster.state import everything
from tests.world import BEGINNING, World

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def last_tie(one: Member) -> Affiliation:
    return one.affiliations.filter(bond="formal").latest("pk")


def refused(tie: Affiliation, reason: str = "记错") -> str:
    before = Journal.objects.count()
    with pytest.raises(Refusal) as told:
        take_back(by=None, tie=tie, reason=reason)
    assert Journal.objects.count() == before
    return told.value.code


@pytest.mark.postgres
@pytest.mark.parametrize("leave", [editing.record_death, editing.record_departure], ids=["death", "departure"])
def test_everything_is_as_if_nobody_had_left(world: World, leave: Any) -> None:
    one = member(world.branch)
    editing.attach_member(by=None, member=one, unit=world.sibling, on=BEGINNING)
    editing.begin_circumstance(by=None, member=one, kind="frail", on=MAY)
    editing.begin_circumstance(by=None, member=one, kind="away", on=date(2026, 4, 1), detail="外省")
    editing.end_circumstance(by=None, circumstance=one.circumstances.get(kind="away"), on=date(2026, 4, 20))
    before = everything()
    leave(by=None, member=one, on=JUNE)
    take_back(by=None, tie=last_tie(one), reason="同名同姓，记错了人")
    assert everything() == before
    told = Journal.objects.latest("seq")
    assert (told.kind, told.reason, told.touched["member"]) == ("member.returned", "同名同姓，记错了人", [str(one.pk)])


def test_last_to_leave_comes_first_and_whoever_came_back_is_not_told(world: World) -> None:
    one, two, three = (member(world.branch, name) for name in ("田守一", "田守二", "田守三"))
    editing.record_death(by=None, member=one, on=MAY)
    editing.record_departure(by=None, member=two, on=JUNE)
    editing.record_departure(by=None, member=three, on=MAY)
    editing.transfer_member(by=None, member=three, unit=world.sibling, on=JUNE)
    assert [tie.member_id for tie in leavings([world.branch.pk])] == [two.pk, one.pk]
    assert list(leavings([world.sibling.pk])) == []


def test_nobody_is_taken_back_twice(world: World) -> None:
    one = member(world.branch)
    editing.record_death(by=None, member=one, on=MAY)
    tie = last_tie(one)
    take_back(by=None, tie=tie, reason="记错")
    assert refused(tie) == "already-back"


def test_nobody_comes_back_to_a_unit_that_is_no_more(world: World) -> None:
    one = member(world.branch)
    editing.record_departure(by=None, member=one, on=MAY)
    merge_units(by=None, unit=world.branch, into=world.sibling, on=JUNE)
    assert refused(last_tie(one)) == "not-standing"


def test_reason_is_asked_for(world: World) -> None:
    one = member(world.branch)
    editing.record_departure(by=None, member=one, on=MAY)
    assert refused(last_tie(one), " ") == "reason-missing"
