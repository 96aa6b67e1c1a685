from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from qisong.org.tending import move_unit
from qisong.org.tree import tree_on
from tests.world import make_world

DAY = date(2026, 6, 1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_tree_is_read_again_after_a_verb() -> None:
    world = make_world()
    first = tree_on(DAY)
    with CaptureQueriesContext(connection) as again:
        assert tree_on(DAY) is first
    assert len(again) == 1
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
    assert tree_on(DAY).parents[world.branch.pk] == world.other_committee.pk


@pytest.mark.django_db(transaction=True)
def test_tree_of_a_transaction_is_kept_by_nobody() -> None:
    world = make_world()
    with transaction.atomic():
        move_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
        assert tree_on(DAY).parents[world.branch.pk] == world.other_committee.pk
        transaction.set_rollback(True)
    assert tree_on(DAY).parents[world.branch.pk] == world.committee.pk
