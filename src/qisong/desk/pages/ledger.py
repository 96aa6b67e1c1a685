"""The list of acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.forms import DayField, DeskForm, LongSelect
from qisong.desk.pages.act import kind_of
from qisong.desk.pages.recording import part_kinds
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.ledger.models import Activity, Receipt
from qisong.org.scope import Scope


class LedgerForm(DeskForm):
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False, widget=LongSelect)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("To"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.let_choose("unit", [("", _("All units")), *units_of(scope)])
        self.let_choose("kind", [("", _("All kinds")), *part_kinds()])

    @property
    def conditions(self) -> Q:
        """What was chosen, as a condition; nothing chosen narrows nothing."""
        if not self.is_valid():
            return Q()
        given = self.cleaned_data
        chosen = Q()
        if given["unit"]:
            chosen &= Q(unit_id=given["unit"]) | Q(served__unit_id=given["unit"])
        if given["kind"]:
            chosen &= Q(parts__kind=given["kind"])
        if given["first"]:
            chosen &= Q(on__gte=given["first"])
        if given["last"]:
            chosen &= Q(on__lte=given["last"])
        return chosen


def units_of(scope: Scope) -> list[tuple[str, str]]:
    units = scope.names | scope.lesson_units
    return [(str(pk), scope.tree.nodes[pk].name) for pk in scope.tree.order if pk in units]


@dataclass(frozen=True)
class LedgerPage:
    form: LedgerForm
    page: Page[Any]
    table: Table


def ledger_page(scope: Scope, form: LedgerForm, number: str | None) -> LedgerPage:
    page = page_of(acts_for(scope, form), number)
    columns = [
        Column(_("Day")),
        Column(_("Unit")),
        Column(_("What")),
        Column(_("Subject")),
        Column(_("Present"), "number"),
        Column(_("State")),
    ]
    acts = list(page)
    present = Receipt.objects.within(scope).present_at(acts)
    rows = [row_of(act, present.get(act.pk, 0)) for act in acts]
    return LedgerPage(form, page, Table(_("Acts, newest first"), columns, rows, _("No act matches.")))


def acts_for(scope: Scope, form: LedgerForm) -> QuerySet[Activity]:
    found = Activity.objects.within(scope)
    if chosen := form.conditions:
        # An act of several parts that match is one act.
        found = found.filter(pk__in=Activity.objects.within(scope).filter(chosen).order_by().values("pk"))
    return found.select_related("unit", "reversal").prefetch_related("parts").order_by("-on", "-id")


def row_of(act: Activity, present: int) -> Row:
    kinds = "、".join(kind_of(part) for part in act.parts.all())
    state = _("reversed") if hasattr(act, "reversal") else _("holds")
    cells = [
        Cell(act.on.isoformat(), reverse("desk:act", args=[act.pk])),
        Cell(act.unit.name),
        Cell(kinds or _("Hand-over")),
        Cell(act.subject),
        Cell(present or "—"),
        Cell(state),
    ]
    return Row(cells)
