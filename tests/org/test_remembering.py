from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from qisong.org import journal
from qisong.org.appointing import add_person
from qisong.org.models import Clock
from qisong.org.remembering import remembered_and_mended
from qisong.org.tending import move_unit, rename_unit
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


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_verb_that_leaves_the_tree_leaves_what_is_known_of_it() -> None:
    world = make_world()
    first = tree_on(DAY)
    add_person(by=None, name="云中客")
    assert tree_on(DAY) is first
    rename_unit(by=None, unit=world.branch, on=DAY, name="东岭新村党支部")
    add_person(by=None, name="云中鹤")
    assert tree_on(DAY).nodes[world.branch.pk].name == "东岭新村党支部"


@pytest.mark.django_db(transaction=True)
def test_tree_of_another_store_is_read_anew() -> None:
    make_world()
    first = tree_on(DAY)
    Clock.objects.update(store_epoch=uuid4())
    assert tree_on(DAY) is not first


@pytest.mark.django_db(transaction=True)
def test_tree_of_a_transaction_is_kept_by_nobody() -> None:
    world = make_world()
    with transaction.atomic():
        move_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
        assert tree_on(DAY).parents[world.branch.pk] == world.other_committee.pk
        transaction.set_rollback(True)
    assert tree_on(DAY).parents[world.branch.pk] == world.committee.pk


def told(*persons: str) -> None:
    with journal.verb("person.added", by=None) as entry:
        entry.touch("person", persons)


@remembered_and_mended("person", lambda older, persons: older | persons)
def heard() -> frozenset[str]:
    return frozenset({"all"})


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_answer_is_mended_by_what_was_touched_since() -> None:
    told()
    first = heard()
    told()
    assert heard() is first
    told("a", "b")
    told("c")
    assert (heard(), heard()) == (frozenset({"all", "a", "b", "c"}),) * 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_answer_is_given_anew_when_everything_may_have_changed() -> None:
    told()
    heard()
    with journal.verb("units.changed", by=None) as entry:
        entry.touch("person", ["a"])
        entry.touch_county()
    assert heard() == frozenset({"all"})


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_answer_during_which_something_happened_is_not_kept() -> None:
    told()
    given = []

    @remembered_and_mended("person", lambda older, persons: older)
    def answer() -> int:
        given.append(1)
        if len(given) == 1:
            told("a")
        return len(given)

    assert (answer(), answer(), answer()) == (1, 2, 2)
