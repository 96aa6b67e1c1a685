"""How many are owed, have received and are missing, for a unit and each of its children."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qisong.coverage.asking import Question, ask, require_standing
from qisong.coverage.engine.folding import Line
from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.planes import Words
from qisong.coverage.engine.rollup import own_counts, roll_up
from qisong.coverage.index import View, combine, view_of
from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.remembering import remembered
from qisong.org.terms import TreeView

Count = Callable[[Sequence[Words], Layout], NDArray[Any]]


@dataclass(frozen=True)
class Counts:
    """People (or units) of an audience. owed = received + missing; the last three are parts of missing, apart from
    each other: put off, declined, and out of contact without having said either."""

    owed: int = 0
    received: int = 0
    exempt: int = 0
    missing: int = 0
    later: int = 0
    declined: int = 0
    out_of_contact: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def __sub__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))

    @property
    def applies(self) -> bool:
        """Whether anybody is in the audience; a table shows — otherwise, and 0 only for counted and none."""
        return bool(self.owed or self.exempt)

    @property
    def full(self) -> bool:
        return self.owed > 0 and not self.missing

    @property
    def percent(self) -> int | None:
        """Whole per cent, rounded down, so that 100 means that nobody is missing; None if nobody is owed."""
        return self.received * 100 // self.owed if self.owed else None


@remembered
def table(
    unit: Unit,
    items: Sequence[Item],
    *,
    as_of: date,
    tree: TreeView | str,
    channel: str | None = None,
    circumstance: str | None = None,
    in_round: str | None = None,
) -> dict[int, dict[str, Counts]]:
    """For ``unit`` as a whole and for each of its children: item code → counts, one entry for every item.

    The unit's own people are in its total only: total − Σ children is what belongs to it directly. ``in_round``: the
    code of the one round that is asked about, else all that are open.
    """
    question = ask(items, as_of, tree, channel, circumstance)
    view = view_of(question, in_round)
    shown = view.index.placing.shown
    require_standing(unit, shown)
    rows = [unit.pk, *shown.children.get(unit.pk, [])]
    return dict(zip(rows, cells(question, view, [view.index.rank[row] for row in rows], roll_up), strict=True))


def own_table(question: Question) -> dict[int, dict[str, Counts]]:
    """Unit → item code → counts of those who are shown in the unit itself, for every unit."""
    view = view_of(question)
    order = view.index.placing.shown.order
    return dict(zip(order, cells(question, view, range(len(order)), own_counts), strict=True))


def cells(question: Question, view: View, ranks: Sequence[int], count: Count) -> list[dict[str, Counts]]:
    """For each of the units of ``ranks``: item code → counts."""
    found: list[dict[str, Counts]] = [{} for _ in ranks]
    for item in question.items:
        lines = view.of_item(item)
        counted = counts_of(view, lines, count)[:, ranks].T if lines else np.zeros((len(found), 7), int)
        for row, numbers in zip(found, counted.tolist(), strict=True):
            row[item.code] = Counts(*numbers)
    return found


def counts_of(view: View, lines: Sequence[Line], count: Count) -> NDArray[Any]:
    """int[7, U], in the order of ``Counts``."""
    standing = combine(lines)
    lost = standing.open & view.out_of_contact
    received = standing.owed & ~standing.missing
    parts = (standing.owed, received, standing.exempt, standing.missing, standing.later, standing.declined, lost)
    return count(parts, view.index.planes.layout)
