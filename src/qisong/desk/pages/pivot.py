"""Coverage crossed two ways, every cell leading to the names behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.coverage.counting import Counts
from qisong.coverage.pivoting import Axis, Head, Pivot, Spot, pivot
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.choosing import Choice, ItemsForm, choice_of, offered_items
from qisong.desk.refusing import show_refusal
from qisong.desk.tables import Cell, Column, Mark, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Item
from qisong.ledger.programmes import owing_rounds
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory, TreeView
from qisong.org.tree import Tree
from qisong.org.words import label
from qisong.sheets.writing import Cell as SheetCell
from qisong.sheets.writing import Table as Sheet
from qisong.sheets.writing import write_table
from qisong.words.text import Refusal

MONTHS = 12  # as many ends of months stand on the axis of days, and the day itself
AXES = [
    (Axis.LEVEL, lazy_word("unit")),
    (Axis.ITEM, gettext_lazy("Item")),
    (Axis.CHANNEL, gettext_lazy("Way")),
    (Axis.CIRCUMSTANCE, gettext_lazy("Circumstance")),
    (Axis.DATE, gettext_lazy("Day")),
]


class PivotForm(ItemsForm):
    rows = forms.ChoiceField(label=gettext_lazy("Rows"), choices=AXES)
    columns = forms.ChoiceField(label=gettext_lazy("Columns"), choices=AXES)
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        choices=[("", gettext_lazy("right beneath")), ("all", gettext_lazy("all beneath"))],
        required=False,
    )
    field_order = ["rows", "columns", "level", "item", "on", "tree", "channel", "circumstance", "round"]

    def __init__(self, query: QueryDict, *, today: date, items: Sequence[Item]) -> None:
        sent = query.copy()
        for name, usual in (("rows", Axis.CHANNEL), ("columns", Axis.ITEM), ("on", today.isoformat())):
            sent.setdefault(name, usual)
        super().__init__(sent, today=today, items=items)


@dataclass(frozen=True)
class PivotPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    form: PivotForm
    chosen: Sequence[str] = ()
    table: Table | None = None
    query: str = ""


@dataclass(frozen=True)
class Asked:
    """A pivot with what it takes to put it into words and addresses."""

    scope: Scope
    choice: Choice
    found: Pivot
    tree: Tree
    items: Sequence[Item]  # all that are offered
    crossed: Sequence[Item]  # those that were chosen

    def named(self, head: Head) -> str:
        spot = head.spot
        if head.axis is Axis.LEVEL:
            return self.tree.nodes[spot.unit].name
        if head.axis is Axis.ITEM:
            return str(spot.items[0])
        if head.axis is Axis.DATE:
            return day(spot.as_of)
        if head.axis is Axis.CHANNEL:
            return label(TermCategory.CHANNEL, spot.channel) if spot.channel else _("every way")
        return label(TermCategory.CIRCUMSTANCE, spot.circumstance) if spot.circumstance else _("everybody")

    def names_of(self, spot: Spot) -> str:
        """The address of the names behind a spot, for whoever may know them."""
        if not self.scope.allows(Right.NAMES, spot.unit):
            return ""
        said = {
            "on": spot.as_of.isoformat() if spot.as_of != self.choice.today else "",
            "tree": self.choice.tree.value if self.choice.tree is not TreeView.THEN else "",
            "channel": spot.channel,
            "circumstance": spot.circumstance,
            "round": spot.in_round,
        }
        items = [] if len(spot.items) == len(self.items) else [("item", item.code) for item in spot.items]
        query = urlencode([*items, *((name, value) for name, value in said.items() if value)])
        return reverse("desk:names", args=[spot.unit]) + (f"?{query}" if query else "")


def pivot_page(scope: Scope, unit: Unit, query: QueryDict) -> PivotPage:
    """Refusals, such as the same thing for rows and columns, are shown at their box."""
    form = PivotForm(query, today=scope.on, items=offered_items(query, scope.on))
    crumbs = way_to(scope, unit.pk, _("Crossed"))
    try:
        asked = ask(scope, unit, form) if form.is_valid() else None
    except Refusal as refusal:
        show_refusal(form, refusal)
        asked = None
    if asked is None:
        return PivotPage(unit, crumbs, form)
    chosen = [*asked.choice.words, *(map(str, form.chosen()) if form.value("item") else ())]
    return PivotPage(unit, crumbs, form, chosen, drawn(asked), query.urlencode())


def ask(scope: Scope, unit: Unit, form: PivotForm) -> Asked:
    choice, items = choice_of(form, scope), form.chosen()
    rows, columns = form.value("rows"), form.value("columns")
    deep = form.value("level") == "all"
    days = month_ends(choice.on)
    found = pivot(unit, items, rows=rows, columns=columns, days=days, deep=deep, **choice.asked())
    return Asked(scope, choice, found, choice.shown_tree(scope), form.items, items)


def month_ends(on: date) -> list[date]:
    """The last ends of months since the first round began, and the day itself."""
    first = min((one.starts_on for one in owing_rounds() if one.starts_on <= on), default=on)
    found, last = [on], on.replace(day=1) - timedelta(days=1)
    while last >= first and len(found) <= MONTHS:
        found.append(last)
        last = last.replace(day=1) - timedelta(days=1)
    return found[::-1]


def drawn(asked: Asked) -> Table:
    found = asked.found
    axis = dict(AXES)[found.rows[0].axis] if found.rows else ""
    columns = [Column(str(axis)), *(Column(asked.named(head)) for head in found.columns)]
    rows = []
    for down, head in enumerate(found.rows):
        counts = enumerate(found.cells[down])
        cells = [cell(one, asked.names_of(found.spot(down, across))) for across, one in counts]
        rows.append(Row([Cell(asked.named(head)), *cells], strong=head.whole))
    legend = _("received / owed, and who is still waiting; ✓ all reached, — does not apply")
    return Table(legend, columns, rows, figures=True)


def cell(counts: Counts | None, names: str) -> Cell:
    if counts is None or not counts.applies:
        return Cell("", mark=Mark.NONE)
    said = f"{counts.received}/{counts.owed}"
    waiting = _("{n} waiting").format(n=counts.missing) if counts.missing else ""
    return Cell(said, url=names if counts.owed else "", mark=Mark.DONE if counts.full else None, note=waiting)


def pivot_data(asked: Asked, unit: Unit) -> bytes:
    """The same for programs: figures only, in the order of the page."""
    found, choice = asked.found, asked.choice
    shown = ("owed", "received", "missing", "exempt")
    said = {
        "unit": asked.tree.nodes[unit.pk].code,
        "on": choice.on.isoformat(),
        "tree": choice.tree.value,
        "channel": choice.channel,
        "circumstance": choice.circumstance,
        "round": choice.round,
        "items": [item.code for item in asked.crossed],
        "rows": [asked.named(head) for head in found.rows],
        "columns": [asked.named(head) for head in found.columns],
        "cells": [[one and {name: getattr(one, name) for name in shown} for one in cells] for cells in found.cells],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def pivot_workbook(asked: Asked, unit: Unit) -> bytes:
    """Three columns of numbers for each column, so that they can be reckoned with."""
    found = asked.found
    headings = [str(dict(AXES)[found.rows[0].axis])]
    for head in found.columns:
        headings += [
            _("{item}: reached").format(item=asked.named(head)),
            _("{item}: owed").format(item=asked.named(head)),
            _("{item}: waiting").format(item=asked.named(head)),
        ]
    rows: list[list[SheetCell]] = []
    for head, cells in zip(found.rows, found.cells, strict=True):
        numbers: list[SheetCell] = []
        for counts in cells:
            numbers += [counts.received, counts.owed, counts.missing] if counts else ["", "", ""]
        rows.append([asked.named(head), *numbers])
    title = _("Who is still missing in {unit}?").format(unit=unit)
    widths = [28, *[9] * (len(headings) - 1)]
    return write_table(Sheet(title, headings, rows, unit=str(unit), day=day(asked.choice.on), widths=widths))
