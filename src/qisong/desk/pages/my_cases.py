"""The cases of one reader: theirs, those that wait for their word, and what they found in themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.casework.models import Case
from qisong.casework.queues import awaiting, charged_to, found_in_oneself, told_in_full
from qisong.casework.terms import Kind
from qisong.casework.wording import KINDS
from qisong.desk.crumbs import Crumb
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.case_rows import due_cell, name_cell, state_cell
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Link, Row, Table, page_of
from qisong.org.scope import Scope
from qisong.org.terms import Right

CASES_A_PAGE = 50


class Sort(NamedTuple):
    code: str
    heading: str | Promise
    find: Callable[[Scope], QuerySet[Case]]


SORTS = (
    Sort("mine", gettext_lazy("What I am responsible for"), charged_to),
    Sort("asked", gettext_lazy("What waits for my word"), awaiting),
    Sort("own", gettext_lazy("What I found in myself"), found_in_oneself),
)


@dataclass(frozen=True)
class Queue:
    """``more_url``: where the rest of a long list is, while all lists share a page."""

    code: str
    heading: str | Promise
    table: Table
    numbers: Page[UUID]
    more_url: str


@dataclass(frozen=True)
class MyCasesPage:
    crumbs: Sequence[Crumb]
    answer: str
    queues: Sequence[Queue]
    links: Sequence[Link]


def my_cases_page(scope: Scope, query: QueryDict) -> MyCasesPage:
    """All three, or the one asked for, whose pages can be turned."""
    only = query.get("only")
    sorts = [sort for sort in SORTS if sort.code == only]
    number = query.get("page") if sorts else None
    queues = [queue(sort, scope, number, alone=bool(sorts)) for sort in sorts or SORTS]
    answer = _("; ").join(_("{what}: {n}").format(what=one.heading, n=one.numbers.paginator.count) for one in queues)
    crumbs = [Crumb(_("Cases"), reverse("desk:my-cases")), Crumb(sorts[0].heading)] if sorts else []
    return MyCasesPage(crumbs, answer, queues, links_of(scope))


def links_of(scope: Scope) -> list[Link]:
    links = [Link(_("Write down a problem of my own"), reverse("desk:raise-own"))]
    if scope.home and scope.allows(Right.CASES, scope.home):
        beneath = _("Cases of {unit}").format(unit=scope.home.name)
        links.append(Link(beneath, reverse("desk:unit-cases", args=[scope.home.pk])))
    return links


def queue(sort: Sort, scope: Scope, number: str | None, *, alone: bool) -> Queue:
    numbers = page_of(sort.find(scope).values_list("pk", flat=True), number, CASES_A_PAGE)
    cases = told_in_full(list(numbers))
    columns = [
        Column(_("Case")),
        Column(_("Kind")),
        Column(lazy_word("unit")),
        Column(_("Deadline")),
        Column(_("State")),
    ]
    table = Table("", columns, [row(case, scope) for case in cases], _("Nothing."), called=sort.heading)
    more = "" if alone or not numbers.has_next() else f"?only={sort.code}"
    return Queue(sort.code, sort.heading, table, numbers, more)


def row(case: Case, scope: Scope) -> Row:
    return Row(
        [
            name_cell(case),
            Cell(said(KINDS[Kind(case.kind)])),
            Cell(case.unit.name),
            due_cell(case.state, case.due_on, scope.on),
            state_cell(case.state),
        ]
    )
