"""A ledger of problems that is looked through before anything is kept.

What was read travels sealed inside the page: nothing is kept until it is brought in, and nobody can change it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qisong.casework.ledger_sheet import LedgerReview, Line
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import OnForm
from qisong.desk.furniture import lazy_word
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.roster.secrets import keyring
from qisong.seals.sealing import seal, unseal
from qisong.sheets.problems import Problem

MOST = 2 * 2**20  # bytes; a ledger of thousands of rows is smaller
ROWS_SHOWN, PROBLEMS_SHOWN = 50, 100


class LedgerForm(OnForm):
    file = forms.FileField(label=gettext_lazy("The ledger"))
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


@dataclass(frozen=True)
class LedgerPage:
    """``sealed`` is what would be brought in; empty where there is something to mend, or nothing new."""

    unit: Unit
    crumbs: Sequence[Crumb]
    form: LedgerForm
    answer: str = ""
    table: Table | None = None
    problems: Sequence[Problem] = ()
    more: int = 0  # problems that are not shown
    sealed: str = ""
    annotated: str = ""


def ledger_page(scope: Scope, unit: Unit, form: LedgerForm) -> LedgerPage:
    return LedgerPage(unit, crumbs_of(scope, unit), form)


def reviewed_page(scope: Scope, unit: Unit, review: LedgerReview, sealed: str) -> LedgerPage:
    ready = bool(review.lines) and not review.has_errors
    return LedgerPage(
        unit,
        crumbs_of(scope, unit),
        LedgerForm(),
        answer=counted(review),
        table=new_table(review.lines[:ROWS_SHOWN]) if ready else None,
        problems=review.problems[:PROBLEMS_SHOWN],
        more=max(0, len(review.problems) - PROBLEMS_SHOWN),
        sealed=sealed if ready else "",
        annotated=sealed if review.problems else "",
    )


def crumbs_of(scope: Scope, unit: Unit) -> Sequence[Crumb]:
    return way_to(scope, unit.pk, _("Cases"), _("Bring in a ledger of problems"))


def counted(review: LedgerReview) -> str:
    rows = ngettext("{n} row", "{n} rows", review.rows).format(n=review.rows)
    told = _("{rows}: {new} new, {held} held already, {wrong} with mistakes.")
    return told.format(rows=rows, new=len(review.lines), held=review.held, wrong=review.wrong)


def new_table(lines: Sequence[Line]) -> Table:
    columns = [Column(_("The problem")), Column(lazy_word("unit")), Column(_("Responsible")), Column(_("Deadline"))]
    rows = [Row([Cell(one.told.text), Cell(one.unit.name), Cell(charged(one)), Cell(standing(one))]) for one in lines]
    return Table("", columns, rows, called=_("What would be brought in"))


def charged(line: Line) -> str:
    return line.owner.name if line.owner else line.in_charge


def standing(line: Line) -> str:
    if line.closed_on:
        return _("closed on {day}").format(day=day(line.closed_on))
    return day(line.due_on) if line.due_on else ""
