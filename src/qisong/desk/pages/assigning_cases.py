"""Cases ticked on a list get somebody responsible and a deadline; members nobody looks for yet get a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qisong.casework.assigning import assign_many, name_of
from qisong.casework.models import Case
from qisong.casework.queues import unsearched
from qisong.casework.reach import case_units
from qisong.casework.terms import Kind
from qisong.casework.tracing import Loss, open_searches
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DayField, DeskForm, LongSelect
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.case_rows import due_cell, name_cell, state_cell
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import day, partial_day
from qisong.org.models import Account, Person, Post, Unit
from qisong.org.scope import Scope, role_rights
from qisong.roster.models import Affiliation

TICKED = "ticked"
NAMES_A_PAGE = 100


class ChargeForm(DeskForm):
    """Who is responsible, and by when."""

    owner = forms.ChoiceField(label=gettext_lazy("Responsible"), widget=LongSelect)
    due_on = DayField(label=gettext_lazy("Deadline"), ahead=True)
    field_order = [TICKED, "owner", "due_on"]

    def offer(self, scope: Scope, units: Sequence[int]) -> None:
        self.people = {str(person.pk): person for person in responsible_for(scope, units)}
        self.let_choose("owner", [("", "—"), *((pk, person.name) for pk, person in self.people.items())])

    @property
    def responsible(self) -> Person:
        return self.people[self.value("owner")]


def responsible_for(scope: Scope, units: Sequence[int]) -> list[Person]:
    """Those who hold a post with rights in one of ``units`` or above it, as far as the reader may know, and the reader
    themselves; by name.
    """
    above = {one for unit in set(units) for one in scope.tree.path(unit)}
    posts = Post.objects.within(scope).on(scope.on).filter(role__in=role_rights(), unit__in=above)
    found = {post.person_id: post.person for post in posts.select_related("person")}
    if scope.account is not None:
        found[scope.account.person_id] = scope.account.person
    return sorted(found.values(), key=lambda person: (person.name, person.pk))


class AssignForm(ChargeForm):
    """``begin`` carries only what was ticked; each case stays ticked and can be left out again."""

    ticked = forms.MultipleChoiceField(label=gettext_lazy("Cases"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, sent: Any, *, scope: Scope, unit: Unit, ticked: Sequence[str]) -> None:
        super().__init__(sent)
        self.cases = {str(case.pk): case for case in ticked_cases(scope, unit, ticked)}
        self.let_choose(TICKED, [(pk, called(case)) for pk, case in self.cases.items()])
        self.initial = {TICKED: list(self.cases)}
        self.offer(scope, [case.unit_id for case in self.cases.values()])

    @property
    def chosen(self) -> list[Case]:
        return [self.cases[pk] for pk in self.value(TICKED)]

    def make(self, by: Account, scope: Scope) -> None:
        assign_many(by=by, cases=self.chosen, owner=self.responsible, due_on=self.value("due_on"), on=scope.on)

    def rehearse(self, by: Account, scope: Scope) -> None:
        """Carried out and taken back at once, so that a refusal comes before the button."""
        with transaction.atomic():
            self.make(by, scope)
            transaction.set_rollback(True)

    def sentence(self, *, done: bool) -> str:
        n = len(self.value(TICKED))
        before = ngettext(
            "{who} will be responsible for {n} case until {day}.",
            "{who} will be responsible for {n} cases until {day}.",
            n,
        )
        after = ngettext(
            "{who} is responsible for {n} case until {day}.", "{who} is responsible for {n} cases until {day}.", n
        )
        return (after if done else before).format(who=self.responsible.name, n=n, day=day(self.value("due_on")))


def called(case: Case) -> str:
    return _("{name} ({unit})").format(name=name_of(case), unit=case.unit.name)


def ticked_cases(scope: Scope, unit: Unit, ticked: Sequence[str]) -> list[Case]:
    """Those of ``ticked`` that the reader handles in ``unit`` or beneath it; an id that is none names nothing."""
    ids = [found for one in ticked if (found := uuid_of(one))]
    here = case_units(scope, scope.tree.subtree(unit.pk)) & case_units(scope)
    cases = Case.objects.within(scope).filter(pk__in=ids, unit__in=here).exclude(kind=Kind.PERSONAL)
    return list(cases.select_related("unit", "member__person", "owner", "finding").order_by("due_on", "pk"))


def uuid_of(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def before_table(form: AssignForm, scope: Scope) -> Table:
    """How they stand now."""
    columns = [
        Column(_("Case")),
        Column(lazy_word("unit")),
        Column(_("Responsible")),
        Column(_("Deadline")),
        Column(_("State")),
    ]
    return Table(_("As they stand now"), columns, [before_row(case, scope) for case in form.chosen])


def before_row(case: Case, scope: Scope) -> Row:
    who = case.owner.name if case.owner else case.in_charge
    due = due_cell(case.state, case.due_on, scope.on)
    return Row([name_cell(case), Cell(case.unit.name), Cell(who), due, state_cell(case.state)])


class SearchesForm(ChargeForm):
    """Searches for those who are ticked."""

    ticked = forms.MultipleChoiceField(
        label=gettext_lazy("Who"), error_messages={"required": gettext_lazy("Tick the people on the list first.")}
    )

    def __init__(self, sent: Any, *, scope: Scope, unit: Unit) -> None:
        super().__init__(sent)
        ties = unsearched(scope, unit.pk)
        asked = [found for one in (sent.getlist(TICKED) if sent else ()) if (found := uuid_of(one))]
        self.ties = {str(tie.member_id): tie for tie in ties.filter(member__in=asked)}
        self.let_choose(TICKED, [(pk, pk) for pk in self.ties])
        self.offer(scope, list(ties.order_by().values_list("unit", flat=True).distinct()))

    def make(self, by: Account, scope: Scope) -> int:
        """When contact was lost is taken from the roster, as far as it says."""
        losses = {self.ties[pk].member_id: Loss(since=since(self.ties[pk])) for pk in self.value(TICKED)}
        return len(
            open_searches(by=by, losses=losses, on=scope.on, owner=self.responsible, due_on=self.value("due_on"))
        )


def since(tie: Affiliation) -> str:
    return getattr(tie, "since", "") or ""


@dataclass(frozen=True)
class UnsearchedPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    answer: str
    form: SearchesForm
    table: Table
    numbers: Page[Affiliation]


def unsearched_page(scope: Scope, unit: Unit, form: SearchesForm, number: str | None) -> UnsearchedPage:
    """In tree order, then by name."""
    rank = {one: place for place, one in enumerate(scope.tree.subtree(unit.pk))}
    ties = unsearched(scope, unit.pk).select_related("member__person")
    numbers = page_of(
        sorted(ties, key=lambda tie: (rank[tie.unit_id], tie.member.person.name, tie.pk)), number, NAMES_A_PAGE
    )
    columns = [Column(_("Name")), Column(lazy_word("unit")), Column(_("Lost from sight since"))]
    rows = [name_row(tie, scope) for tie in numbers]
    n = numbers.paginator.count
    return UnsearchedPage(
        unit,
        [
            *way_to(scope, unit.pk),
            Crumb(_("Cases"), reverse("desk:unit-cases", args=[unit.pk])),
            Crumb(_("Not looked for yet")),
        ],
        ngettext("{n} person", "{n} people", n).format(n=n),
        form,
        Table("", columns, rows, _("Nobody is left to look for."), tick=TICKED),
        numbers,
    )


def name_row(tie: Affiliation, scope: Scope) -> Row:
    url = reverse("desk:member", args=[tie.member_id])
    unit = scope.tree.nodes[tie.unit_id].name
    return Row([Cell(str(tie.member), url), Cell(unit), Cell(partial_day(since(tie)))], id=str(tie.member_id))
