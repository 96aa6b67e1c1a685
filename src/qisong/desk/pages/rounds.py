"""The rounds of a programme, and the form that opens another one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.forms import DayField, DeskForm, PlainField
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Programme, Round
from qisong.ledger.opening import RoundPlan, Share, plan_round
from qisong.ledger.terms import RHYTHMS, RoundKind

KINDS: dict[str, str | Promise] = {
    RoundKind.QUARTER: gettext_lazy("each quarter"),
    RoundKind.YEAR: gettext_lazy("each year"),
    RoundKind.EDITION: gettext_lazy("by edition: a new one is owed anew"),
    RoundKind.ONCE: gettext_lazy("once"),
    RoundKind.DOSE: gettext_lazy("by dose, so many days apart"),
}


def find_round(programme: Programme, pk: int) -> Round:
    found = programme.rounds.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def rounds_table(programme: Programme, *, may_change: bool) -> Table:
    columns = [
        Column(_("Round")),
        Column(_("How often")),
        Column(_("From")),
        Column(_("Due")),
        Column(_("Closed from")),
    ]
    columns.append(Column(_("At its end")))
    if may_change:
        columns += [Column("", "verb"), Column("", "verb")]
    rows = [
        Row(
            [
                Cell(str(one)),
                Cell(KINDS[one.kind]),
                Cell(day(one.starts_on)),
                Cell(day(one.due_on)),
                Cell(day(one.ends_on)),
                Cell(at_its_end(one)),
                *(verbs(programme, one) if may_change else []),
            ]
        )
        for one in programme.rounds.all()
    ]
    return Table("", columns, rows, empty=_("No rounds yet."), called=_("Rounds"))


def at_its_end(one: Round) -> str:
    said = [_("what is lacking stays owed") if one.carry_over else _("what is lacking lapses")]
    if one.continues:
        said.append(_("the next one opens by itself"))
    return _("; ").join(said)


def verbs(programme: Programme, one: Round) -> list[Cell]:
    address = [programme.code, one.pk]
    stop = Cell(_("Open no more"), url=reverse("desk:stop-round", args=address)) if one.continues else Cell()
    return [Cell(_("End this round"), url=reverse("desk:end-round", args=address)), stop]


class OpenRoundForm(DeskForm):
    """``plan`` is what will happen, and the very sentence of it is what is agreed to."""

    kind = forms.ChoiceField(label=gettext_lazy("How often"), choices=list(KINDS.items()))
    starts_on = DayField(label=gettext_lazy("From"), ahead=True)
    due_on = DayField(
        label=gettext_lazy("Due"),
        ahead=True,
        required=False,
        help_text=gettext_lazy("A quarter or a year is due on its last day, if nothing is said here."),
    )
    items = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Items"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "inline"}),
        help_text=gettext_lazy("None ticked: what the last round of this kind owed, to the same."),
    )
    audience = forms.TypedChoiceField(label=gettext_lazy("Audience"), coerce=int)
    quantity = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=999, initial=1)
    carry_over = forms.BooleanField(label=gettext_lazy("What is lacking at its end stays owed"), required=False)
    continues = forms.BooleanField(label=gettext_lazy("The next quarter or year opens by itself"), required=False)
    min_interval_days = forms.IntegerField(
        label=gettext_lazy("Days between two doses"), min_value=0, max_value=999, required=False
    )
    zh = PlainField(
        label=gettext_lazy("Name in Chinese"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A quarter or a year names itself."),
    )
    en = PlainField(label=gettext_lazy("Name in English"), max_length=200, required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.deliverable = {item.pk: item for item in programme.items.all()}
        self.audiences = {one.pk: one for one in programme.audiences.all()}
        self.let_choose("items", [(pk, str(item)) for pk, item in self.deliverable.items()])
        self.let_choose("audience", [(pk, str(one)) for pk, one in self.audiences.items()])

    def plan(self) -> RoundPlan:
        audience, quantity = self.audiences[self.value("audience")], self.value("quantity")
        return plan_round(
            programme=self.programme,
            kind=RoundKind(self.value("kind")),
            starts_on=self.value("starts_on"),
            due_on=self.value("due_on"),
            zh=self.value("zh"),
            en=self.value("en"),
            shares=[Share(self.deliverable[pk], audience, quantity) for pk in self.value("items")],
            carry_over=self.value("carry_over"),
            continues=self.value("continues"),
            min_interval_days=self.value("min_interval_days") or 0,
        )


def sentence(plan: RoundPlan) -> str:
    """What opening the round will do, all of it."""
    said = [*span_of(plan.round), *owing(plan), *ending(plan)]
    if plan.round.kind in RHYTHMS and plan.round.continues:
        said.append(_("The next one opens by itself."))
    return reduce(lambda one, another: _("{one} {another}").format(one=one, another=another), said)


def span_of(round_: Round) -> Sequence[str]:
    first, last = day(round_.starts_on), day(round_.ends_on)
    said = [
        _("{round} runs from {first} until before {last}.").format(round=round_, first=first, last=last)
        if round_.ends_on
        else _("{round} runs from {first} until the next one.").format(round=round_, first=first)
    ]
    if round_.due_on:
        said.append(_("It is due by {day}.").format(day=day(round_.due_on)))
    return said


def owing(plan: RoundPlan) -> Sequence[str]:
    listed = [
        _("{quantity} {measure} of {item} to {audience}").format(
            quantity=one.quantity, measure=one.item.measure, item=one.item, audience=one.audience
        )
        for one in plan.shares
    ]
    return [_("It owes: {listed}.").format(listed=_("; ").join(listed))]


def ending(plan: RoundPlan) -> Sequence[str]:
    """Of each item the round that makes way, and what becomes of what it lacks."""
    said = []
    for one in plan.displaced:
        stays = _("{round} ends for {item} that day; what it lacks stays owed.")
        lapses = _("{round} ends for {item} that day; what it lacks is owed no longer.")
        said.append((stays if one.round.carry_over else lapses).format(round=one.round, item=one.item))
    return said
