"""Whom a name in an old record means: a member of the unit on that day, else one who ever was, never a guess."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from qisong.ledger.directory import Span, covers
from qisong.org.models import Post
from qisong.org.tree import Tree
from qisong.roster.models import Affiliation, Member


@dataclass(frozen=True)
class Tie:
    """Somebody belonged to a unit for a time."""

    member: str
    span: Span
    died_on: date | None


class People:
    """The rosters of the units that old records speak of, each read when first needed."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._rosters: dict[int, dict[str, list[Tie]]] = {}

    def roster(self, unit: int) -> dict[str, list[Tie]]:
        if unit not in self._rosters:
            named: defaultdict[str, list[Tie]] = defaultdict(list)
            ties = Affiliation.objects.filter(unit=unit).values_list(
                "member__person__name", "member_id", "valid_from", "valid_to", "member__died_on"
            )
            for name, member, first, end, died in ties:
                named[name].append(Tie(str(member), (first, end), died))
            self._rosters[unit] = dict(named)
        return self._rosters[unit]

    def find(self, unit: int, name: str, on: date) -> list[str]:
        """Those of this name who may be meant, without whoever had died."""
        ties = [tie for tie in self.roster(unit).get(name, ()) if tie.died_on is None or tie.died_on >= on]
        there = dict.fromkeys(tie.member for tie in ties if covers(tie.span, on))
        return list(there or dict.fromkeys(tie.member for tie in ties))

    def knows(self, unit: int, name: str) -> bool:
        return name in self.roster(unit)

    def holder(self, unit: int, name: str) -> str:
        """The one person of this name who ever held a post in the unit or above it; "" if there is none or several."""
        held = self._posts.get(name, {})
        above = set(self._tree.path(unit)) if unit in self._tree.nodes else {unit}
        found = {person for person, units in held.items() if units & above}
        return found.pop() if len(found) == 1 else ""

    @cached_property
    def _posts(self) -> dict[str, dict[str, set[int]]]:
        """Name → person → units."""
        found: dict[str, dict[str, set[int]]] = {}
        for name, person, unit in Post.objects.values_list("person__name", "person_id", "unit_id"):
            found.setdefault(name, {}).setdefault(str(person), set()).add(unit)
        return found


def is_still_there(member: str) -> bool:
    """Whether the id in an answer is that of a member."""
    try:
        return Member.objects.filter(pk=UUID(member)).exists()
    except ValueError:
        return False
