"""What may be asked of coverage, checked before anything is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qisong.ledger.models import Item
from qisong.org import words
from qisong.org.models import Unit
from qisong.org.terms import TermCategory, TreeView
from qisong.org.tree import Tree
from qisong.words.text import refuse


@dataclass(frozen=True)
class Question:
    """Items and a day; ``channel``: received that way; ``circumstance``: only people whom it concerns that day."""

    items: tuple[Item, ...]
    as_of: date
    tree: TreeView = TreeView.THEN
    channel: str | None = None
    circumstance: str | None = None


def ask(
    items: Sequence[Item], as_of: date, tree: TreeView | str, channel: str | None, circumstance: str | None
) -> Question:
    """A question whose every word is known; refuses an unknown tree, channel or circumstance."""
    view = known_view(tree)
    known(TermCategory.CHANNEL, channel, "channel", "没有“{name}”这种方式。", "There is no channel {name}.")
    known(
        TermCategory.CIRCUMSTANCE,
        circumstance,
        "circumstance",
        "没有“{name}”这种情形。",
        "There is no circumstance {name}.",
    )
    return Question(tuple(items), as_of, view, channel or None, circumstance or None)


def known_view(tree: TreeView | str) -> TreeView:
    try:
        return TreeView(tree)
    except ValueError:
        raise refuse(
            "unknown-tree",
            "“{tree}”：只能选 then（当时的组织）或 now（现在的组织）。",
            "{tree}: choose then (the tree of that day) or now (today's tree).",
            place="tree",
            tree=tree,
        ) from None


def known(category: TermCategory, code: str | None, place: str, zh: str, en: str) -> None:
    if code and words.term_of(category, code) is None:
        raise refuse(f"unknown-{place}", zh, en, place=place, name=code)


def require_standing(unit: Unit, tree: Tree) -> None:
    if unit.pk not in tree.nodes:
        raise refuse(
            "unit-not-standing",
            "“{unit}”在{on}还没有成立或已经撤销，请换一个日期。",
            "{unit} was not yet created, or already closed, on {on}; choose another date.",
            place="unit",
            unit=unit.name,
            on=tree.on,
        )
