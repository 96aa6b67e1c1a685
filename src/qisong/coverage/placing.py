"""Under which unit each unit of a day is shown: itself in the tree of that day, or its successor today.

Facts never move: who is owed, what was received and who was exempt that day are the same in both trees. Only the
grouping differs, and every unit of the day has a place, so the root's totals are equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone

from qisong.coverage.keys import Key, day_of, stored
from qisong.org.chronicle import read_events
from qisong.org.models import Unit
from qisong.org.replaying import replay
from qisong.org.succession import line_of, succession
from qisong.org.terms import TreeView
from qisong.org.tree import Tree, tree_on
from qisong.roster.models import Affiliation
from qisong.roster.terms import Bond


@dataclass(frozen=True)
class Placing:
    """``then``: the tree of the facts; ``shown``: the tree that groups them; ``units``: from one to the other.

    ``divided`` holds the units split since: their members are placed one by one. ``orphaned``: from a unit that no
    longer stood that day, but whose members had nowhere else to go yet, to the unit that answers for them meanwhile.
    """

    then: Tree
    shown: Tree
    units: dict[int, int]
    orphaned: dict[int, int]
    divided: dict[int, date] = field(default_factory=dict)

    def place(self, branch: dict[Key, int]) -> dict[Key, int]:
        """Where each person or unit is shown, from where it belonged that day."""
        if self.then is self.shown:
            return branch
        placed = {key: self.units[unit] for key, unit in branch.items()}
        if self.divided:
            torn = {key: unit for key, unit in branch.items() if unit in self.divided}
            placed.update(self.place_divided(torn))
        return placed

    def place_divided(self, torn: dict[Key, int]) -> dict[Key, int]:
        """For members of units split since: the first branch each had after the split, as it stands today."""
        placed: dict[Key, int] = {}
        today = self.shown.on
        step = {key: (unit, self.divided[unit]) for key, unit in torn.items()}
        while step:
            found = first_branches(step)
            followed = {day: succession(day, today) for _, day in found.values()}
            step = {}
            for key, (unit, day) in found.items():
                later = followed[day]
                if unit in later.heirs:
                    placed[key] = later.heirs[unit]
                if unit in later.splits:
                    step[key] = (unit, later.splits[unit])
        return placed


def place_units(as_of: date, view: TreeView) -> Placing:
    then = tree_on(as_of)
    orphaned = orphaned_units(then)
    if view is TreeView.THEN:
        return Placing(then, then, {unit: unit for unit in then.order}, orphaned)
    today = max(timezone.localdate(), as_of)
    later = succession(as_of, today)
    return Placing(then, tree_on(today), later.heirs, orphaned, later.splits)


def orphaned_units(tree: Tree) -> dict[int, int]:
    """Members of a unit that has split are somebody's even before each is told where to go: nobody is dropped."""
    closed = set(Unit.objects.values_list("pk", flat=True)) - tree.nodes.keys()
    left = set(Affiliation.objects.formal(tree.on).filter(unit__in=closed).values_list("unit", flat=True).distinct())
    if not left:
        return {}
    endings = replay(event for event in read_events() if event.on <= tree.on).endings
    return {unit: line[-1].heir if (line := line_of(unit, endings)) else tree.roots[0] for unit in left}


def first_branches(step: dict[Key, tuple[int, date]]) -> dict[Key, tuple[int, date]]:
    """From member → (unit, day of its split) to member → (first formal branch after it, the day it is seen there).

    A member who left with the split has none and is not in the answer.
    """
    found: dict[Key, tuple[int, date]] = {}
    first = min(day for _, day in step.values())
    for key, unit, start, stop in formal_courses(step, first):
        split_on = step[key][1]
        if key not in found and (stop is None or stop > split_on):
            found[key] = (unit, max(start, split_on))
    return found


def formal_courses(members: Iterable[Key], since: date) -> list[tuple[Key, int, date, date | None]]:
    """Every formal affiliation of ``members`` that reaches past ``since``, oldest first."""
    wanted = set(members)
    rows = (
        Affiliation.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=since), bond=Bond.FORMAL)
        .order_by("valid_from", "pk")
        .values_list("member_id", "unit_id", "valid_from", "valid_to")
    )
    return [
        (member, unit, day_of(start), stop and day_of(stop))
        for member, unit, start, stop in stored(rows)
        if member in wanted
    ]
