"""What units took for their members and have not yet handed to anybody: it closes no gap, and is said first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from qisong.desk.furniture import lazy_word
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.ledger import stock
from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.remembering import remembered
from qisong.org.tree import Tree


@dataclass(frozen=True)
class Held:
    answer: str
    table: Table


def held_by(unit: Unit, items: Sequence[Item], on: date, tree: Tree) -> Held | None:
    """Of a unit with all beneath it, and of each of its children; None when nothing lies anywhere."""
    held: dict[int, Counter[int]] = {row: Counter() for row in [unit.pk, *tree.children.get(unit.pk, [])]}
    row_of = {beneath: row for row in tree.children.get(unit.pk, []) for beneath in tree.subtree(row)}
    wanted = {item.pk for item in items}
    for (holder, item), copies in on_hand(None if unit.pk in tree.roots else tree.subtree(unit.pk), on).items():
        for row in {unit.pk, row_of.get(holder, unit.pk)} if item in wanted else ():
            held[row][item] += copies
    shown = [item for item in items if any(row[item.pk] for row in held.values())]
    if not shown:
        return None
    columns = [Column(lazy_word("unit")), *(Column(f"{item} ({item.measure})") for item in shown)]
    rows = [
        Row([Cell(tree.nodes[one].name), *(Cell(row[item.pk] or "") for item in shown)], strong=one == unit.pk)
        for one, row in held.items()
        if any(row.values())
    ]
    total = held[unit.pk]
    said = [
        _("{item} {copies} {measure}").format(item=item, copies=total[item.pk], measure=item.measure) for item in shown
    ]
    answer = _("Taken but not yet handed to people: {copies}.").format(copies=_(", ").join(said))
    return Held(answer, Table(_("Copies taken, not yet handed to people"), columns, rows, figures=True))


@remembered
def on_hand(units: Sequence[int] | None, on: date) -> Mapping[tuple[int, int], int]:
    """(unit, item) → copies, where there are any."""
    return {place: copies for place, copies in stock.held(units, on).items() if copies}
