from datetime import date

from pytest_django import DjangoAssertNumQueries

from qisong.org.tending import close_unit, move_unit
from qisong.org.tree import Node, arranged, tree_on
from tests.world import BEGINNING, World

DAY = date(2025, 1, 1)
RANK = {1: (0, "a"), 2: (5, "b"), 3: (1, "c"), 4: (1, "b"), 5: (0, "z")}


def nodes(*units: int) -> dict[int, Node]:
    return {unit: Node(unit, str(unit), f"第{unit}", "branch", frozenset()) for unit in units}


def test_order_is_from_parents_to_children_by_rank_and_code() -> None:
    tree = arranged(DAY, nodes(1, 2, 3, 4, 5), {2: 1, 3: 1, 4: 1, 5: 3}, RANK)
    assert tree.order == [1, 4, 3, 5, 2]
    assert tree.children == {1: [4, 3, 2], 3: [5]}


def test_subtree_is_a_run_of_the_order() -> None:
    tree = arranged(DAY, nodes(1, 2, 3, 4, 5), {2: 1, 3: 1, 4: 1, 5: 3}, RANK)
    assert {unit: tree.subtree(unit) for unit in tree.order} == {1: [1, 4, 3, 5, 2], 2: [2], 3: [3, 5], 4: [4], 5: [5]}


def test_unit_that_does_not_stand_has_no_subtree() -> None:
    assert arranged(DAY, nodes(1), {}, RANK).subtree(2) == []


def test_path_leads_from_the_root(world: World) -> None:
    tree = tree_on(DAY)
    assert tree.path(world.branch.pk) == [world.county.pk, world.committee.pk, world.branch.pk]
    assert tree.roots == [world.county.pk]


def test_units_with_a_trait_come_in_tree_order(world: World) -> None:
    tree = tree_on(DAY)
    assert [tree.nodes[unit].code for unit in tree.with_trait("organisation")] == ["B1", "B2", "B3", "B4"]
    assert [tree.nodes[unit].code for unit in tree.with_trait("committee")] == ["D1", "D2", "D3"]


def test_nothing_stands_before_the_beginning(world: World) -> None:
    assert tree_on(date(2019, 12, 31)).order == []
    assert len(tree_on(BEGINNING).order) == 8


def test_closed_unit_is_not_in_the_tree(world: World) -> None:
    close_unit(by=None, unit=world.branch, on=DAY)
    assert (world.branch.pk in tree_on(DAY).nodes, world.branch.pk in tree_on(BEGINNING).nodes) == (False, True)


def test_tree_takes_three_queries_however_much_happened(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        tree_on(DAY)
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=DAY)
    with django_assert_num_queries(3):
        tree_on(DAY)
