"""Who lives where their unit is not: those said to live here, and those of ours who live elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DEEPER, DayField, DeskForm, LongSelect, OnForm, PlainField
from qisong.desk.pages.transferring import TICKED, uuid_of
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.roster import attaching
from qisong.roster.models import Affiliation, Circumstance, Member, Proposal
from qisong.roster.terms import AWAY, Bond, Standing
from qisong.words.dates import DateFault, parse_date
from qisong.words.text import Text, refuse

NO_MONTH = Text("请写明出生的年和月，例如 1958年3月。", "Give year and month of birth, such as 1958-03.")


class Deed(DeskForm):
    """What can be done to those ticked in one list; ``enact`` answers what happened."""

    ticked = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, unit: Unit, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.scope = unit, scope
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""

    def proposals(self) -> set[int]:
        return {int(one) for one in self.value(TICKED) if one.isascii() and one.isdigit()}

    def members(self) -> set[UUID]:
        return {pk for one in self.value(TICKED) if (pk := uuid_of(one))}

    def enact(self, by: Account) -> str:
        raise NotImplementedError


class Agree(Deed):
    on = DayField(label=gettext_lazy("On the sheets there from"), initial=timezone.localdate)

    def enact(self, by: Account) -> str:
        n = attaching.agree(by=by, asked=self.unit, proposals=self.proposals(), on=self.value("on"))
        return _("{n} people stand on the sheets of where they live from {day} on.").format(
            n=n, day=day(self.value("on"))
        )


class Decline(Deed):
    def enact(self, by: Account) -> str:
        n = attaching.decline(by=by, asked=self.unit, proposals=self.proposals())
        return _("Answered for {n} people; the unit that asked is told.").format(n=n)


class Note(Deed):
    def enact(self, by: Account) -> str:
        attaching.take_note(by=by, asking=self.unit, proposals=self.proposals())
        return _("Taken note of.")


class Leave(OnForm, Deed):
    def enact(self, by: Account) -> str:
        n = attaching.end_attachments(by=by, unit=self.unit, members=self.members(), on=self.value("on"))
        return _("{n} people are on the sheets here no more.").format(n=n)


class Propose(Deed):
    to = forms.TypedChoiceField(label=gettext_lazy("Where they live: the unit there"), coerce=int, widget=LongSelect)

    def prepare(self) -> None:
        tree = self.scope.tree
        units = [(one, DEEPER * (len(tree.path(one)) - 1) + tree.nodes[one].name) for one in tree.order]
        self.let_choose("to", [("", "—"), *(pair for pair in units if pair[0] != self.unit.pk)])

    def enact(self, by: Account) -> str:
        n = attaching.propose_attachments(by=by, home=self.unit, members=self.members(), to=self.value("to"))
        return _("{n} people proposed. They join the sheets there once that unit has ticked them.").format(n=n)


class Seek(Deed):
    name = PlainField(label=gettext_lazy("Full name"), max_length=60)
    born = PlainField(label=gettext_lazy("Year and month of birth"), max_length=20)

    def clean_born(self) -> str:
        try:
            born = str(parse_date(self.value("born"), today=timezone.localdate()))
        except DateFault as fault:
            raise ValidationError(said(fault.text)) from fault
        if len(born) < len("1958-03"):
            raise ValidationError(said(NO_MONTH))
        return born[: len("1958-03")]

    def enact(self, by: Account) -> str:
        if not attaching.seek_member(by=by, unit=self.unit, name=self.value("name"), born=self.value("born")):
            raise refuse(
                "not-found",
                "没有找到。请核对姓名的每个字和出生年月；也可以请本人问一问自己的组织。",
                "Nobody was found. Compare each character of the name and the month of birth, or let them ask at home.",
                place="name",
            )
        return _("Found, and sent to their own unit, which has to agree.")


ATTACHED: dict[str, type[Deed]] = {"agree": Agree, "decline": Decline, "note": Note, "leave": Leave, "seek": Seek}
ABSENT: dict[str, type[Deed]] = {"agree": Agree, "decline": Decline, "note": Note, "propose": Propose}


@dataclass(frozen=True)
class AttachmentsPage:
    """``waiting``: to be answered here; ``declined``: came back; ``people``: who is attached here, or away."""

    unit: Unit
    crumbs: Sequence[Crumb]
    waiting: Table
    declined: Table
    people: Table


def attached_page(unit: Unit, scope: Scope) -> AttachmentsPage:
    asked = Proposal.objects.within(scope).waiting_for(unit.pk).filter(unit=unit)
    refused = Proposal.objects.within(scope).declined_to(unit.pk).filter(unit=unit)
    ties = Affiliation.objects.within(scope).on(scope.on).filter(unit=unit, bond=Bond.ATTACHED)
    found = ties.select_related("member__person").order_by("member__person__name", "pk")
    rows = [Row([Cell(str(tie.member)), Cell(day(tie.valid_from))], id=str(tie.member_id)) for tie in found]
    columns = [Column(_("Name")), Column(_("Attached since"))]
    return AttachmentsPage(
        unit,
        way_to(scope, unit.pk, _("Living here")),
        proposals_table(asked, _("Their unit"), "home"),
        proposals_table(refused, _("Their unit"), "home"),
        Table("", columns, rows, _("Nobody is attached here."), tick=TICKED),
    )


def away_page(unit: Unit, scope: Scope) -> AttachmentsPage:
    asked = Proposal.objects.within(scope).waiting_for(unit.pk).exclude(unit=unit)
    refused = Proposal.objects.within(scope).declined_to(unit.pk).exclude(unit=unit)
    return AttachmentsPage(
        unit,
        way_to(scope, unit.pk, _("Living elsewhere")),
        proposals_table(asked, _("Said to live at"), "unit"),
        proposals_table(refused, _("Said to live at"), "unit"),
        absent_table(unit, scope),
    )


def proposals_table(rows: Any, heading: str, end: str) -> Table:
    """``end``: which of the two units is shown beside the name."""
    found = rows.select_related("member__person", end).order_by("proposed_on", "member__person__name", "pk")
    drawn = [
        Row([Cell(str(one.member)), Cell(str(getattr(one, end))), Cell(day(one.proposed_on))], id=str(one.pk))
        for one in found
    ]
    return Table("", [Column(_("Name")), Column(heading), Column(_("Asked on"))], drawn, tick=TICKED)


def absent_table(unit: Unit, scope: Scope) -> Table:
    """The unit's own members who are away, with where their names stand or are to stand."""
    own = Affiliation.objects.within(scope).formal(scope.on).filter(unit=unit)
    kinds = Circumstance.objects.within(scope).on(scope.on).filter(kind=AWAY, member__in=own.values("member"))
    found = kinds.select_related("member__person").order_by("member__person__name", "member")
    rows = [
        Row(
            [Cell(str(one.member)), Cell(one.detail), Cell(_("; ").join(places_of(one.member, scope)))],
            id=str(one.member_id),
        )
        for one in found.prefetch_related("member__affiliations__unit", "member__proposals__unit")
    ]
    columns = [Column(_("Name")), Column(_("Where to")), Column(_("Sheets"))]
    return Table("", columns, rows, _("Nobody of this unit is away."), tick=TICKED)


def places_of(member: Member, scope: Scope) -> Iterator[str]:
    """On whose sheets the name also stands, and where the unit has not answered yet."""
    for tie in member.affiliations.all():
        if tie.bond == Bond.ATTACHED and tie.holds_on(scope.on):
            yield _("on the sheets of {unit}").format(unit=tie.unit)
    for one in member.proposals.all():
        if one.standing == Standing.WAITING:
            yield _("{unit}: not answered yet").format(unit=one.unit)
