"""The briefing of a unit and a period as a page: every number leads to the rows it was counted from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import DayField, DeskForm, UnitField
from qisong.desk.furniture import Link
from qisong.desk.refusing import show_refusal
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.reporting.briefing import compose
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
        super().__init__({**own, **whole_year, **{name: value for name, value in query.items() if value}})
        field = self.fields["unit"]
        assert isinstance(field, UnitField)
        field.offer(scope, [one for one in scope.tree.order if scope.allows(Right.FIGURES, one)])


Pieces = Sequence[Link]


@dataclass(frozen=True)
class PaperRow:
    head: Pieces
    cells: Sequence[tuple[str, Pieces]]  # beside the heading of its column, which a phone shows
    total: bool


@dataclass(frozen=True)
class Paper:
    """What the page shows: texts and links, nothing left to compute."""

    briefing: Briefing
    sections: Sequence[tuple[str, Sequence[Pieces]]]
    tables: Sequence[tuple[PaperTable, Sequence[PaperRow]]]


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
        return compose(unit, first, form.value("last"), scope.on)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return None


def briefing_page(scope: Scope, query: QueryDict) -> BriefingPage:
    form = BriefingForm(query, scope=scope)
    briefing = asked(form, scope)
    return BriefingPage(form, laid_out(briefing) if briefing else None, urlencode(form.data))


def laid_out(briefing: Briefing) -> Paper:
    sections = [(section.heading, [list(pieces(line)) for line in section.lines]) for section in briefing.sections]
    return Paper(briefing, sections, [(table, list(paper_rows(table))) for table in briefing.tables])


def paper_rows(table: PaperTable) -> Iterator[PaperRow]:
    last = len(table.rows) - 1
    for number, row in enumerate(table.rows):
        head, *cells = [list(pieces(cell, bare=True)) for cell in row]
        labelled = list(zip(table.columns[1:], cells, strict=True))
        yield PaperRow(head, labelled, total=table.total and number == last)


def pieces(line: Sequence[Piece], *, bare: bool = False) -> Iterator[Link]:
    """Words as they are, figures with the way to their rows; ``bare``: without the measure word."""
    for piece in line:
        if isinstance(piece, Figure):
            yield Link(piece.number if bare else str(piece), rows_url(piece.link))
        else:
            yield Link(piece, "")


def rows_url(link: dict[str, Any]) -> str:
    return f"{reverse('desk:rows')}?{urlencode(link)}"
