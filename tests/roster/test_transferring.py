from datetime import date

import pytest

from qisong.org.models import Journal, Unit
from qisong.roster.editing import attach_member, record_death, record_departure, transfer_member
from qisong.roster.models import Affiliation, Member
from qisong.roster.transferring import plan_transfer, transfer_members
from qisong.words.text import Refusal
from tests.roster.people import member
from tests.world import World

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def move(world: World, *members: Member, on: date = MAY, unit: Unit | None = None) -> int:
    out_of = [world.branch.pk, world.sibling.pk]
    ids = [one.pk for one in members]
    return transfer_members(by=world.clerk, members=ids, out_of=out_of, unit=unit or world.sibling, on=on)


def units_on(day: date) -> dict[str, str]:
    rows = Affiliation.objects.formal(day).values_list("member__person__name", "unit__code")
    return dict(rows)


def reasons(world: World, *members: Member) -> dict[str, str]:
    ids = [one.pk for one in members]
    plan = plan_transfer(ids, [world.branch.pk], world.sibling, MAY)
    return {str(stays.member): stays.why.zh for stays in plan.staying}


def test_all_move_on_one_day_and_earlier_days_stay(world: World) -> None:
    one, two = member(world.branch), member(world.branch, "田守二")
    assert move(world, one, two) == 2
    assert units_on(date(2026, 4, 30)) == {"田守一": "B1", "田守二": "B1"}
    assert units_on(MAY) == {"田守一": "B2", "田守二": "B2"}


def test_one_row_of_the_journal_names_everybody(world: World) -> None:
    one, two = member(world.branch), member(world.branch, "田守二")
    before = Journal.objects.count()
    move(world, one, two)
    row = Journal.objects.latest("seq")
    assert (Journal.objects.count() - before, row.kind, row.actor) == (1, "members.transferred", world.clerk)
    assert {key: set(ids) for key, ids in row.touched.items()} == {
        "member": {str(one.pk), str(two.pk)},
        "unit": {str(world.branch.pk), str(world.sibling.pk)},
    }


def test_open_forms_are_told_that_they_are_stale(world: World) -> None:
    one = member(world.branch)
    move(world, one)
    assert Member.objects.get(pk=one.pk).version == one.version + 1


def test_transfer_back_undoes_it(world: World) -> None:
    one = member(world.branch)
    move(world, one)
    move(world, one, unit=world.branch)
    assert units_on(MAY) == {"田守一": "B1"}


def test_whoever_was_attached_there_belongs_there_now(world: World) -> None:
    one = member(world.branch)
    attach_member(by=None, member=one, unit=world.sibling, on=date(2026, 1, 1))
    move(world, one)
    ties = Affiliation.objects.on(MAY).filter(member=one).values_list("unit__code", "bond")
    assert list(ties) == [("B2", "formal")]


def test_plan_says_why_each_would_stay(world: World) -> None:
    people = {name: member(world.branch, name) for name in ("去世的", "离开的", "转走的", "后来的", "可以的")}
    there = member(world.sibling, "那里的")
    record_death(by=None, member=people["去世的"], on=MAY)
    record_departure(by=None, member=people["离开的"], on=date(2026, 4, 1))
    transfer_member(by=None, member=people["转走的"], unit=world.other_branch, on=MAY)
    transfer_member(by=None, member=people["后来的"], unit=world.other_branch, on=MAY)
    transfer_member(by=None, member=people["后来的"], unit=world.branch, on=JUNE)
    assert reasons(world, there, *people.values()) == {
        "去世的": "名册上已记去世",
        "离开的": "2026-04-01已离开",
        "转走的": "已经转到别的组织",
        "后来的": "2026-06-01才来到原来的组织",
        "那里的": "已经在那里",
    }


@pytest.mark.postgres
def test_nobody_moves_when_one_cannot_and_all_such_are_named(world: World) -> None:
    good, gone, dead = (member(world.branch, name) for name in ("田一", "田二", "田三"))
    record_departure(by=None, member=gone, on=date(2026, 4, 1))
    record_death(by=None, member=dead, on=MAY)
    before = Journal.objects.count()
    with pytest.raises(Refusal) as refused:
        move(world, good, gone, dead)
    assert refused.value.code == "some-stay"
    assert [name in refused.value.text.zh for name in ("田一", "田二", "田三")] == [False, True, True]
    assert (units_on(MAY), Journal.objects.count()) == ({"田一": "B1"}, before)


def test_nobody_from_outside_the_named_units_is_moved(world: World) -> None:
    foreign = member(world.other_branch)
    with pytest.raises(Refusal) as refused:
        move(world, foreign)
    assert (refused.value.code, units_on(MAY)) == ("some-stay", {"田守一": "B3"})


@pytest.mark.parametrize(("day", "code"), [(date(2019, 12, 31), "not-standing"), (date(2126, 1, 1), "date-future")])
def test_day_must_be_one_on_which_the_unit_stands(world: World, day: date, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        move(world, member(world.branch), on=day)
    assert refused.value.code == code


def test_nobody_is_no_transfer(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        move(world)
    assert refused.value.code == "nobody-chosen"
