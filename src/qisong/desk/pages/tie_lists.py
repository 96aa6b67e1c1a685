"""All contact points, or all pairings: in tree order, a committee at a time if one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qisong.desk.furniture import lazy_word
from qisong.desk.pages.ties import HEADING, HOLDER, TieKind, holder, ties_of
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import day
from qisong.org.models import ContactPoint, Pairing, Unit
from qisong.org.scope import Scope


@dataclass(frozen=True)
class TieListPage:
    kind: TieKind
    heading: str | Promise
    answer: str
    under: int
    choices: Sequence[tuple[int, str]]
    table: Table
    numbers: Page[Any]


def tie_list_page(scope: Scope, kind: TieKind, *, under: str | None, number: str | None) -> TieListPage:
    """``under``: only units beneath this one; 404 for a kind without a list or a unit that is not the reader's."""
    if kind is TieKind.POST:
        raise Http404
    chosen = chosen_unit(scope, under)
    rank = {unit: place for place, unit in enumerate(scope.tree.order)}
    found = list(ties_of(scope, kind).select_related("unit", far_end(kind)))
    if chosen:
        beneath = set(scope.tree.subtree(chosen))
        found = [tie for tie in found if tie.unit_id in beneath]
    found.sort(key=lambda tie: (rank.get(tie.unit_id, len(rank)), tie.valid_from, tie.pk))
    numbers = page_of(found, number)
    columns = [Column(lazy_word("unit")), Column(_("Under")), Column(HOLDER[kind]), Column(_("Since"))]
    table = Table("", columns, [row(scope, tie) for tie in numbers], empty=_("Nothing is entered here yet."))
    return TieListPage(kind, HEADING[kind], answer(found), chosen, choices(scope), table, numbers)


def far_end(kind: TieKind) -> str:
    return "leader" if kind is TieKind.CONTACT_POINT else "partner"


def chosen_unit(scope: Scope, under: str | None) -> int:
    if not under:
        return 0
    unit = Unit.objects.within(scope).filter(pk=under).first() if under.isdecimal() else None
    if unit is None:
        raise Http404
    return unit.pk


def choices(scope: Scope) -> list[tuple[int, str]]:
    """The units that have others beneath them."""
    tree = scope.tree
    return [(unit, tree.nodes[unit].name) for unit in tree.order if unit in scope.visible and unit in tree.children]


def row(scope: Scope, tie: ContactPoint | Pairing) -> Row:
    above = scope.tree.parents.get(tie.unit_id)
    parent = scope.tree.nodes[above].name if above in scope.tree.nodes else ""
    url = reverse("desk:ties", args=[tie.unit_id])
    return Row([Cell(tie.unit.name, url=url), Cell(parent), Cell(holder(tie)), Cell(day(tie.valid_from))])


def answer(found: Sequence[Any]) -> str:
    ends = {tie.leader_id if isinstance(tie, ContactPoint) else tie.partner_id for tie in found}
    units = {tie.unit_id for tie in found}
    if found and isinstance(found[0], ContactPoint):
        return _("{leaders} people look after {units} places.").format(leaders=len(ends), units=len(units))
    return _("{partners} partners, {units} places.").format(partners=len(ends), units=len(units))
