"""The journal as an auditor reads it: what kind of thing was done, when, by which login, where; never to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Page
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from qisong.desk.forms import DayField, DeskForm
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.journal_words import KINDS, THINGS
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import moment
from qisong.org.models import Journal, JournalQuerySet
from qisong.org.scope import Scope
from qisong.words.identity import mask_personal


class JournalForm(DeskForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    first = DayField(label=gettext_lazy("From"), required=False)
    last = DayField(label=gettext_lazy("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(((code, str(label)) for code, label in KINDS.items()), key=lambda kind: kind[1])
        self.let_choose("kind", [("", _("all")), *kinds])


# Done by anybody; who it was is not known.
UNNAMED = {"suggestion.made"}


@dataclass(frozen=True)
class JournalPage:
    form: JournalForm
    answer: str
    table: Table
    numbers: Page[Any]


def journal_page(scope: Scope, query: Mapping[str, Any]) -> JournalPage:
    form = JournalForm(query)
    rows = Journal.objects.within(scope).select_related("actor", "unit").order_by("-seq")
    rows = filtered(rows, form) if form.is_valid() else rows.none()
    numbers = page_of(rows, query.get("page"))
    columns = [
        Column(_("Number"), "number"),
        Column(_("When")),
        Column(_("What")),
        Column(_("Login name")),
        Column(lazy_word("unit")),
        Column(_("Concerned")),
        Column(_("Reason")),
    ]
    answer = _("{rows} entries, newest first.").format(rows=numbers.paginator.count)
    table = Table("", columns, [journal_row(one) for one in numbers], empty=_("Nothing was done in this time."))
    return JournalPage(form, answer, table, numbers)


def filtered(rows: JournalQuerySet, form: JournalForm) -> JournalQuerySet:
    if kind := form.value("kind"):
        rows = rows.filter(kind=kind)
    if first := form.value("first"):
        rows = rows.filter(at__gte=midnight(first))
    if last := form.value("last"):
        rows = rows.filter(at__lt=midnight(last + timedelta(days=1)))
    return rows


def midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def journal_row(row: Journal) -> Row:
    return Row(
        [
            Cell(row.seq),
            Cell(moment(row.at)),
            Cell(KINDS.get(row.kind, row.kind)),
            Cell(actor_of(row)),
            Cell(row.unit.name if row.unit else ""),
            Cell(concerned(row.touched)),
            Cell(mask_personal(row.reason)),
        ]
    )


def actor_of(row: Journal) -> str:
    if row.kind in UNNAMED:
        return _("unnamed")
    return row.actor.username if row.actor else _("at the machine itself")


def concerned(touched: Mapping[str, Any]) -> str:
    """How many of what; never which."""
    if touched.get("county"):
        return _("the whole tree")
    parts = [f"{THINGS.get(thing, thing)} {len(ids)}" for thing, ids in touched.items() if isinstance(ids, Sequence)]
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(parts)
