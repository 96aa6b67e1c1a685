"""Counts crossed two ways: by unit, item, channel, circumstance or day. Every cell is a question that names answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from numpy.typing import NDArray

from qisong.coverage.asking import Question, ask, require_standing
from qisong.coverage.counting import Counts, counts_of
from qisong.coverage.engine.rollup import roll_up
from qisong.coverage.index import View, among, view_of
from qisong.ledger.models import Item
from qisong.org import words
from qisong.org.models import Unit
from qisong.org.remembering import remembered
from qisong.org.terms import TermCategory, TreeView
from qisong.org.tree import Tree
from qisong.words.text import refuse


class Axis(StrEnum):
    LEVEL = "level"  # the unit and those right beneath it
    ITEM = "item"
    CHANNEL = "channel"
    CIRCUMSTANCE = "circumstance"
    DATE = "date"


@dataclass(frozen=True)
class Spot:
    """What one cell asks. ``items``: lacks any of them; empty ``channel``, ``circumstance`` and ``in_round``: any."""

    unit: int
    items: tuple[Item, ...]
    as_of: date
    channel: str = ""
    circumstance: str = ""
    in_round: str = ""


@dataclass(frozen=True)
class Head:
    """A row or a column: the spot with nothing but its own place on the axis changed. ``whole``: all of the axis."""

    axis: Axis
    spot: Spot
    whole: bool = False


@dataclass(frozen=True)
class Pivot:
    """``cells``: a row a head of ``rows``, None where the unit does not stand that day; nothing is sorted by value."""

    rows: Sequence[Head]
    columns: Sequence[Head]
    cells: Sequence[Sequence[Counts | None]]

    def spot(self, row: int, column: int) -> Spot:
        return crossed(self.rows[row], self.columns[column])


@remembered
def pivot(
    unit: Unit,
    items: Sequence[Item],
    *,
    as_of: date,
    tree: TreeView | str,
    rows: Axis | str,
    columns: Axis | str,
    days: Sequence[date] = (),
    deep: bool = False,
    channel: str | None = None,
    circumstance: str | None = None,
    in_round: str | None = None,
) -> Pivot:
    """``items`` crossed by two axes; on the axis of dates stand ``days``, on that of units those right beneath, or with
    ``deep`` all beneath. Where no axis is of items, a person who lacks
    any of ``items`` is missing, as in a list of names."""
    question = ask(items, as_of, tree, channel, circumstance)
    require_standing(unit, view_of(question).index.placing.shown)
    spot = Spot(unit.pk, tuple(items), as_of, channel or "", circumstance or "", in_round or "")
    both = known_axis(rows), known_axis(columns)
    if both[0] is both[1]:
        raise refuse(
            "same-axis", "行和列请选不同的。", "Choose different things for rows and columns.", place="columns"
        )
    crossing = Crossing(question, deep=deep)
    down, across = (crossing.heads(axis, spot, days) for axis in both)
    return Pivot(down, across, [[crossing.count(crossed(row, column)) for column in across] for row in down])


def known_axis(axis: Axis | str) -> Axis:
    try:
        return Axis(axis)
    except ValueError:
        raise refuse(
            "unknown-axis",
            "不能按“{axis}”排，请选组织、内容、方式、情形或日期。",
            "{axis} is nothing to arrange by; choose unit, item, way, circumstance or day.",
            place="rows",
            axis=axis,
        ) from None


def crossed(row: Head, column: Head) -> Spot:
    """The spot of the column at the row's place."""
    field = {Axis.LEVEL: "unit", Axis.ITEM: "items", Axis.DATE: "as_of"}.get(row.axis, row.axis.value)
    return replace(column.spot, **{field: getattr(row.spot, field)})


class Crossing:
    """Counts spots; what several of them share is worked out once."""

    def __init__(self, question: Question, *, deep: bool) -> None:
        self.question = question
        self.deep = deep
        self.views: dict[tuple[date, str, str], View] = {}
        self.tables: dict[Spot, NDArray[Any] | None] = {}

    def view(self, spot: Spot) -> View:
        key = (spot.as_of, spot.channel, spot.in_round)
        if key not in self.views:
            asked = replace(self.question, as_of=spot.as_of, channel=spot.channel or None, circumstance=None)
            self.views[key] = view_of(asked, spot.in_round)
        return self.views[key]

    def heads(self, axis: Axis, spot: Spot, days: Sequence[date]) -> list[Head]:
        if axis is Axis.LEVEL:
            units = self.units(self.view(spot).index.placing.shown, spot.unit)
            return [Head(axis, spot, whole=True), *(Head(axis, replace(spot, unit=one)) for one in units)]
        if axis is Axis.ITEM:
            return [Head(axis, replace(spot, items=(item,))) for item in spot.items]
        if axis is Axis.DATE:
            return [Head(axis, replace(spot, as_of=day)) for day in days]
        if axis is Axis.CHANNEL:
            codes = [term.code for term in words.terms(TermCategory.CHANNEL)]
            return [Head(axis, replace(spot, channel=code), whole=not code) for code in ["", *codes]]
        kinds = [term.code for term in words.terms(TermCategory.CIRCUMSTANCE)]
        return [Head(axis, replace(spot, circumstance=code), whole=not code) for code in ["", *kinds]]

    def units(self, shown: Tree, unit: int) -> list[int]:
        return shown.subtree(unit)[1:] if self.deep else shown.children.get(unit, [])

    def count(self, spot: Spot) -> Counts | None:
        rank = self.view(spot).index.rank.get(spot.unit)
        if rank is None:
            return None
        everywhere = replace(spot, unit=0)
        if everywhere not in self.tables:
            self.tables[everywhere] = self.table(spot)
        table = self.tables[everywhere]
        return Counts() if table is None else Counts(*table[:, rank].tolist())

    def table(self, spot: Spot) -> NDArray[Any] | None:
        """int[7, U], in the order of ``Counts``; None where nothing is owed to anybody."""
        view = self.view(spot)
        lines = [line for claim, line in view.lines if claim.item in spot.items]
        if spot.circumstance:
            concerned = view.index.circumstance(spot.circumstance)
            lines = [among(line, concerned) for line in lines]
        return counts_of(view, lines, roll_up) if lines else None
