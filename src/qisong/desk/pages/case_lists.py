"""The names behind a figure of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qisong.casework.counting import AWAITING, SPOKEN_WITH, Asked, placing, standing_cases, tallies, told_in_full
from qisong.casework.deadlines import in_bucket
from qisong.casework.models import Case, Step
from qisong.casework.terms import Bucket, Kind
from qisong.casework.wording import BUCKETS, KINDS
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DeskForm, PlainField
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.case_rows import due_cell, name_cell, state_cell
from qisong.desk.pages.choosing import offered
from qisong.desk.pages.unit_cases import FOUND, WAITING, WhenForm, figures, kinds_for, query_of, words_of
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory
from qisong.org.tree import Node

CASES_A_PAGE = 50
NOBODY, MYSELF = "nobody", "me"


class CasesForm(WhenForm):
    """``owner``: nobody, the reader, or the id of whoever is responsible."""

    bucket = forms.ChoiceField(label=gettext_lazy("Which of them"), required=False)
    aspect = forms.ChoiceField(label=gettext_lazy("Aspect"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Responsible"), required=False)
    field_order = ["bucket", "aspect", "owner", "on", "tree"]

    def __init__(self, query: QueryDict, *, kind: Kind, scope: Scope) -> None:
        super().__init__(query, today=scope.on)
        found = [(FOUND, _("Spoken with"))] if kind is Kind.TRACING else []
        buckets = [(bucket.value, said(BUCKETS[bucket])) for bucket in Bucket]
        people = [("", _("everybody")), (NOBODY, _("nobody yet")), (MYSELF, _("me")), *named_owner(query, scope)]
        self.options = {"bucket": [("", _("all")), *found, (WAITING, _("To be verified")), *buckets], "owner": people}
        if kind is Kind.FINDING:
            self.options["aspect"] = offered(TermCategory.ASPECT, _("every aspect"))
        else:
            del self.fields["aspect"]
        for name, options in self.options.items():
            self.let_choose(name, options)

    def chosen(self) -> list[str]:
        """The choice in words, for the head of what is printed."""
        return [dict(options)[value] for name, options in self.options.items() if (value := self.value(name))]

    def by_figure(self) -> bool:
        """Whether the list is the names behind a figure, so that the figure says how long it is."""
        return not self.cleaned_data.get("aspect") and not self.value("owner")

    def conditions(self, on: date, scope: Scope) -> Q:
        bucket, aspect, owner = self.value("bucket"), self.cleaned_data.get("aspect"), self.value("owner")
        wanted = {"": Q(), WAITING: AWAITING, FOUND: SPOKEN_WITH}.get(bucket)
        asked = in_bucket(Bucket(bucket), on) if wanted is None else wanted
        if aspect:
            asked &= Q(case__finding__aspect=aspect)
        if owner == NOBODY:
            asked &= Q(owner=None, case__in_charge="")
        elif owner:
            asked &= Q(owner=scope.account.person_id if owner == MYSELF and scope.account else owner)
        return asked


def named_owner(query: QueryDict, scope: Scope) -> list[tuple[str, str]]:
    """Whoever the address names, if the reader may know of a case of theirs, so that the box can say who it is."""
    try:
        pk = UUID(query.get("owner", ""))
    except ValueError:
        return []
    step = Step.objects.within(scope).filter(owner=pk).select_related("owner").first()
    return [(str(pk), step.owner.name)] if step and step.owner else []


@dataclass(frozen=True)
class Counted(Sequence[int]):
    """Keys of which it is known how many they are: to count a county's problems takes longer than to list a page."""

    keys: QuerySet[Step, int]
    n: int

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, part: Any) -> Any:
        return self.keys[part]


class WordForm(DeskForm):
    """Sent by POST: a name has no place in an address."""

    word = PlainField(label=gettext_lazy("Name or word"), required=False, max_length=30)


@dataclass(frozen=True)
class CaseListPage:
    unit: Unit
    kind: Kind
    heading: str
    crumbs: Sequence[Crumb]
    form: CasesForm
    word_form: WordForm
    answer: str = ""
    chosen: Sequence[str] = ()
    table: Table | None = None
    numbers: Page[int] | None = None
    assign_url: str = ""


def kind_named(code: str, scope: Scope, unit: Unit) -> Kind:
    """The kind, if the reader is told of it in ``unit``; 404 otherwise."""
    found = next((kind for kind in kinds_for(scope, unit) if kind.value == code), None)
    if found is None:
        raise Http404
    return found


def case_list_page(scope: Scope, unit: Unit, kind: Kind, query: QueryDict, word_form: WordForm) -> CaseListPage:
    form = CasesForm(query, kind=kind, scope=scope)
    crumbs = [
        *way_to(scope, unit.pk),
        Crumb(_("Cases"), reverse("desk:unit-cases", args=[unit.pk])),
        Crumb(said(KINDS[kind])),
    ]
    shown = CaseListPage(unit, kind, said(KINDS[kind]), crumbs, form, word_form)
    return listed(shown, scope, query.get("page")) if form.is_valid() else shown


def listed(page: CaseListPage, scope: Scope, number: str | None) -> CaseListPage:
    asked = page.form.asked(page.kind, scope.on)
    steps = standing_cases(scope, asked, page.unit.pk).filter(page.form.conditions(asked.on, scope))
    if wanted := word_of(page.word_form):
        steps = steps.filter(saying(wanted), case__in=Case.objects.within(scope))
    keys = steps.values_list("pk", flat=True)
    if not wanted and page.form.by_figure():
        counted = dict(figures(asked, tallies(scope, asked, [page.unit.pk])[page.unit.pk]))
        numbers = page_of(Counted(keys, counted[page.form.value("bucket")]), number, CASES_A_PAGE)
    else:
        numbers = page_of(keys, number, CASES_A_PAGE)
    shown = told_in_full(list(numbers))
    today = asked.on == scope.on
    count = numbers.paginator.count
    return replace(
        page,
        answer=ngettext("{n} case", "{n} cases", count).format(n=count),
        chosen=[*words_of(asked), *page.form.chosen(), *([wanted] if wanted else [])],
        table=case_table(scope, asked, shown, tick=today),
        numbers=numbers,
        assign_url=reverse("desk:assign-cases", args=[page.unit.pk]) if today else "",
    )


def word_of(form: WordForm) -> str:
    return form.value("word") if form.is_bound and form.is_valid() else ""


def saying(wanted: str) -> Q:
    """Part of whom or what a case is about, or of who is responsible."""
    places = ("case__subject", "case__member__person__name", "owner__name", "case__in_charge")
    return Q(*((f"{place}__icontains", wanted) for place in places), _connector=Q.OR)


def case_table(scope: Scope, asked: Asked, steps: Sequence[Step], *, tick: bool) -> Table:
    known = set(Case.objects.within(scope).filter(pk__in=[step.case_id for step in steps]).values_list("pk", flat=True))
    tree = asked.tree(scope)
    place = placing(tree)
    columns = [
        Column(_("Case")),
        Column(lazy_word("unit")),
        Column(_("Responsible")),
        Column(_("Deadline")),
        Column(_("State")),
    ]
    rows = [
        case_row(step, asked, scope, tree.nodes.get(place(step.unit_id)), known=step.case_id in known, tick=tick)
        for step in steps
    ]
    return Table("", columns, rows, _("There is no such case."), tick="ticked" if tick else "")


def case_row(step: Step, asked: Asked, scope: Scope, here: Node | None, *, known: bool, tick: bool) -> Row:
    """A search that has since gone with its member is counted here, and named there."""
    case = step.case
    name = name_cell(case) if known else Cell(_("now another unit's"))
    cells = [
        name,
        Cell(here.name if here else case.unit.name),
        owner_cell(step, asked, scope) if known else Cell(),
        due_cell(step.state, step.due_on, asked.on),
        state_cell(step.state),
    ]
    return Row(cells, id=str(case.pk) if tick and known and not case.ended else "")


def owner_cell(step: Step, asked: Asked, scope: Scope) -> Cell:
    if step.owner is None:
        return Cell(step.case.in_charge)
    return Cell(step.owner.name, "?" + query_of(asked, scope.on, owner=str(step.owner_id)))
