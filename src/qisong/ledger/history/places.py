"""Which unit an old record speaks of: by its code or any name it ever had, in a cell, a title or the name of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from qisong.org.models import Unit, UnitState
from qisong.org.terms import TermCategory
from qisong.org.tree import Tree
from qisong.org.words import terms
from qisong.sheets.columns import fold_label
from qisong.words.digits import compact

SHORTEST_HINT = 3  # characters of a name that is looked for within other text


class Places:
    """The units in which the records of one batch may be entered."""

    def __init__(self, tree: Tree, allowed: Collection[int]) -> None:
        self.tree = tree
        self.units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=allowed)}
        self._codes = {fold_label(unit.code): unit.pk for unit in self.units.values()}
        self._names: defaultdict[str, set[int]] = defaultdict(set)
        self._read: dict[str, int | None] = {}  # rows say the same again and again
        endings = sorted(kind_words(), key=len, reverse=True)
        states = UnitState.objects.filter(unit__in=allowed).values_list("unit_id", "name")
        for unit, name in {*states, *((unit.pk, unit.name) for unit in self.units.values())}:
            self._names[fold_label(name)].add(unit)
            if short := next((name.removesuffix(one) for one in endings if name.endswith(one) and name != one), ""):
                self._names[fold_label(short)].add(unit)

    def find(self, written: str) -> int | None:
        """The one unit of this code or name."""
        folded = fold_label(written)
        if folded in self._codes:
            return self._codes[folded]
        named = self._names.get(folded, set())
        return next(iter(named)) if len(named) == 1 else None

    def within(self, text: str) -> int | None:
        """The one unit, lowest in the tree, whose name stands somewhere in a text."""
        if text not in self._read:
            self._read[text] = self.read(text)
        return self._read[text]

    def read(self, text: str) -> int | None:
        wanted = fold_label(compact(text))
        found = {
            unit: len(name)
            for name, units in self._names.items()
            if len(name) >= SHORTEST_HINT and name in wanted
            for unit in units
        }
        deepest = max((self.depth(unit) for unit in found), default=0)
        lowest = {unit: length for unit, length in found.items() if self.depth(unit) == deepest}
        best = [unit for unit, length in lowest.items() if length == max(lowest.values())]
        return best[0] if len(best) == 1 else None

    def depth(self, unit: int) -> int:
        return len(self.tree.path(unit))

    def without(self, text: str, unit: int | None) -> str:
        """A title without the name of its unit."""
        names = sorted((name for name, units in self._names.items() if unit in units), key=len, reverse=True)
        rest = compact(text)
        for name in names:
            rest = rest.replace(name, "")
        return rest


def kind_words() -> list[str]:
    """What the names of units end in."""
    return [word for term in terms(TermCategory.UNIT_KIND) for word in (term.zh, *term.data.get("aliases", []))]
