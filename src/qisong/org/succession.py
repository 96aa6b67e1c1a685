"""Where the people of a unit of some day are to be looked for in the tree of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qisong.org.chronicle import read_events
from qisong.org.models import UnitEvent, UnitState
from qisong.org.remembering import remembered_with_the_tree
from qisong.org.replaying import CLOSING, Ending, replay
from qisong.org.terms import Verb
from qisong.org.tree import Tree


@dataclass(frozen=True)
class Succession:
    """``heirs``: unit standing on the day → the unit it stands under today, itself if it still stands.

    ``splits``: of those that came to a split on the way, its date: a member's own first branch from that date on
    says more than ``heirs``, which then names the parent; that branch has a succession of its own from that date.
    """

    heirs: dict[int, int]
    splits: dict[int, date]


def succession(day: date, today: date) -> Succession:
    """Follow every unit of ``day``: from a merged one to what it merged into, from a closed one to its last parent."""
    units = UnitState.objects.on(day).values_list("unit_id", flat=True)
    closings = UnitEvent.objects.filter(verb__in=CLOSING, on__gt=day, on__lte=today)
    if not closings.exists():
        return Succession({unit: unit for unit in units}, {})
    endings = replay(event for event in read_events() if event.on <= today).endings
    lines = {unit: line_of(unit, endings) for unit in units}
    return Succession(
        {unit: line[-1].heir if line else unit for unit, line in lines.items()},
        {unit: splits[0] for unit, line in lines.items() if (splits := [e.on for e in line if e.verb is Verb.SPLIT])},
    )


def line_of(unit: int, endings: dict[int, Ending]) -> list[Ending]:
    """The endings on the way from a unit to one that stands. Each heir stood when the one before closed, so it ends."""
    line = []
    while unit in endings:
        line.append(endings[unit])
        unit = endings[unit].heir
    return line


def closed_within(tree: Tree, unit: int) -> list[int]:
    """Units that stand no more in ``tree`` and whose people are looked for in ``unit`` or beneath it."""
    endings = replay(event for event in read_events() if event.on <= tree.on).endings
    here = set(tree.subtree(unit))
    return [closed for closed in endings if line_of(closed, endings)[-1].heir in here]


@remembered_with_the_tree
def heirs_of_closed(day: date) -> dict[int, int]:
    """Unit that stands no more on ``day`` → the unit it stands under then; nobody may change what they get."""
    endings = replay(event for event in read_events() if event.on <= day).endings
    return {unit: line_of(unit, endings)[-1].heir for unit in endings}


def successors(day: date, today: date) -> dict[int, int]:
    """Unit of ``day`` → the unit it stands under ``today``."""
    return succession(day, today).heirs


def splits(day: date, today: date) -> dict[int, date]:
    """Unit of ``day`` → the first split that it, or what it merged into, came to by ``today``."""
    return succession(day, today).splits
