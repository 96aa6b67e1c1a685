from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.ledger.models import Item
from qisong.ledger.reversing import reverse
from qisong.ledger.stock import holdings, on_hand
from qisong.org.scope import operator_scope
from tests.ledger.conftest import Record
from tests.ledger.saying import ELDER, YOUNG, person, received
from tests.world import World


def taken(item: str = "rules", copies: int = 30, **more: str) -> dict[str, object]:
    return {"item": item, "copies": copies} | more


def rules(world: World, *day: int) -> int:
    return on_hand(world.branch, Item.objects.get(code="rules"), date(2026, *day))


def test_stock_is_what_was_taken_and_not_handed_on(put: Record, world: World) -> None:
    put(on="2026-05-01", custody=[taken()])
    put(on="2026-05-03", custody=[taken(copies=5, direction="returned")])
    put(on="2026-05-05", received=[received("rules", [person(ELDER), person(YOUNG)], copies=2)])
    assert [rules(world, 4, 30), rules(world, 5, 1), rules(world, 5, 3), rules(world, 5, 5)] == [0, 30, 25, 21]


def test_stock_knows_nothing_of_what_came_directly(put: Record, world: World) -> None:
    put(custody=[taken(copies=1)])
    put(received=[received("rules", [person(ELDER)], giver={"unit": "D1"})])
    assert rules(world, 12, 31) == 1


def test_stock_forgets_what_was_reversed(put: Record, world: World) -> None:
    put(custody=[taken()])
    handed = put(received=[received("rules", [person(ELDER)])])
    more = put(custody=[taken(copies=7)])
    assert rules(world, 12, 31) == 36
    for answer in (handed, more):
        assert answer.act
        reverse(by=None, scope=operator_scope(), target=answer.act, reason="记错了")
    assert rules(world, 12, 31) == 30


def test_holdings_name_every_item_that_moved(put: Record, world: World) -> None:
    put(on="2026-05-01", custody=[taken(), taken("badges", 2)])
    put(on="2026-05-02", received=[received("badges", [person(ELDER)]), received("skills", [person(ELDER)])])
    items = {item.pk: item.code for item in Item.objects.all()}
    found = {items[item]: copies for item, copies in holdings(world.branch, date(2026, 12, 31)).items()}
    assert found == {"rules": 30, "badges": 1}
    assert holdings(world.sibling, date(2026, 12, 31)) == {}


def test_stock_costs_two_queries(put: Record, world: World) -> None:
    put(custody=[taken(), taken("badges", 2)])
    with CaptureQueriesContext(connection) as caught:
        holdings(world.branch, date(2026, 12, 31))
    assert len(caught) == 2
