from datetime import date

from qisong.org.tending import move_unit
from qisong.org.tree import tree_on
from tests.world import World


def test_world(world: World) -> None:
    tree = tree_on(date(2026, 1, 1))
    assert [tree.nodes[u].code for u in tree.order] == ["C0", "D1", "B1", "B2", "D2", "B3", "D3", "B4"]
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=date(2025, 1, 1))
    tree = tree_on(date(2026, 1, 1))
    assert [tree.nodes[u].code for u in tree.order] == ["C0", "D1", "B2", "D2", "B1", "B3", "D3", "B4"]
