"""Cases counted for a unit and each of its children: a table a kind, every figure leading to its names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.casework.counting import ROLLED_UP, Asked, Tally, tallies
from qisong.casework.queues import unsearched
from qisong.casework.reach import case_units
from qisong.casework.terms import Bucket, Kind
from qisong.casework.wording import BUCKETS, KINDS
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DayField, DeskForm
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.choosing import VIEWS
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Link, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TreeView
from qisong.org.words import word

WAITING, FOUND = "waiting", "found"  # figures that are no bucket


class WhenForm(DeskForm):
    """Sent by GET; what is left out is today, then."""

    on = DayField(label=gettext_lazy("Day"), required=False)
    tree = forms.ChoiceField(label=gettext_lazy("Tree"), choices=VIEWS, required=False)

    def __init__(self, query: QueryDict, *, today: date) -> None:
        super().__init__(query or {"on": today.isoformat()})

    def asked(self, kind: Kind, today: date) -> Asked:
        return Asked(kind, self.value("on") or today, TreeView(self.value("tree") or TreeView.THEN))


def query_of(asked: Asked, today: date, **more: str) -> str:
    """As it stands in an address; what goes without saying is left out."""
    on = asked.on.isoformat() if asked.on != today else ""
    view = asked.view.value if asked.view is not TreeView.THEN else ""
    return urlencode({name: value for name, value in {**more, "on": on, "tree": view}.items() if value})


def address(name: str, *args: object, query: str = "") -> str:
    return reverse(name, args=args) + (f"?{query}" if query else "")


def words_of(asked: Asked) -> list[str]:
    return [day(asked.on), str(dict(VIEWS)[asked.view.value])]


@dataclass(frozen=True)
class UnitCasesPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    form: WhenForm
    chosen: Sequence[str]
    answers: Sequence[str]
    tables: Sequence[Table]
    links: Sequence[Link]


def unit_cases_page(scope: Scope, unit: Unit, form: WhenForm) -> UnitCasesPage:
    tables: list[Table] = []
    chosen: Sequence[str] = ()
    answers: Sequence[str] = ()
    if form.is_valid():
        asked = [form.asked(kind, scope.on) for kind in kinds_for(scope, unit)]
        counted = [(one, rows_counted(scope, unit, one)) for one in asked]
        tables = [counted_table(scope, unit, one, rows) for one, rows in counted]
        chosen, answers = words_of(asked[0]), [summary(one, rows[unit.pk]) for one, rows in counted]
    return UnitCasesPage(unit, way_to(scope, unit.pk, _("Cases")), form, chosen, answers, tables, links_of(scope, unit))


def kinds_for(scope: Scope, unit: Unit) -> list[Kind]:
    """Lax branches are spoken of only to those above some of them."""
    told = scope.confidential & scope.units(Right.CASES)
    lax = not told.isdisjoint(scope.tree.subtree(unit.pk))
    return [kind for kind in ROLLED_UP if kind is not Kind.LIFTING or lax]


def rows_counted(scope: Scope, unit: Unit, asked: Asked) -> dict[int, Tally]:
    """The unit itself, then its children of that tree whose cases the reader handles, in tree order; of a county's
    seventy those that have none would only hide the others.
    """
    handled = case_units(scope)
    children = [child for child in asked.tree(scope).children.get(unit.pk, []) if child in handled]
    counted = tallies(scope, asked, [unit.pk, *children])
    return {one: tally for one, tally in counted.items() if one == unit.pk or tally.opened}


def summary(asked: Asked, tally: Tally) -> str:
    values = {"kind": said(KINDS[asked.kind]), "alive": tally.opened - tally.closed, "overdue": tally.overdue}
    return _("{kind}: {alive} not ended, {overdue} of them overdue.").format(**values)


def figures(asked: Asked, tally: Tally) -> list[tuple[str, int]]:
    """What a row shows: the bucket that stands in the address, and how many."""
    found = [(FOUND, tally.found)] if asked.kind is Kind.TRACING else []
    buckets = [(bucket.value, tally.buckets[bucket]) for bucket in Bucket]
    return [("", tally.opened), *found, (WAITING, tally.waiting), *buckets]


def counted_table(scope: Scope, unit: Unit, asked: Asked, rows: Mapping[int, Tally]) -> Table:
    tree = asked.tree(scope)
    found = [Column(_("Spoken with"))] if asked.kind is Kind.TRACING else []
    columns = [Column(lazy_word("unit")), Column(_("Opened")), *found, Column(_("To be verified"))]
    columns += [Column(said(BUCKETS[bucket])) for bucket in Bucket]
    names = {one: tree.nodes[one].name if one in tree.nodes else unit.name for one in rows}
    drawn = [counted_row(scope, asked, one, names[one], tally, own=one == unit.pk) for one, tally in rows.items()]
    caption = _("{kind}; units without any are left out").format(kind=said(KINDS[asked.kind]))
    return Table(caption, columns, drawn, figures=True)


def counted_row(scope: Scope, asked: Asked, unit: int, name: str, tally: Tally, *, own: bool) -> Row:
    may = scope.allows(Right.CASES, unit)
    beneath = "" if own or not may else address("desk:unit-cases", unit, query=query_of(asked, scope.on))
    listed = reverse("desk:case-list", args=[unit, asked.kind.value]) if may else ""
    cells = [Cell(name, beneath)]
    for bucket, n in figures(asked, tally):
        query = query_of(asked, scope.on, bucket=bucket)
        cells.append(Cell(n, (listed + (f"?{query}" if query else "")) if n and listed else ""))
    return Row(cells, strong=own)


def links_of(scope: Scope, unit: Unit) -> list[Link]:
    links = [Link(_("Write down a problem"), reverse("desk:raise-problem", args=[unit.pk]))]
    links += [
        Link(_("Bring in a ledger of problems"), reverse("desk:bring-in-ledger", args=[unit.pk])),
        Link(_("Bring in a register of searches"), reverse("desk:bring-in-register", args=[unit.pk])),
        Link(_("Take the ledger of problems away"), reverse("desk:case-export", args=[unit.pk, "ledger"])),
        Link(word("register-found"), reverse("desk:case-export", args=[unit.pk, "found"])),
        Link(word("register-lost"), reverse("desk:case-export", args=[unit.pk, "lost"])),
    ]
    if unit.pk in scope.confidential and unit.pk not in scope.tree.children:
        links.append(Link(_("Lift this unit"), reverse("desk:open-lifting", args=[unit.pk])))
    if n := unsearched(scope, unit.pk).count():
        said = _("{members} not looked for yet: {n}").format(members=word("members"), n=n)
        links.append(Link(said, reverse("desk:unsearched", args=[unit.pk])))
    return links
