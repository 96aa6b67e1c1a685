from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.coverage.counting import table
from qisong.ledger.models import Item
from qisong.ledger.recording import record
from qisong.org.scope import operator_scope
from tests.world import World, make_world

DAY = date(2026, 6, 1)


def badge_document(world: World, name: str) -> dict[str, object]:
    received = [{"item": "badges", "to": [str(world.member(name).pk)], "giver": {"unit": "D1"}, "source": "giver"}]
    return {"id": name, "on": "2026-06-01", "unit": "B1", "parts": [{"kind": "visit"}], "received": received}


@pytest.mark.django_db(transaction=True)
def test_answer_is_kept_until_the_next_verb() -> None:
    world, badges = make_world(), list(Item.objects.filter(code="badges"))
    first = table(world.branch, badges, as_of=DAY, tree="then")
    with CaptureQueriesContext(connection) as again:
        assert table(world.branch, badges, as_of=DAY, tree="then") is first
    assert len(again) == 1
    answer = record(badge_document(world, "田守一"), by=None, scope=operator_scope(), door="test")
    assert answer.verdict == "stored"
    assert table(world.branch, badges, as_of=DAY, tree="then")[world.branch.pk]["badges"].received == 1


def test_inside_a_transaction_nothing_is_kept(world: World) -> None:
    badges = list(Item.objects.filter(code="badges"))
    first = table(world.branch, badges, as_of=DAY, tree="then")
    assert table(world.branch, badges, as_of=DAY, tree="then") is not first
