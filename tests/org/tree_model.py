"""The unit tree once more, as plainly as it can be said: no intervals, no database, everything told anew each time.

A day's tree is a dictionary of what stands; a history is a list of events; whether it can have happened is found by
looking at the whole tree after every single event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from qisong.org.terms import Verb

CLOSING = {Verb.MERGE, Verb.SPLIT, Verb.CLOSE}


class Impossible(Exception):  # noqa: N818 - an answer of the model
    pass


class Standing(NamedTuple):
    parent: str | None
    name: str
    kind: str
    traits: frozenset[str]


@dataclass(frozen=True)
class Told:
    on: date
    verb: Verb
    unit: str
    parent: str | None = None
    into: str | None = None
    name: str | None = None
    kind: str | None = None
    traits: frozenset[str] | None = None


Snapshot = dict[str, Standing]


@dataclass
class TreeModel:
    told: list[Told] = field(default_factory=list)

    def tell(self, *events: Told) -> None:
        """Add events if the history with them can have happened."""
        self.played([*self.told, *events])
        self.told += events

    def played(self, events: Sequence[Told], until: date = date.max) -> tuple[Snapshot, Snapshot]:
        """What stands at the end of ``until``, and what every unit last was."""
        tree: Snapshot = {}
        last: Snapshot = {}
        for event in sorted(events, key=lambda one: one.on):  # a stable sort: as told within a day
            if event.on <= until:
                happen(tree, last, event)
                examine(tree)
        return tree, last

    def on(self, day: date) -> Snapshot:
        return self.played(self.told, day)[0]

    def latest(self) -> Snapshot:
        return self.played(self.told)[1]

    def units(self) -> list[str]:
        """In the order in which they were told of, which is that of siblings."""
        return [event.unit for event in self.told if event.verb is Verb.CREATE]

    def children(self, unit: str, day: date) -> list[str]:
        tree = self.on(day)
        return [child for child in self.units() if child in tree and tree[child].parent == unit]

    def subtrees(self, day: date) -> dict[str, list[str]]:
        """Every unit with all beneath it, parents first and siblings in their order."""
        tree, units = self.on(day), self.units()

        def subtree(unit: str) -> list[str]:
            children = [child for child in units if child in tree and tree[child].parent == unit]
            return [unit, *(below for child in children for below in subtree(child))]

        return {unit: subtree(unit) for unit in tree}

    def line(self, unit: str, today: date) -> list[Told]:
        """The closings that lead from a unit to one that stands ``today``."""
        if unit in self.on(today):
            return []
        ordered = sorted((event for event in self.told if event.on <= today), key=lambda one: one.on)
        place = max(n for n, event in enumerate(ordered) if event.unit == unit and event.verb in CLOSING)
        before, _last = self.played(ordered[:place])
        closing = replace(ordered[place], into=ordered[place].into or before[unit].parent)
        return [closing, *self.line(str(closing.into), today)]

    def successors(self, day: date, today: date) -> dict[str, str]:
        lines = {unit: self.line(unit, today) for unit in self.on(day)}
        return {unit: str(line[-1].into) if line else unit for unit, line in lines.items()}

    def splits(self, day: date, today: date) -> dict[str, date]:
        found = {}
        for unit in self.on(day):
            days = [closing.on for closing in self.line(unit, today) if closing.verb is Verb.SPLIT]
            if days:
                found[unit] = days[0]
        return found


def happen(tree: Snapshot, last: Snapshot, event: Told) -> None:
    stands = event.unit in tree
    if event.verb is Verb.CREATE:
        demand(event.unit not in last)
        tree[event.unit] = Standing(event.parent, event.name or "", event.kind or "", event.traits or frozenset())
    elif event.verb is Verb.REOPEN:
        demand(not stands and event.unit in last and event.parent is not None)
        tree[event.unit] = last[event.unit]._replace(parent=event.parent)
    elif event.verb is Verb.RENAME:
        demand(stands)
        tree[event.unit] = renamed(tree[event.unit], event)
    elif event.verb is Verb.MOVE:
        demand(stands and event.parent is not None)
        tree[event.unit] = tree[event.unit]._replace(parent=event.parent)
    else:
        demand(stands)
        del tree[event.unit]
        demand(event.verb is not Verb.MERGE or event.into in tree)
    if event.unit in tree:
        last[event.unit] = tree[event.unit]


def renamed(standing: Standing, event: Told) -> Standing:
    new = {"name": event.name, "kind": event.kind, "traits": event.traits}
    return standing._replace(**{key: value for key, value in new.items() if value is not None})


def examine(tree: Snapshot) -> None:
    """One root; from everywhere up one comes to it, over units that stand."""
    demand([unit for unit, one in tree.items() if one.parent is None] != [])
    demand(len([unit for unit, one in tree.items() if one.parent is None]) == 1)
    for unit in tree:
        step: str | None = unit
        for _ in tree:
            demand(step in tree)
            step = tree[str(step)].parent
            if step is None:
                break
        demand(step is None)


def demand(condition: object) -> None:
    if not condition:
        raise Impossible
