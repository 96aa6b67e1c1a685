"""The roster of a unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DeskForm, PlainField
from qisong.desk.furniture import lazy_word
from qisong.desk.tables import Cell, Column, Link, Row, Table, page_of
from qisong.desk.templatetags.desk import partial_day
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label, word
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.terms import Bond, Category

NAMES_A_PAGE = 100


class WantedForm(DeskForm):
    """Sent by POST: a name has no place in an address."""

    name = PlainField(label=gettext_lazy("Name contains"), required=False, max_length=20)


@dataclass(frozen=True)
class RosterPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    answer: str
    form: WantedForm
    table: Table
    numbers: Page[Any]
    act: Link | None
    links: Sequence[Link]
    transfer_url: str  # where the ticked are sent, if they can go anywhere


@dataclass(frozen=True)
class Place:
    """One belonging: where it stands in the list, and whether it counts there."""

    tie: int
    unit: int
    formal: bool


def roster_page(unit: Unit, scope: Scope, form: WantedForm, number: str | None) -> RosterPage:
    """Everyone of the unit and of those beneath it, in tree order, then by name."""
    wanted = form.value("name") if form.is_bound and form.is_valid() else ""
    everybody = places(unit, scope, wanted)
    numbers = page_of(everybody, number, NAMES_A_PAGE)
    links = links_of(unit, scope)
    movable = may_transfer(unit, scope)
    return RosterPage(
        unit,
        way_to(scope, unit.pk, _("Roster")),
        counted(everybody),
        form,
        roster_table(unit, scope, [place.tie for place in numbers], tick=movable),
        numbers,
        links[0] if links else None,
        links[1:],
        reverse("desk:transfer-members", args=[unit.pk]) if movable and list(numbers) else "",
    )


def may_transfer(unit: Unit, scope: Scope) -> bool:
    """Whether the reader keeps this roster and another one, too."""
    return scope.allows(Right.ROSTER, unit) and len(scope.units(Right.ROSTER)) > 1


def places(unit: Unit, scope: Scope, wanted: str) -> list[Place]:
    """In tree order, within a unit by name; ``wanted`` is part of a name."""
    rank = {one: number for number, one in enumerate(scope.tree.subtree(unit.pk))}
    ties = Affiliation.objects.within(scope).on(scope.on).filter(unit__in=rank)
    if wanted:
        ties = ties.filter(member__person__name__contains=wanted)
    rows = ties.values_list("pk", "unit", "bond", "member__person__name")
    return [
        Place(tie, unit, bond == Bond.FORMAL)
        for tie, unit, bond, _name in sorted(rows, key=lambda row: (rank[row[1]], row[3], row[0]))
    ]


def counted(everybody: Sequence[Place]) -> str:
    """Those attached count where they formally belong, so they are told apart."""
    formal = sum(place.formal for place in everybody)
    if formal == len(everybody):
        return _("{n} people").format(n=formal)
    return _("{n} people, and {attached} attached").format(n=formal, attached=len(everybody) - formal)


def links_of(unit: Unit, scope: Scope) -> list[Link]:
    """What the reader may do with this roster, what is done most often first."""
    doors = [
        (Right.IMPORT, _("Import a roster"), "desk:imports"),
        (Right.ROSTER, _("Add a member"), "desk:add-member"),
        (Right.ROSTER, word("survey"), "desk:survey"),
        (Right.EXPORT, _("Export"), "desk:export-roster"),
        (Right.ROSTER, _("Living here"), "desk:attached"),
        (Right.ROSTER, _("Living elsewhere"), "desk:away"),
        (Right.ROSTER, _("Who left"), "desk:left"),
        (Right.ROSTER, _("From another county"), "desk:take-letter"),
        (Right.ROSTER, _("To another county"), "desk:letters"),
    ]
    return [Link(said, reverse(name, args=[unit.pk])) for right, said, name in doors if scope.allows(right, unit)]


def roster_table(unit: Unit, scope: Scope, ties: Sequence[int], *, tick: bool) -> Table:
    """Particulars are for whoever keeps the roster; others see names and what life asks for.

    Whoever is only attached is not ticked: the roster is kept where they formally belong.
    """
    found = Affiliation.objects.within(scope).select_related("member__person").in_bulk(ties)
    shown = [found[tie] for tie in ties]
    circumstances = circumstances_of([tie.member_id for tie in shown], scope)
    laid: list[tuple[Column, Callable[[Affiliation], Cell]]] = [(Column(_("Name")), name_cell)]
    if unit.pk in scope.tree.children:
        laid.append((Column(lazy_word("unit")), lambda tie: Cell(scope.tree.nodes[tie.unit_id].name)))
    if scope.allows(Right.ROSTER, unit):
        laid.append((Column(_("Category")), lambda tie: Cell(category_of(tie.member))))
        laid.append((Column(lazy_word("joined")), lambda tie: Cell(partial_day(tie.member.joined))))
    laid.append((Column(_("Circumstances")), lambda tie: Cell("、".join(circumstances[tie.member_id]))))
    rows = [
        Row([cell(tie) for _column, cell in laid], id=str(tie.member_id) if tie.bond == Bond.FORMAL else "")
        for tie in shown
    ]
    columns = [column for column, _cell in laid]
    return Table("", columns, rows, _("Nobody of that name is here."), tick="ticked" if tick else "")


def name_cell(tie: Affiliation) -> Cell:
    url = reverse("desk:member", args=[tie.member_id])
    return Cell(str(tie.member), url, note=_("attached") if tie.bond == Bond.ATTACHED else "")


def circumstances_of(members: Sequence[UUID], scope: Scope) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for one in Circumstance.objects.within(scope).on(scope.on).filter(member__in=members).order_by("kind"):
        found[one.member_id].append(label(TermCategory.CIRCUMSTANCE, one.kind))
    return found


def category_of(member: Member) -> str:
    return word("full") if member.category == Category.FULL else word("probationary")


class ExportForm(DeskForm):
    unmask = forms.BooleanField(label=gettext_lazy("Whole numbers instead of masks"), required=False)
    reason = PlainField(label=gettext_lazy("Why whole numbers?"), required=False, max_length=200)
