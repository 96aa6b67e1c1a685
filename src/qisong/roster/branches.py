"""Which unit a sheet means by what it writes under 所在党支部： a code or a name, within one part of the tree."""

from __future__ import annotations

from collections import defaultdict
from difflib import get_close_matches

from qisong.org.models import Unit
from qisong.org.tree import Tree
from qisong.sheets.columns import fold_label
from qisong.words.text import Text

# Looking for similar names is slow, and a file full of unknown names is the wrong file.
MOST_SUGGESTED_FOR = 50


class UnknownBranchError(Exception):
    """``code`` for programs, ``text`` for people."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code, self.text = code, text


class Branches:
    """The units standing at and beneath ``unit`` that day."""

    def __init__(self, tree: Tree, unit: int) -> None:
        self._tree = tree
        self.unit = unit
        self.within = tree.subtree(unit)
        self._codes = {fold_label(tree.nodes[one].code): one for one in self.within}
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        for one in self.within:
            self._names[fold_label(tree.nodes[one].name)].append(one)
        self._known: dict[str, int | UnknownBranchError] = {}
        self._suggested = 0

    @property
    def has_units_beneath(self) -> bool:
        return len(self.within) > 1

    def find(self, written: str) -> int:
        """The unit; raises ``UnknownBranchError`` with advice."""
        if written not in self._known:
            self._known[written] = self._look_up(written)
        found = self._known[written]
        if isinstance(found, UnknownBranchError):
            raise found
        return found

    def written(self, unit: int) -> str:
        """How to write a unit so that ``find`` finds it: its name, or its code where the name is not its own."""
        node = self._tree.nodes[unit]
        try:
            return node.name if self.find(node.name) == unit else node.code
        except UnknownBranchError:
            return node.code

    def _look_up(self, written: str) -> int | UnknownBranchError:
        folded = fold_label(written)
        if folded in self._codes:
            return self._codes[folded]
        named = self._names.get(folded, [])
        return named[0] if len(named) == 1 else self._trouble(written, folded, named)

    def _trouble(self, written: str, folded: str, named: list[int]) -> UnknownBranchError:
        top = self._tree.nodes[self.unit].name
        if named:
            codes = "、".join(self._tree.nodes[one].code for one in named)
            return trouble("branch-ambiguous", AMBIGUOUS, top=top, codes=codes)
        if any(folded in (fold_label(node.code), fold_label(node.name)) for node in self._tree.nodes.values()):
            return trouble("branch-outside", OUTSIDE, top=top)
        if Unit.objects.filter(code=written).exists() or Unit.objects.filter(name=written).exists():
            return trouble("branch-closed", CLOSED)
        similar = "、".join(self._similar(folded))
        return trouble("branch-unknown", SIMILAR if similar else UNKNOWN, top=top, similar=similar)

    def _similar(self, folded: str) -> list[str]:
        self._suggested += 1
        if self._suggested > MOST_SUGGESTED_FOR:
            return []
        close = get_close_matches(folded, self._names, n=3, cutoff=0.6)
        return [self._tree.nodes[self._names[name][0]].name for name in close]


def trouble(code: str, text: Text, **values: str) -> UnknownBranchError:
    return UnknownBranchError(code, text.format(**values))


AMBIGUOUS = Text(
    "“{top}”下面有几个组织都叫这个名称，请改写组织代码：{codes}。",
    "Several units beneath {top} have this name; write the code instead: {codes}.",
)
OUTSIDE = Text(
    "这个组织不在“{top}”下面。请核对是不是写错了，或请它的上级导入。",
    "This unit is not beneath {top}. Is it a slip? Otherwise let the level above it import the row.",
)
CLOSED = Text(
    "这个组织已经撤销、合并或还没有成立，请改写现在的组织。",
    "This unit is closed, merged or not yet set up; write the unit of today.",
)
SIMILAR = Text(
    "“{top}”下面没有这个组织。是不是：{similar}?请写组织名称或组织代码。",
    "There is no such unit beneath {top}. Perhaps {similar}? Write its name or its code.",
)
UNKNOWN = Text(
    "“{top}”下面没有这个组织。请写组织名称或组织代码；还没有建的，先导入组织表。",
    "There is no such unit beneath {top}. Write its name or code; if it is new, import the units sheet first.",
)
