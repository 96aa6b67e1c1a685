"""What a round asks for, what is left behind when it is over, and which round a receipt counts for."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.coverage.counting import Counts
from qisong.coverage.terms import Lack
from qisong.ledger.models import Obligation, Round
from qisong.roster.editing import add_member, record_departure
from tests.coverage.story import DAY, START, count, exempt, gaps, give, item, names, open_round, reverse, say
from tests.world import World

pytestmark = pytest.mark.postgres
SECOND, THIRD = date(2026, 4, 1), date(2026, 7, 1)
IN_FIRST, IN_SECOND, IN_THIRD = date(2026, 3, 1), date(2026, 5, 1), date(2026, 8, 1)
ELDER = "田守一"


def quarters(*, carry_over: bool = True, quantity: int = 1) -> None:
    """Badges are owed in a first round, from April and from July."""
    Round.objects.update(ends_on=SECOND, carry_over=carry_over)
    open_round("badges", SECOND, THIRD, carry_over=carry_over, quantity=quantity)
    open_round("badges", THIRD, None, carry_over=carry_over, quantity=quantity)


def lacks(world: World, name: str, on: date) -> list[tuple[date, bool]]:
    """The rounds of which the member lacks badges, by first day, and whether each is carried over."""
    for gap in gaps(world.branch, "badges", on=on).names:
        if gap.member == world.member(name).pk:
            return [(claim.round.starts_on, claim.carried) for claim in gap.claims]
    return []


def test_receipt_counts_for_the_round_of_its_day_only(world: World) -> None:
    quarters(carry_over=False)
    give("badges", world.member(ELDER), on=IN_FIRST)
    assert [count(world.branch, "badges", on=day).received for day in (IN_FIRST, IN_SECOND, IN_THIRD)] == [1, 0, 0]


def test_extra_copies_count_once_and_spill_into_no_other_round(world: World) -> None:
    quarters()
    give("badges", world.member(ELDER), on=IN_FIRST, copies=3)
    give("badges", world.member(ELDER), on=IN_FIRST)
    assert count(world.branch, "badges", on=IN_FIRST).received == 1
    assert lacks(world, ELDER, IN_SECOND) == [(SECOND, False)]


def test_what_lacks_lapses_without_carry_over(world: World) -> None:
    quarters(carry_over=False)
    assert lacks(world, ELDER, IN_SECOND) == [(SECOND, False)]


def test_what_lacks_is_carried_over_with_its_old_day(world: World) -> None:
    quarters()
    assert lacks(world, ELDER, IN_THIRD) == [(START, True), (SECOND, True), (THIRD, False)]
    assert {gap.since for gap in gaps(world.branch, "badges", on=IN_THIRD).names} == {START}


def test_later_receipt_fills_the_oldest_line_first(world: World) -> None:
    quarters()
    give("badges", world.member(ELDER), on=IN_SECOND)
    assert lacks(world, ELDER, IN_SECOND) == [(SECOND, False)]
    give("badges", world.member(ELDER), on=IN_THIRD, copies=2)
    assert (lacks(world, ELDER, IN_THIRD), count(world.branch, "badges", on=IN_THIRD).received) == ([], 1)


def test_reversal_reopens_the_line_that_was_filled_last(world: World) -> None:
    quarters()
    first = give("badges", world.member(ELDER), on=IN_FIRST)
    give("badges", world.member(ELDER), on=IN_SECOND)
    assert lacks(world, ELDER, IN_SECOND) == []
    reverse(first)
    assert lacks(world, ELDER, IN_SECOND) == [(SECOND, False)]


def test_who_came_after_a_round_owes_nothing_to_it(world: World) -> None:
    quarters()
    added = add_member(by=None, unit=world.branch, name="新来的", category="full", on=IN_SECOND)
    world.members["新来的"] = added
    give("badges", added, on=IN_SECOND)
    assert lacks(world, "新来的", IN_SECOND) == []
    record_departure(by=None, member=world.member(ELDER), on=IN_SECOND)
    assert ELDER not in names(gaps(world.county, "badges", on=IN_SECOND))


def test_declined_line_takes_no_copy_of_a_later_round(world: World) -> None:
    quarters()
    once = Round.objects.get(code="once")
    say("badges", world.member(ELDER), "declined", IN_FIRST, round=once)
    give("badges", world.member(ELDER), on=IN_SECOND)
    (gap,) = [gap for gap in gaps(world.branch, "badges", on=IN_SECOND).names if gap.name == ELDER]
    assert (gap.state, [claim.round for claim in gap.claims]) == (Lack.DECLINED, [once])
    assert lacks(world, ELDER, IN_THIRD) == [(START, True), (THIRD, False)]


def test_having_one_of_an_edition_does_not_meet_the_next(world: World) -> None:
    say("badges", world.member(ELDER), "has", IN_FIRST)
    open_round("badges", SECOND, kind="edition")
    assert [count(world.branch, "badges", on=day).received for day in (IN_FIRST, IN_SECOND)] == [1, 0]


def test_answer_speaks_of_every_open_line(world: World) -> None:
    quarters()
    say("badges", world.member(ELDER), "has", IN_SECOND, round=Round.objects.get(starts_on=SECOND))
    assert (lacks(world, ELDER, IN_SECOND), lacks(world, ELDER, IN_THIRD)) == ([], [(THIRD, False)])


def test_exempt_member_is_owed_no_carried_line(world: World) -> None:
    quarters()
    exempt(world.member(ELDER), "badges", on=IN_SECOND)
    assert count(world.branch, "badges", on=IN_SECOND) == Counts(owed=4, exempt=1, missing=4, out_of_contact=1)


def test_carried_line_outlives_the_last_round(world: World) -> None:
    Round.objects.update(ends_on=SECOND, carry_over=True)
    give("badges", world.member(ELDER), on=IN_SECOND)
    assert count(world.branch, "badges", on=IN_SECOND) == Counts(owed=5, received=1, missing=4, out_of_contact=1)


def test_doses_count_only_so_many_days_apart(world: World) -> None:
    Round.objects.update(kind="dose", min_interval_days=60)
    Obligation.objects.filter(item=item("badges")).update(quantity=2)
    for name, days in ((ELDER, [1, 31]), ("田春禾", [1, 1])):
        for day in days:
            give("badges", world.member(name), on=date(2026, 3, day), copies=2)
    give("badges", world.member(ELDER), on=date(2026, 4, 30))
    assert [count(world.branch, "badges", on=day).received for day in (date(2026, 4, 29), DAY)] == [0, 1]


def test_carried_rounds_cost_the_same_for_many_people(world: World) -> None:
    quarters()
    with CaptureQueriesContext(connection) as small:
        count(world.county, "badges", on=IN_THIRD)
    for name in (ELDER, "何渺", "西门三"):
        give("badges", world.member(name), on=IN_SECOND)
    with CaptureQueriesContext(connection) as large:
        count(world.county, "badges", on=IN_THIRD)
    assert len(large) == len(small)
