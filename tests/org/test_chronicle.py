import threading
from datetime import date

import pytest
from django.db import connection

from qisong.org.chronicle import read_history, rewrite
from qisong.org.models import Unit, UnitEdge, UnitState
from qisong.org.tending import close_unit, merge_units, move_unit, rename_unit
from qisong.org.tree import tree_on
from qisong.words.text import Refusal
from tests.world import World, make_world

DAY = date(2024, 3, 1)


def derived() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]:
    states = UnitState.objects.order_by("unit", "valid_from")
    edges = UnitEdge.objects.order_by("child", "valid_from")
    return (
        list(states.values_list("unit", "valid_from", "valid_to", "name", "kind", "traits")),
        list(edges.values_list("child", "valid_from", "valid_to", "parent")),
        list(Unit.objects.order_by("pk").values_list("pk", "name", "kind", "traits")),
    )


def test_what_is_derived_can_be_thrown_away(world: World) -> None:
    rename_unit(by=None, unit=world.branch, on=DAY, name="东岭新村党支部")
    merge_units(by=None, unit=world.committee, into=world.other_committee, on=DAY)
    before = derived()
    UnitState.objects.all().delete()
    UnitEdge.objects.all().delete()
    Unit.objects.update(name="", kind="", traits=[])
    rewrite(read_history())
    assert derived() == before


def test_what_was_meddled_with_is_put_right(world: World) -> None:
    before = derived()
    UnitEdge.objects.filter(child=world.branch).update(parent=world.other_committee)
    UnitState.objects.filter(unit=world.branch).update(valid_to=DAY)
    rewrite(read_history())
    assert derived() == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_verbs_that_only_fit_alone_are_not_both_done() -> None:
    world = make_world(people=False)
    start = threading.Barrier(2)
    refused: list[str] = []

    def move(unit: Unit, parent: Unit) -> None:
        start.wait()
        try:
            move_unit(by=None, unit=unit, parent=parent, on=DAY)
        except Refusal as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    pairs = [(world.committee, world.other_committee), (world.other_committee, world.committee)]
    threads = [threading.Thread(target=move, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["loop"]
    assert sorted(tree_on(DAY).order) == sorted(unit.pk for unit in world.units.values())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_verbs_work_the_same_on_every_database() -> None:
    world = make_world(people=False)
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
    close_unit(by=None, unit=world.sibling, on=date(2025, 1, 1))
    tree = tree_on(date(2025, 1, 1))
    assert [tree.nodes[unit].code for unit in tree.order] == ["C0", "D1", "D2", "B1", "B3", "D3", "B4"]
