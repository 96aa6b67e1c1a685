"""Paper out: which list, for what, and the numbered sheets as they are printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

import segno
from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from qisong.coverage.gaps import GapName, gap_list
from qisong.coverage.terms import Lack
from qisong.desk.forms import DayField, DeskForm, PlainField
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.survey_paper import SurveyPaper, survey_paper
from qisong.ledger.expecting import Candidate, expected
from qisong.ledger.models import Item, PaperSheet, SheetLine
from qisong.ledger.papers import Listing, Plan, print_sheets
from qisong.ledger.programmes import open_items
from qisong.ledger.terms import SheetKind
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory, TreeView
from qisong.org.words import label
from qisong.words.text import refuse

KINDS: dict[str, str | Promise] = {
    SheetKind.ATTENDANCE: lazy_word("attendance-sheet"),
    SheetKind.HAND_OUT: lazy_word("hand-out-register"),
    SheetKind.VISIT: _("Visit sheet"),
    SheetKind.SURVEY: lazy_word("survey"),
}
EVERYBODY, MISSING, TICKED = "everybody", "missing", "ticked"
MOST_SHEETS = 60
BLANKS = range(5)  # rows at the end for people nobody expected


class PaperForm(DeskForm):
    kind = forms.ChoiceField(label=_("What for"), choices=list(KINDS.items()), widget=forms.RadioSelect)
    who = forms.ChoiceField(label=_("Who stands on it"), widget=forms.RadioSelect)
    items = forms.MultipleChoiceField(
        label=_("What will be handed over"), required=False, widget=forms.CheckboxSelectMultiple
    )
    on = DayField(label=_("Day, if it is known"), required=False, ahead=True)
    place = PlainField(label=_("Place"), max_length=100, required=False)
    subject = PlainField(label=_("Subject"), max_length=200, required=False)


@dataclass
class PaperPlan:
    """A list about to be printed: of ``unit``, or only those ``ticked`` elsewhere."""

    unit: Unit
    scope: Scope
    form: PaperForm
    items: Sequence[Item]
    ticked: Sequence[str] = ()

    @property
    def chosen(self) -> list[Item]:
        return [item for item in self.items if item.code in self.form.value("items")]

    def listings(self) -> list[Listing]:
        """A sheet for each unit of which anybody stands on the list, in tree order."""
        grouped: defaultdict[int, list[UUID]] = defaultdict(list)
        for one in self.listed():
            grouped[one.unit].append(one.member.pk)
        units = Unit.objects.within(self.scope).in_bulk(grouped)
        return [Listing(units[pk], grouped[pk]) for pk in self.scope.tree.order if pk in units]

    def listed(self) -> list[Candidate]:
        everybody = [one for one in expected(self.unit, self.scope.on).everybody if one.unit in self.scope.names]
        who = self.form.value("who")
        if who == EVERYBODY:
            return everybody
        among = set(self.ticked) if who == TICKED else self.missing()
        return [one for one in everybody if str(one.member.pk) in among]

    def missing(self) -> set[str]:
        if not self.chosen:
            raise refuse(
                "no-items",
                "请选要送的东西，才知道谁还缺。",
                "Choose what is to be delivered; only then is it known who lacks it.",
                place="items",
            )
        return {str(name.member) for name in lacking(self.unit, self.chosen, self.scope.on)}


def paper_plan(unit: Unit, scope: Scope, sent: QueryDict | None, *, ticked: Sequence[str], kind: str = "") -> PaperPlan:
    """The form of a new sheet, fresh or as it was sent."""
    items = [item for item in open_items(scope.on) if not item.by_presence]
    first = KINDS.keys() & {kind} or {SheetKind.VISIT if ticked else SheetKind.ATTENDANCE}
    initial = {"kind": first.pop(), "who": TICKED if ticked else EVERYBODY, "place": unit.name}
    form = PaperForm(sent, initial=initial)
    who = [(EVERYBODY, _("Everybody of the unit")), (MISSING, _("Only those who still lack something of it"))]
    if not scope.allows(Right.ROSTER, unit):
        form.let_choose("kind", [one for one in KINDS.items() if one[0] != SheetKind.SURVEY])
    form.let_choose("who", [(TICKED, _("Those ticked")), *who] if ticked else who)
    form.let_choose("items", [(item.code, str(item)) for item in items])
    return PaperPlan(unit, scope, form, items, ticked)


def print_plan(plan: PaperPlan) -> UUID:
    """Number the sheets of a valid form; answers what holds them together."""
    given = plan.form.cleaned_data
    listings = plan.listings()
    if len(listings) > MOST_SHEETS:
        raise refuse(
            "too-many-sheets",
            "一共要印 {n} 张，一次最多 {most} 张。请到下一级组织分别打印。",
            "That makes {n} sheets; at most {most} are printed at once. Print the units beneath one by one.",
            n=len(listings),
            most=MOST_SHEETS,
        )
    sheets = print_sheets(
        by=plan.scope.account,
        kind=SheetKind(given["kind"]),
        unit=plan.unit,
        listings=listings,
        plan=Plan(given["on"], given["place"], given["subject"], plan.chosen),
    )
    return sheets[0].batch


@dataclass(frozen=True)
class PaperLine:
    position: int
    name: str
    notes: str
    boxes: Sequence[bool]  # for each item, whether a hand has something to tick there
    address: str = ""


@dataclass
class Paper:
    """One sheet as it is printed."""

    sheet: PaperSheet
    scope: Scope
    address: str  # where the number leads to, for the recorder's own telephone
    blanks: range = BLANKS

    @property
    def title(self) -> str | Promise:
        return KINDS[self.sheet.kind]

    @property
    def is_visit(self) -> bool:
        return self.sheet.kind == SheetKind.VISIT

    @cached_property
    def survey(self) -> SurveyPaper | None:
        """The rows of a survey, which has columns of its own."""
        if self.sheet.kind != SheetKind.SURVEY:
            return None
        return survey_paper([line.member for line in lines_of(self.sheet)], self.sheet.unit, self.scope.on)

    @cached_property
    def items(self) -> list[Item]:
        return list(self.sheet.items.all())

    @property
    def code(self) -> SafeString:
        """The picture that opens this sheet for typing back."""
        drawn = segno.make(self.address, micro=False, error="m").svg_inline(scale=2, border=2)
        return mark_safe(drawn)  # noqa: S308 - drawn here, from a number

    @cached_property
    def lines(self) -> list[PaperLine]:
        wants = wanted(self.sheet, self.items, self.scope.on)
        notes = self.notes()
        return [
            PaperLine(
                line.position,
                line.member.person.name,
                notes.get(line.member_id, ""),
                [item in wants.get(line.member_id, ()) for item in self.items],
                line.member.address if self.is_visit else "",
            )
            for line in lines_of(self.sheet)
        ]

    def notes(self) -> dict[UUID, str]:
        """Practical words beside a name; a sheet that hangs on a wall has none."""
        if not self.is_visit:
            return {}
        return {
            one.member.pk: "、".join(label(TermCategory.CIRCUMSTANCE, kind) for kind in one.circumstances)
            for one in expected(self.sheet.unit, self.scope.on).everybody
        }


def lines_of(sheet: PaperSheet) -> list[SheetLine]:
    return list(sheet.lines.select_related("member__person"))


def wanted(sheet: PaperSheet, items: Sequence[Item], on: date) -> dict[UUID, Collection[Item]]:
    """Member → which of the items still have to reach them."""
    if not items:
        return {}
    found = lacking(sheet.unit, items, on)
    return {
        name.member: [item for item, lack in name.lacks.items() if lack is Lack.MISSING]
        for name in found
        if name.member
    }


def lacking(unit: Unit, items: Sequence[Item], on: date) -> list[GapName]:
    return gap_list(unit, items, as_of=on, tree=TreeView.THEN).names
