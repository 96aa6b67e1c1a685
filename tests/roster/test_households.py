"""Who lives together, and what the verbs refuse."""

from datetime import date

import pytest

from qisong.org.models import Journal
from qisong.roster.editing import record_death, record_departure
from qisong.roster.households import change_head, household_of, join_household, leave_household
from qisong.roster.models import Household, Member
from qisong.words.text import Refusal
from tests.roster.people import member
from tests.world import World

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
pytestmark = pytest.mark.postgres


@pytest.fixture
def family(world: World) -> list[Member]:
    """甲 heads the household, in which 乙 and 丙 have lived since March; 丁 stands alone."""
    people = [member(world.branch, name) for name in ("田甲", "田乙", "田丙", "田丁")]
    for one in people[1:3]:
        join_household(by=None, member=one, head=people[0], on=MARCH)
    return people


def together(one: Member, on: date) -> list[str]:
    """The head first."""
    return [found.person.name for found in household_of(one, on).everybody]


def refused(verb: object, **given: object) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        verb(by=None, **given)  # type: ignore[operator]
    return refusal.value.code, refusal.value.place


def test_household_is_the_same_asked_of_anybody_in_it(family: list[Member]) -> None:
    assert [together(one, MAY) for one in family[:3]] == [["田甲", "田丙", "田乙"]] * 3
    assert together(family[3], MAY) == ["田丁"]
    assert together(family[1], date(2026, 2, 28)) == ["田乙"]


def test_who_leaves_stands_alone_from_that_day(family: list[Member]) -> None:
    leave_household(by=None, member=family[1], on=MAY)
    assert [together(family[0], day) for day in (date(2026, 4, 30), MAY)] == [
        ["田甲", "田丙", "田乙"],
        ["田甲", "田丙"],
    ]


def test_other_head_takes_everybody_along(family: list[Member]) -> None:
    change_head(by=None, head=family[0], to=family[2], on=MAY)
    assert [together(family[1], day) for day in (date(2026, 4, 30), MAY)] == [
        ["田甲", "田丙", "田乙"],
        ["田丙", "田乙", "田甲"],
    ]


def test_verbs_touch_everybody_concerned(family: list[Member]) -> None:
    change_head(by=None, head=family[0], to=family[2], on=MAY)
    leave_household(by=None, member=family[1], on=JULY)
    touched = Journal.objects.filter(kind__startswith="household.").order_by("seq").values_list("kind", "touched")
    of_whom = {str(one.pk): one.person.name[1] for one in family}
    assert [(kind, "".join(sorted({of_whom[pk] for pk in one["member"]}))) for kind, one in touched] == [
        ("household.joined", "乙甲"),
        ("household.joined", "丙乙甲"),
        ("household.head-changed", "丙乙甲"),
        ("household.left", "丙乙"),
    ]


@pytest.mark.parametrize("leave", [record_death, record_departure])
def test_household_falls_apart_on_the_day_its_head_leaves(family: list[Member], leave: object) -> None:
    leave(by=None, member=family[0], on=MAY)  # type: ignore[operator]
    assert [together(family[1], day) for day in (date(2026, 4, 30), MAY)] == [["田甲", "田丙", "田乙"], ["田乙"]]


def test_those_left_may_live_together_again(family: list[Member]) -> None:
    record_death(by=None, member=family[0], on=MAY)
    join_household(by=None, member=family[1], head=family[2], on=JULY)
    assert together(family[1], JULY) == ["田丙", "田乙"]
    assert set(Household.objects.filter(head=family[0]).values_list("valid_to", flat=True)) == {JULY}


def test_one_of_those_left_becomes_the_head(family: list[Member]) -> None:
    record_death(by=None, member=family[0], on=MAY)
    change_head(by=None, head=family[0], to=family[1], on=MAY)
    assert together(family[2], MAY) == ["田乙", "田丙"]


def test_nobody_lives_in_two_households_or_under_a_head_who_is_none(family: list[Member]) -> None:
    head, one, _two, alone = family
    assert refused(join_household, member=one, head=alone, on=JULY) == ("already-in-a-household", "member")
    assert refused(join_household, member=head, head=alone, on=JULY) == ("heads-a-household", "member")
    assert refused(join_household, member=alone, head=one, on=JULY) == ("head-elsewhere", "head")
    assert refused(join_household, member=alone, head=alone, on=JULY) == ("same-person", "head")


def test_back_dated_day_before_another_household_is_refused(family: list[Member]) -> None:
    assert refused(join_household, member=family[1], head=family[3], on=date(2026, 1, 1)) == (
        "already-in-a-household",
        "member",
    )


def test_only_people_on_the_roster_live_together(family: list[Member]) -> None:
    record_departure(by=None, member=family[3], on=MAY)
    assert refused(join_household, member=family[3], head=family[0], on=JULY) == ("not-on-the-roster", "member")


def test_leaving_and_heading_need_a_household(family: list[Member]) -> None:
    assert refused(leave_household, member=family[3], on=JULY) == ("no-household", "member")
    assert refused(change_head, head=family[3], to=family[1], on=JULY) == ("other-household", "head")
    assert refused(leave_household, member=family[1], on=date(2026, 2, 1)) == ("too-early", "on")
