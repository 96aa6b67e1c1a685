"""What is due soon or overdue: items and rounds, the earliest first, never who is ahead or behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qisong.coverage.asking import ask, require_standing
from qisong.coverage.engine.planes import count
from qisong.coverage.ground import Claim
from qisong.coverage.index import view_of
from qisong.ledger.models import Item, Round
from qisong.org.models import Unit
from qisong.org.remembering import remembered
from qisong.org.terms import TreeView

SOON = 14  # days


@dataclass(frozen=True)
class Deadline:
    """So many ``people``, and so many ``units``, lack it and have said nothing."""

    claim: Claim
    due_on: date
    people: int
    units: int


@remembered
def due_soon(unit: Unit, items: Sequence[Item], *, as_of: date, within: int = SOON) -> list[Deadline]:
    """What of ``items`` somebody of ``unit`` and all beneath it lacks and is due by ``within`` days from ``as_of``.

    By day, then as ``items`` stand. Counties without such a day are asked nothing more.
    """
    last = as_of + timedelta(days=within)
    if not Round.objects.filter(obligations__item__in=items, starts_on__lte=as_of, due_on__lte=last).exists():
        return []
    view = view_of(ask(items, as_of, TreeView.THEN, None, None))
    require_standing(unit, view.index.placing.shown)
    span, people = view.index.span(unit.pk), view.index.planes.people
    found = []
    for claim, line in view.lines:
        due_on = claim.round.due_on
        if due_on and due_on <= last and (lacking := count(line.open, *span)):
            members = count(line.open & people, *span)
            found.append(Deadline(claim, due_on, members, lacking - members))
    return sorted(found, key=lambda one: one.due_on)
