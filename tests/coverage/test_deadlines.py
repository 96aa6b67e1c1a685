from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.coverage.deadlines import Deadline, due_soon
from qisong.ledger.models import Audience, Round
from qisong.org.models import Unit
from tests.coverage.story import give, items, open_round, say
from tests.world import World

pytestmark = pytest.mark.postgres
DUE = date(2026, 6, 30)
CODES = ("rules", "badges", "flags")


def due(unit: Unit, on: date = DUE, within: int = 14) -> list[tuple[str, date, int, int]]:
    found = due_soon(unit, items(*CODES), as_of=on, within=within)
    return [(one.claim.item.code, one.due_on, one.people, one.units) for one in found]


@pytest.fixture(autouse=True)
def _due(world: World) -> None:
    Round.objects.update(due_on=DUE)


@pytest.mark.parametrize(("on", "found"), [(15, 0), (16, 2), (30, 2)])
def test_what_is_due_within_days_is_named(world: World, on: int, found: int) -> None:
    assert len(due(world.branch, date(2026, 6, on))) == found


def test_overdue_stays_named(world: World) -> None:
    assert due(world.branch, date(2026, 9, 1)) == [("rules", DUE, 5, 0), ("badges", DUE, 5, 0)]


def test_items_follow_the_day_then_their_own_order(world: World) -> None:
    open_round("rules", date(2026, 6, 1), due_on=date(2026, 7, 9))
    Audience.objects.get(code="flagged").chosen.set([world.branch, world.other_branch])
    assert due(world.committee) == [
        ("badges", DUE, 7, 0),
        ("flags", DUE, 0, 1),
        ("rules", date(2026, 7, 9), 7, 0),
    ]


def test_who_has_it_or_said_something_is_not_asked_again(world: World) -> None:
    for name, kind in (("田守一", "declined"), ("田春禾", "later"), ("罗远帆", "has")):
        say("rules", world.member(name), kind)
    give("rules", world.member("何渺"))
    assert due(world.branch)[0] == ("rules", DUE, 1, 0)


def test_reached_item_is_not_due(world: World) -> None:
    for name in world.members:
        give("rules", world.member(name))
    assert [one[0] for one in due(world.county)] == ["badges"]


def test_nothing_due_is_one_statement(world: World) -> None:
    Round.objects.update(due_on=None)
    wanted = items(*CODES)
    with CaptureQueriesContext(connection) as asked:
        assert due_soon(world.county, wanted, as_of=DUE) == []
    assert len(asked) == 1


def test_carried_line_is_marked(world: World) -> None:
    Round.objects.update(carry_over=True)
    open_round("badges", date(2026, 7, 1))
    found: list[Deadline] = due_soon(world.branch, items("badges"), as_of=date(2026, 7, 2))
    assert [(one.claim.carried, one.people) for one in found] == [(True, 5)]
