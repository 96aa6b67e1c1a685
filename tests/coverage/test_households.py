"""What is owed once for those who live together."""

from datetime import date

import pytest

from qisong.coverage.asking import ask
from qisong.coverage.counting import Counts, own_table
from qisong.coverage.ground import Claim
from qisong.ledger.models import Round
from qisong.org.terms import TreeView
from qisong.roster.editing import record_death
from qisong.roster.households import change_head, join_household, leave_household
from qisong.roster.models import Member
from tests.coverage.recounting import Recount
from tests.coverage.story import (
    DAY,
    LATER,
    count,
    exempt,
    gaps,
    give,
    item,
    items,
    names,
    open_round,
    owe_households,
    reverse,
    say,
)
from tests.world import World

MARCH = date(2026, 3, 1)
pytestmark = pytest.mark.postgres


@pytest.fixture
def home(world: World) -> list[Member]:
    """田守一 of B1 heads a household with 田春禾 of B1 and 西门三 of B2; constitutions are owed by household."""
    owe_households("constitutions")
    people = [world.member(name) for name in ("田守一", "田春禾", "西门三")]
    for one in people[1:]:
        join_household(by=None, member=one, head=people[0], on=MARCH)
    return people


def agrees(world: World, day: date = LATER) -> Counts:
    """The county's counts, which a plain recount finds, too."""
    question = ask(items("constitutions"), day, TreeView.THEN, None, None)
    counted = own_table(question)
    plain = Recount().counts(question, day)
    assert {unit: cells["constitutions"] for unit, cells in counted.items()} == {
        unit: Counts(**plain[unit]) for unit in counted
    }
    return sum((cells["constitutions"] for cells in counted.values()), Counts())


def test_household_is_owed_once_and_counts_at_its_head(home: list[Member], world: World) -> None:
    assert [count(unit, "constitutions").owed for unit in (world.branch, world.sibling)] == [4, 1]
    assert "田春禾" not in names(gaps(world.branch, "constitutions"))
    assert agrees(world).owed == 8


@pytest.mark.parametrize("who", range(3))
def test_copy_for_any_of_them_reaches_the_household(home: list[Member], world: World, who: int) -> None:
    give("constitutions", home[who])
    assert count(world.branch, "constitutions").received == 1
    assert agrees(world).received == 1


def test_copies_of_several_add_up(home: list[Member], world: World) -> None:
    Round.objects.get().obligations.filter(item=item("constitutions")).update(quantity=2)
    give("constitutions", home[0])
    assert agrees(world).received == 0
    given = give("constitutions", home[2])
    assert agrees(world).received == 1
    reverse(given)
    assert agrees(world).received == 0


def test_days_of_several_count_as_doses(home: list[Member], world: World) -> None:
    Round.objects.update(kind="dose", min_interval_days=30)
    Round.objects.get().obligations.filter(item=item("constitutions")).update(quantity=2)
    give("constitutions", home[0], DAY)
    give("constitutions", home[1], date(2026, 6, 20))
    assert agrees(world).received == 0
    give("constitutions", home[2], date(2026, 7, 1))
    assert agrees(world).received == 1


def test_household_of_the_day_asked_about_counts(home: list[Member], world: World) -> None:
    give("constitutions", home[2], DAY)
    leave_household(by=None, member=home[2], on=date(2026, 8, 1))
    assert [count(world.branch, "constitutions", day).received for day in (date(2026, 7, 31), LATER)] == [1, 0]
    assert count(world.sibling, "constitutions", LATER).received == 1
    agrees(world)


def test_other_head_brings_the_line_to_the_own_branch(home: list[Member], world: World) -> None:
    give("constitutions", home[0])
    change_head(by=None, head=home[0], to=home[2], on=date(2026, 8, 1))
    assert [count(unit, "constitutions").received for unit in (world.branch, world.sibling)] == [0, 1]
    assert agrees(world).owed == 8


def test_death_of_the_head_leaves_everybody_alone(home: list[Member], world: World) -> None:
    give("constitutions", home[1])
    record_death(by=None, member=home[0], on=date(2026, 8, 1))
    assert [agrees(world, day).owed for day in (date(2026, 7, 31), LATER)] == [8, 9]
    assert count(world.branch, "constitutions").received == 1


def test_only_the_head_answers_and_is_exempt(home: list[Member], world: World) -> None:
    say("constitutions", home[1], "declined")
    exempt(home[2], "constitutions")
    assert (agrees(world).declined, agrees(world).exempt) == (0, 0)
    say("constitutions", home[0], "declined")
    assert agrees(world).declined == 1
    exempt(home[0], "constitutions")
    assert (agrees(world).declined, agrees(world).exempt) == (0, 1)


def test_conditions_are_those_of_the_head(world: World) -> None:
    owe_households("constitutions", categories=["probationary"])
    young, old = world.member("田春禾"), world.member("田守一")
    join_household(by=None, member=young, head=old, on=MARCH)
    assert agrees(world).owed == 0
    change_head(by=None, head=old, to=young, on=DAY)
    assert agrees(world).owed == 1


def test_what_is_left_over_is_filled_by_anybody_of_the_household(home: list[Member], world: World) -> None:
    Round.objects.update(carry_over=True)
    open_round("constitutions", date(2026, 5, 1))
    give("constitutions", home[1], DAY)
    [gap] = [one for one in gaps(world.branch, "constitutions").names if one.name == "田守一"]
    assert [claim.carried for claim in gap.claims] == [False]
    give("constitutions", home[2], DAY)
    assert agrees(world).received == 1


def test_gap_names_the_head_and_knows_the_others(home: list[Member], world: World) -> None:
    found = {gap.name: gap for gap in gaps(world.branch, ["constitutions", "rules"]).names}
    assert set(found["田守一"].household) == {home[1].pk, home[2].pk}
    assert (found["田春禾"].household, found["何渺"].household) == ((), ())


def test_part_of_the_county_reads_copies_of_those_who_belong_elsewhere(home: list[Member], world: World) -> None:
    give("constitutions", home[2])
    assert "田守一" not in names(gaps(world.branch, "constitutions"))
    assert names(gaps(world.sibling, "constitutions")) == ["西门四"]


def test_claim_of_persons_is_none_of_a_household(world: World) -> None:
    claims: set[Claim] = {claim for gap in gaps(world.branch, "rules").names for claim in gap.claims}
    assert {claim.by_household for claim in claims} == {False}
