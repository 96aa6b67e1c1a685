"""People ticked on a roster go to another unit: who, where to, from when, and what that changes, before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.forms import DayField, DeskForm, UnitField
from qisong.desk.furniture import lazy_word
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.roster.models import Affiliation
from qisong.roster.terms import Bond
from qisong.roster.transferring import Plan, plan_transfer, transfer_members

TICKED = "ticked"


class TransferForm(DeskForm):
    """``begin`` carries only who was ticked; the people stay ticked and any of them can be left out again."""

    ticked = forms.MultipleChoiceField(label=gettext_lazy("Who"), widget=forms.CheckboxSelectMultiple)
    unit = UnitField(label=gettext_lazy("Goes to"))
    on = DayField(label=gettext_lazy("Belongs there from"))

    def __init__(self, *args: Any, source: Unit, scope: Scope, ticked: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        kept = scope.units(Right.ROSTER)
        self.out_of = [unit for unit in scope.tree.subtree(source.pk) if unit in kept]
        people = ticked_people(scope, self.out_of, ticked)
        self.let_choose(TICKED, people)
        self.initial = {TICKED: [pk for pk, _name in people], "on": scope.on, **self.initial}
        box = self.fields["unit"]
        assert isinstance(box, UnitField)
        box.offer(scope, [unit for unit in scope.tree.order if unit in kept and unit != source.pk])

    @property
    def members(self) -> list[UUID]:
        return [UUID(pk) for pk in self.value(TICKED)]

    def plan(self) -> Plan:
        return plan_transfer(self.members, self.out_of, self.value("unit"), self.value("on"))

    def make(self, by: Account, plan: Plan) -> None:
        transfer_members(
            by=by,
            members=[member.pk for member in plan.moving],
            out_of=self.out_of,
            unit=self.value("unit"),
            on=self.value("on"),
        )

    def sentence(self, plan: Plan, *, done: bool) -> str:
        """Whoever stays is named with the reason, so that nobody is left out in silence."""
        before = _(
            "From {day} on, {n} people will belong to {unit}. What was reported before that day does not change."
        )
        after = _("From {day} on, {n} people belong to {unit}.")
        values = {"day": day(self.value("on")), "n": len(plan.moving), "unit": self.value("unit").name}
        return (after if done else before).format(**values) + staying(plan)


def staying(plan: Plan) -> str:
    if not plan.staying:
        return ""
    names = [_("{name} ({why})").format(name=stays.member, why=said(stays.why)) for stays in plan.staying]
    return _(" {n} stay where they are: {names}.").format(n=len(names), names=_("; ").join(names))


@dataclass(frozen=True)
class Preview:
    """What will happen, and how many each unit has on that day and today, before and after."""

    will: str
    table: Table


def ticked_people(scope: Scope, units: Sequence[int], ticked: Sequence[str]) -> list[tuple[str, str]]:
    """Those of ``ticked`` who belong, or lately belonged, to one of ``units``; an id that is none names nobody."""
    ids = [found for one in ticked if (found := uuid_of(one))]
    ties = Affiliation.objects.within(scope).filter(bond=Bond.FORMAL, unit__in=units, member__in=ids)
    rows = ties.order_by("member__person__name", "member", "valid_from")
    labels = {
        str(pk): _("{name} ({unit})").format(name=name, unit=unit) if len(units) > 1 else name
        for pk, name, unit in rows.values_list("member", "member__person__name", "unit__name")
    }
    return list(labels.items())


def uuid_of(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def preview(form: TransferForm, plan: Plan, by: Account) -> Preview:
    """Carried out and taken back at once, so that the figures and the refusals are those of the deed itself."""
    days = list(dict.fromkeys([form.value("on"), form.scope.on]))
    before = [counted(form, on) for on in days]
    with transaction.atomic():
        form.make(by, plan)
        after = [counted(form, on) for on in days]
        transaction.set_rollback(True)
    shifts = {one: [(b[one], a[one]) for b, a in zip(before, after, strict=True)] for one in form.scope.tree.order}
    rows = [
        Row([Cell(form.scope.tree.nodes[one].name), *(Cell(f"{was} → {will}") for was, will in pairs)])
        for one, pairs in shifts.items()
        if any(was != will for was, will in pairs)
    ]
    columns = [Column(lazy_word("unit")), *(Column(heading(on, form.scope), "number") for on in days)]
    return Preview(form.sentence(plan, done=False), Table(_("How many people belong there"), columns, rows))


def heading(on: date, scope: Scope) -> str:
    return _("Today") if on == scope.on else day(on)


def counted(form: TransferForm, on: date) -> Counter[int]:
    """How many formally belong to each unit on that day."""
    ties = Affiliation.objects.within(form.scope).formal(on)
    return Counter(ties.values_list("unit", flat=True))
