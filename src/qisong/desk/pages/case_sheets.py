"""A sheet of cases that is looked through before anything is kept: a ledger of problems, or a register of searches.

What was read travels sealed inside the page: nothing is kept until it is brought in, and nobody can change it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qisong.casework import ledger_sheet, registration_sheet
from qisong.casework.sheet_review import SheetReview
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import OnForm
from qisong.desk.furniture import lazy_word
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.desk.templatetags.desk import day, partial_day
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.roster.secrets import keyring
from qisong.seals.sealing import seal, unseal
from qisong.sheets.problems import Problem

MOST = 2 * 2**20  # bytes; a ledger of thousands of rows is smaller
ROWS_SHOWN, PROBLEMS_SHOWN = 50, 100


class SheetForm(OnForm):
    file = forms.FileField(label=gettext_lazy("The file"))
    field_order = ["file", "on"]

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.value("file")
        if (file.size or 0) > MOST:
            raise forms.ValidationError(_("The file is larger than 2 MB; hand in a part at a time."), code="file-size")
        return file


@dataclass(frozen=True)
class Handed:
    """A file and the day of whatever it does not date."""

    name: str
    content: bytes
    on: date

    def sealed(self, unit: Unit, by: Account) -> str:
        said = {"name": self.name, "on": self.on.isoformat(), "content": b64encode(self.content).decode()}
        return seal(keyring(), json.dumps(said), place=place_of(unit, by))


def handed(unit: Unit, by: Account, sealed: str) -> Handed:
    """Raises ``SealBrokenError``."""
    said = json.loads(unseal(keyring(), sealed, place=place_of(unit, by)))
    return Handed(said["name"], b64decode(said["content"]), date.fromisoformat(said["on"]))


def place_of(unit: Unit, by: Account) -> str:
    return f"casework_ledger|{unit.pk}|{by.pk}"


class Examine(Protocol):
    def __call__(self, *, unit: Unit, source: bytes, filename: str, on: date, today: date) -> SheetReview[Any]: ...


class Enter(Protocol):
    def __call__(
        self, *, by: Account | None, unit: Unit, source: bytes, filename: str, on: date, today: date
    ) -> SheetReview[Any]: ...


@dataclass(frozen=True)
class Incoming:
    """A kind of sheet: how it is looked through and brought in, and what the page says of it. ``undated`` is the hint
    beside the day.
    """

    code: str
    title: str | Promise
    question: str | Promise
    undated: str | Promise
    examine: Examine
    enter: Enter
    table: Callable[[Sequence[Any]], Table]


@dataclass(frozen=True)
class SheetPage:
    """``sealed`` is what would be brought in; empty where there is something to mend, or nothing new."""

    unit: Unit
    incoming: Incoming
    crumbs: Sequence[Crumb]
    form: SheetForm
    answer: str = ""
    table: Table | None = None
    problems: Sequence[Problem] = ()
    more: int = 0  # problems that are not shown
    sealed: str = ""
    annotated: str = ""

    @property
    def question(self) -> str:
        return str(self.incoming.question).format(unit=self.unit.name)


def sheet_page(scope: Scope, unit: Unit, incoming: Incoming, form: SheetForm) -> SheetPage:
    return SheetPage(unit, incoming, crumbs_of(scope, unit, incoming), form)


def reviewed_page(scope: Scope, unit: Unit, incoming: Incoming, review: SheetReview[Any], sealed: str) -> SheetPage:
    ready = bool(review.lines) and not review.has_errors
    return SheetPage(
        unit,
        incoming,
        crumbs_of(scope, unit, incoming),
        SheetForm(),
        answer=counted(review),
        table=incoming.table(review.lines[:ROWS_SHOWN]) if ready else None,
        problems=review.problems[:PROBLEMS_SHOWN],
        more=max(0, len(review.problems) - PROBLEMS_SHOWN),
        sealed=sealed if ready else "",
        annotated=sealed if review.problems else "",
    )


def crumbs_of(scope: Scope, unit: Unit, incoming: Incoming) -> Sequence[Crumb]:
    return way_to(scope, unit.pk, _("Cases"), str(incoming.title))


def counted(review: SheetReview[Any]) -> str:
    rows = ngettext("{n} row", "{n} rows", review.rows).format(n=review.rows)
    told = _("{rows}: {new} new, {held} held already, {wrong} with mistakes.")
    return told.format(rows=rows, new=len(review.lines), held=review.held, wrong=review.wrong)


def problems_table(lines: Sequence[ledger_sheet.Line]) -> Table:
    columns = [Column(_("The problem")), Column(lazy_word("unit")), Column(_("Responsible")), Column(_("Deadline"))]
    rows = [Row([Cell(one.told.text), Cell(one.unit.name), Cell(charged(one)), Cell(standing(one))]) for one in lines]
    return Table("", columns, rows, called=_("What would be brought in"))


def charged(line: ledger_sheet.Line) -> str:
    return line.owner.name if line.owner else line.in_charge


def standing(line: ledger_sheet.Line) -> str:
    if line.closed_on:
        return _("closed on {day}").format(day=day(line.closed_on))
    return day(line.due_on) if line.due_on else ""


def searches_table(lines: Sequence[registration_sheet.Line]) -> Table:
    columns = [Column(_("Name")), Column(lazy_word("unit")), Column(_("Contact lost")), Column(_("What happens"))]
    rows = [
        Row([Cell(one.name), Cell(one.unit.name), Cell(partial_day(one.loss.since)), Cell(happening(one))])
        for one in lines
    ]
    return Table("", columns, rows, called=_("What would be brought in"))


def happening(line: registration_sheet.Line) -> str:
    if line.spoken_on is None:
        return _("a search begins")
    found = (
        _("spoken with on {day}, to be confirmed")
        if line.case
        else _("a search; spoken with on {day}, to be confirmed")
    )
    return found.format(day=day(line.spoken_on))


LEDGER = Incoming(
    "ledger",
    gettext_lazy("Bring in a ledger of problems"),
    gettext_lazy("Which problems of {unit} stand in a ledger?"),
    gettext_lazy("For problems whose day the ledger does not tell."),
    ledger_sheet.examine_ledger,
    ledger_sheet.import_ledger,
    problems_table,
)
REGISTER = Incoming(
    "register",
    gettext_lazy("Bring in a register of searches"),
    gettext_lazy("Who of {unit} stands in a register of searches?"),
    gettext_lazy("The day on which searches begin of those who were not found yet."),
    registration_sheet.examine_register,
    registration_sheet.import_register,
    searches_table,
)
INCOMING = {one.code: one for one in (LEDGER, REGISTER)}
