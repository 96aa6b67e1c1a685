"""Recorded decisions that somebody is not owed something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DayField, DeskForm, PlainField
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.choosing import owed_items
from qisong.desk.tables import Cell, Column, Link, Row, Table, page_of
from qisong.desk.templatetags.desk import day
from qisong.ledger.exempting import exempt
from qisong.ledger.models import Exemption
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label, terms
from qisong.roster.models import Member


@dataclass(frozen=True)
class ExemptionsPage:
    table: Table
    numbers: Page[Exemption]


def exemptions_page(scope: Scope, number: str | None) -> ExemptionsPage:
    held = Exemption.objects.within(scope).filter(valid_to=None).order_by("-valid_from", "pk")
    numbers = page_of(held.select_related("programme", "item", "member__person", "unit"), number)
    may_end = scope.allows(Right.EXEMPT)
    columns = [Column(_("Who")), Column(_("Of what")), Column(_("Reason")), Column(_("Decided by")), Column(_("Since"))]
    if may_end:
        columns.append(Column("", "verb"))
    rows = [exemption_row(one, may_end=may_end) for one in numbers]
    return ExemptionsPage(Table("", columns, rows, empty=_("Nobody is exempt by decision.")), numbers)


def exemption_row(one: Exemption, *, may_end: bool) -> Row:
    cells = [
        Cell(whom(one)),
        Cell(str(one.item) if one.item else str(one.programme)),
        Cell(label(TermCategory.EXEMPTION, one.reason), note=one.note),
        Cell(one.decided_by),
        Cell(day(one.valid_from)),
    ]
    if may_end:
        cells.append(Cell(_("End it"), url=reverse("desk:end-exemption", args=[one.pk])))
    return Row(cells)


def whom(one: Exemption) -> str:
    return one.member.person.name if one.member else str(one.unit)


class ExemptForm(DeskForm):
    """A member of the unit, or, left empty, the unit itself."""

    member = forms.ChoiceField(label=lazy_word("member"), required=False)
    item = forms.TypedChoiceField(label=gettext_lazy("Item"), coerce=int)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    decided_by = PlainField(label=gettext_lazy("Decided by"), max_length=120)
    on = DayField(label=gettext_lazy("From"))
    note = PlainField(label=gettext_lazy("Remark"), required=False, max_length=200)

    def __init__(self, *args: Any, unit: Unit, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.scope = unit, scope
        self.members = {str(one.pk): one for one in members_of(scope, unit)}
        self.items = {item.pk: item for item in owed_items(scope.on)}
        reasons = [term for term in terms(TermCategory.EXEMPTION) if not term.data.get("from_roster")]
        itself = _("{unit} itself, as a recipient").format(unit=unit)
        self.let_choose("member", [("", itself), *((key, str(one)) for key, one in self.members.items())])
        self.let_choose("item", [(key, str(item)) for key, item in self.items.items()])
        self.let_choose("reason", [(term.code, str(term)) for term in reasons])
        self.fields["on"].initial = scope.on

    def make(self, by: Account) -> Exemption:
        item, member = self.items[self.value("item")], self.members.get(self.value("member"))
        return exempt(
            by=by,
            scope=self.scope,
            programme=item.programme,
            item=item,
            member=member,
            unit=None if member else self.unit,
            reason=self.value("reason"),
            decided_by=self.value("decided_by"),
            on=self.value("on"),
            note=self.value("note"),
        )


def members_of(scope: Scope, unit: Unit) -> list[Member]:
    belonging = Member.objects.within(scope).belonging([unit.pk], scope.on, "formal")
    return list(belonging.select_related("person").order_by("person__name", "pk"))


def exempt_crumbs(scope: Scope, unit: Unit) -> Sequence[Crumb]:
    return way_to(scope, unit.pk, _("Exempt somebody"))


def exempt_link(scope: Scope, unit: Unit) -> list[Link]:
    if not scope.allows(Right.EXEMPT, unit):
        return []
    return [Link(_("Exempt somebody"), reverse("desk:exempt", args=[unit.pk]))]
