"""The tree of a date, in memory: parents, order, subtrees, and where each unit's people belong today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from qisong.org.models import Unit, UnitEdge, UnitState
from qisong.org.remembering import remembered_with_the_tree


@dataclass(frozen=True)
class Node:
    id: int
    code: str
    name: str
    kind: str
    traits: frozenset[str]


@dataclass(frozen=True)
class Tree:
    """All units standing on ``on``, in pre-order (``order``); a subtree is a run of it."""

    on: date
    nodes: dict[int, Node]
    parents: dict[int, int]
    order: list[int] = field(default_factory=list)
    children: dict[int, list[int]] = field(default_factory=dict)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)

    def subtree(self, unit: int) -> list[int]:
        """The unit and everything beneath it, in tree order; empty if it did not stand that day."""
        start, stop = self.spans.get(unit, (0, 0))
        return self.order[start:stop]

    def path(self, unit: int) -> list[int]:
        """From the root down to the unit."""
        steps = [unit]
        while (above := self.parents.get(steps[-1])) is not None:
            steps.append(above)
        return steps[::-1]

    def with_trait(self, trait: str) -> list[int]:
        return [unit for unit in self.order if trait in self.nodes[unit].traits]

    @property
    def roots(self) -> list[int]:
        return [unit for unit in self.nodes if unit not in self.parents]


@remembered_with_the_tree
def tree_on(day: date) -> Tree:
    """The tree as it stood on ``day``; nobody may change what they get."""
    codes = {pk: (code, position) for pk, code, position in Unit.objects.values_list("pk", "code", "position")}
    nodes = {
        unit: Node(unit, codes[unit][0], name, kind, frozenset(traits))
        for unit, name, kind, traits in UnitState.objects.on(day).values_list("unit_id", "name", "kind", "traits")
    }
    edges = UnitEdge.objects.on(day).values_list("child_id", "parent_id")
    parents = {child: parent for child, parent in edges if child in nodes}
    return arranged(day, nodes, parents, {unit: codes[unit][::-1] for unit in nodes})


def arranged(day: date, nodes: dict[int, Node], parents: dict[int, int], rank: dict[int, tuple[int, str]]) -> Tree:
    """Lay the nodes out in pre-order, children by ``rank``."""
    children: dict[int, list[int]] = {}
    for child, parent in sorted(parents.items(), key=lambda edge: rank[edge[0]]):
        children.setdefault(parent, []).append(child)
    tree = Tree(day, nodes, parents, children=children)
    stack = sorted((unit for unit in nodes if unit not in parents), key=rank.__getitem__, reverse=True)
    opened: list[int] = []
    while stack:
        unit = stack.pop()
        if unit < 0:
            tree.spans[-unit] = (opened.pop(), len(tree.order))
            continue
        opened.append(len(tree.order))
        tree.order.append(unit)
        stack.append(-unit)
        stack.extend(reversed(children.get(unit, [])))
    return tree
