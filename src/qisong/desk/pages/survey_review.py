"""A filled workbook of the survey, looked through before anything is written.

What was read travels sealed inside the page itself: nothing is kept until it is applied, and nobody can change it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.coverage.surveyed import surveyed
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DayField, DeskForm
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.imports import MEBIBYTE, TOO_LARGE
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Item
from qisong.ledger.survey_sheet import SurveyReading, read_survey, submission_id
from qisong.ledger.surveying import Line, Surveyed, check_lines, members_of, survey_items
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory
from qisong.org.words import label, word
from qisong.roster.replies import Reply
from qisong.roster.secrets import keyring
from qisong.seals.sealing import seal, unseal_bytes


class WorkbookForm(DeskForm):
    file = forms.FileField(label=gettext_lazy("Filled workbook"))
    on = DayField(label=gettext_lazy("Asked on"))

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.value("file")
        if (file.size or 0) > settings.UPLOAD_LIMIT:
            size, limit = -(-(file.size or 0) // MEBIBYTE), settings.UPLOAD_LIMIT // MEBIBYTE
            raise forms.ValidationError(said(TOO_LARGE.format(size=size, limit=limit)), code="too-large")
        return file


@dataclass(frozen=True)
class ReviewedSurvey:
    """``sealed`` is what will be applied; empty when there is something to mend, or nothing to write."""

    unit: Unit
    crumbs: Sequence[Crumb]
    on: date
    reading: SurveyReading
    changes: Table
    problems: Table
    sealed: str

    @property
    def answered(self) -> int:
        return len(self.reading.lines)


def review_survey(scope: Scope, unit: Unit, form: WorkbookForm, by: Account) -> ReviewedSurvey:
    file, on = form.value("file"), form.value("on")
    items = survey_items(scope.on)
    people = surveyed(members_of([unit.pk], scope.on), items=items, on=scope.on)
    content = file.read()
    reading = read_survey(content, file.name or "", people=people, items=items, today=scope.on)
    lines, wrong = check_lines(scope=scope, unit=unit, lines=reading.lines, on=on)
    for problem in wrong:
        reading.note(problem.place, problem.code, problem.text)
    ready = bool(reading.lines) and not reading.has_errors
    kept = closed(unit, by, on, submission_id(reading.lines, on), reading.lines) if ready else ""
    crumbs = [*way_to(scope, unit.pk), Crumb(lazy_word("survey"))]
    known = {one.member.pk: one for one in people}
    changes = changes_table([(known[line.member], line) for line in lines], items)
    return ReviewedSurvey(unit, crumbs, on, reading, changes, problems_table(reading), kept)


def place_of(unit: Unit, by: Account) -> str:
    return f"survey|{unit.pk}|{by.pk}"


def closed(unit: Unit, by: Account, on: date, client_id: str, lines: Sequence[Line]) -> str:
    plain = {"on": on.isoformat(), "id": client_id, "lines": [line.as_json() for line in lines]}
    return seal(keyring(), zlib.compress(json.dumps(plain).encode()), place=place_of(unit, by))


def opened(unit: Unit, by: Account, sealed: str) -> tuple[date, str, list[Line]]:
    """Day, id and lines; raises ``SealBrokenError``."""
    plain = json.loads(zlib.decompress(unseal_bytes(keyring(), sealed, place=place_of(unit, by))))
    return date.fromisoformat(plain["on"]), plain["id"], [Line.from_json(one) for one in plain["lines"]]


def problems_table(reading: SurveyReading) -> Table:
    columns = [Column(_("Cell")), Column(_("Column")), Column(_("Written there")), Column(_("What to mend"))]
    rows = [
        Row([Cell(one.cell or "—"), Cell(one.column), Cell(one.value), Cell(said(one.text))])
        for one in reading.problems
    ]
    return Table("", columns, rows)


def changes_table(pairs: Sequence[tuple[Surveyed, Line]], items: Sequence[Item]) -> Table:
    columns = [_("Name"), _("Has already"), _("Needs"), _("Wishes to be reached by"), _("Would like to learn")]
    rows = [Row([Cell(one.member.person.name), *cells_of(one, line, items)]) for one, line in pairs]
    return Table("", [Column(name) for name in (*columns, word("contact-person"))], rows)


def cells_of(one: Surveyed, line: Line, items: Sequence[Item]) -> Iterator[Cell]:
    """What a reply changes, each with what was known before; a cell without news is empty."""
    yield Cell("、".join(str(item) for item in items if item.pk in line.has))
    for tell in (needs_told, ways_told, topics_told, contact_told):
        before, after = tell(one.known), tell(line.reply)
        if before == after:
            yield Cell("")
        else:
            yield Cell(after or "—", note=_("was: {before}").format(before=before) if before else "")


def needs_told(reply: Reply) -> str:
    told = []
    for kind, until in reply.needs.items():
        need = label(TermCategory.NEED, kind)
        told.append(_("{need} until {day}").format(need=need, day=day(until)) if until else need)
    return "、".join(sorted(told))


def ways_told(reply: Reply) -> str:
    return "、".join(label(TermCategory.WAY, code) for code in reply.ways)


def topics_told(reply: Reply) -> str:
    return reply.topics


def contact_told(reply: Reply) -> str:
    one = reply.contact
    return " ".join(part for part in (one.name, one.relation, one.phone) if part)
