"""The briefing of a unit and a period as a page: every number leads to the rows it was counted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import DayField, DeskForm, UnitField
from qisong.desk.pages.rows import rows_url
from qisong.desk.refusing import show_refusal
from qisong.desk.tables import Cell, Column, Link, Row, Table
from qisong.org.models import Unit
from qisong.org.remembering import remembered
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.reporting.briefing import compose, running_programme
from qisong.reporting.papers import Briefing, Figure, PaperTable, Piece
from qisong.words.text import Refusal


class BriefingForm(DeskForm):
    """Sent by GET: a unit and a period, by default the reader's own and this year so far."""

    unit = UnitField(label=_("Of which unit"))
    first = DayField(label=_("From"))
    last = DayField(label=_("To"))

    def __init__(self, query: QueryDict, *, scope: Scope) -> None:
        whole_year = {"first": scope.on.replace(month=1, day=1).isoformat(), "last": scope.on.isoformat()}
        own = {"unit": str(scope.home.pk)} if scope.home else {}
        asked = {**own, **whole_year, **{name: value for name, value in query.items() if value}}
        super().__init__(asked)
        field = self.fields["unit"]
        assert isinstance(field, UnitField)
        # The lowest units are many; their briefings are asked for on their own pages.
        offered = {*scope.tree.children, *(one for one in scope.tree.order if str(one) == asked.get("unit"))}
        may = scope.units(Right.FIGURES)
        field.offer(scope, [one for one in scope.tree.order if one in offered and one in may])


@dataclass(frozen=True)
class Paper:
    """What the page shows; numbers lead to their rows."""

    briefing: Briefing
    sections: Sequence[tuple[str, Sequence[Sequence[Link]]]]
    tables: Sequence[Table]


@dataclass(frozen=True)
class BriefingPage:
    form: BriefingForm
    paper: Paper | None
    query: str


def asked(form: BriefingForm, scope: Scope) -> Briefing | None:
    """The briefing that a form asks for; what is wrong is shown at its box."""
    if not form.is_valid():
        return None
    unit: Unit = form.value("unit")
    first: date = form.value("first")
    try:
        return composed(unit, first, form.value("last"), scope.on, get_language() or "")
    except Refusal as refusal:
        show_refusal(form, refusal)
        return None


@remembered
def composed(unit: Unit, first: date, last: date, today: date, _language: str) -> Briefing:
    """A briefing is read on the page, then taken away as a document: counted once, until the next verb."""
    return compose(unit, first, last, today)


def briefing_page(scope: Scope, query: QueryDict) -> BriefingPage:
    form = BriefingForm(query, scope=scope)
    briefing = asked(form, scope)
    return BriefingPage(form, laid_out(briefing) if briefing else None, urlencode(form.data))


def laid_out(briefing: Briefing) -> Paper:
    usual = running_programme(briefing.last).code
    sections = [
        (section.heading, [[link_of(piece, usual) for piece in line] for line in section.lines])
        for section in briefing.sections
    ]
    return Paper(briefing, sections, [table_of(table, usual) for table in briefing.tables])


def link_of(piece: Piece, usual: str, *, bare: bool = False) -> Link:
    """Words as they are, a figure with the way to its rows if it has any; ``bare``: without the measure word."""
    if not isinstance(piece, Figure):
        return Link(piece, "")
    return Link(piece.number if bare else str(piece), rows_url(piece.link, usual) if piece.value else "")


def table_of(table: PaperTable, usual: str) -> Table:
    columns = [Column(heading) for heading in table.columns]
    last = len(table.rows) - 1 if table.total else -1
    rows = [
        Row([Cell(parts=[link_of(piece, usual, bare=True) for piece in cell]) for cell in row], strong=place == last)
        for place, row in enumerate(table.rows)
    ]
    return Table(table.caption, columns, rows, figures=True)
