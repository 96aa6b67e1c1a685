"""The lines of a review as the page shows them, and the decisions that doubtful and missing ones ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.forms import DayField, DeskForm
from qisong.desk.pages.imports import OUTCOMES
from qisong.desk.templatetags.desk import day
from qisong.roster.deciding import DEPARTED, KEEP, NEW, SAME, SOLE, departed_on, same_as
from qisong.roster.models import ImportLine
from qisong.roster.proofing import Candidate, Proof, ProofCell
from qisong.roster.terms import Outcome
from qisong.sheets.columns import Column

# By what a candidate is told from a namesake.
TELLING = ("branch", "sex", "born", "joined", "identity", "mobile")


class DecisionForm(DeskForm):
    """What is to become of one line."""

    decision = forms.CharField(required=False, max_length=60)
    on = DayField(label=gettext_lazy("Left on"), required=False)

    def decided(self) -> str:
        """As ``roster.deciding`` writes it; a departure without its day is said at the box."""
        chosen: str = self.value("decision")
        return departed_on(self.value("on")) if chosen == "departed" else chosen

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("decision") == "departed" and not given.get("on") and "on" not in self.errors:
            self.add_error("on", _("Say on which day."))
        return given


@dataclass(frozen=True)
class Choice:
    """A button that decides a line."""

    decision: str
    label: str
    about: str = ""


@dataclass
class ReviewLine:
    proof: Proof
    columns: Sequence[Column]
    form: DecisionForm | None

    @property
    def number(self) -> int:
        return self.proof.line.number

    @property
    def whence(self) -> str:
        """The row, and what the comparison says of it."""
        row, outcome = self.proof.line.row, str(OUTCOMES[self.proof.line.outcome])
        return _("row {row} · {outcome}").format(row=row, outcome=outcome) if row else outcome

    @property
    def name_cell(self) -> ProofCell:
        return self.proof.cells.get("name", ProofCell())

    @property
    def laid(self) -> list[tuple[Column, ProofCell]]:
        return [(column, self.proof.cells.get(column.code, ProofCell())) for column in self.columns]

    @property
    def is_missing(self) -> bool:
        return self.proof.line.outcome == Outcome.MISSING

    @property
    def choices(self) -> list[Choice]:
        chosen = [Choice(same_as(one.id), _("It is this one"), about(one)) for one in self.proof.candidates]
        if self.proof.may_be_new:
            chosen.append(Choice(NEW, _("Somebody else: put on the roster as new")))
        return chosen

    @property
    def decided(self) -> str:
        """What was decided, in words."""
        decision = self.proof.line.decision
        if decision.startswith(DEPARTED):
            left = date.fromisoformat(decision.removeprefix(DEPARTED))
            return _("left on {day}").format(day=day(left))
        if decision.startswith(SAME):
            known = {same_as(one.id): about(one) for one in self.proof.candidates}
            return _("the one on the roster: {who}").format(who=known.get(decision, ""))
        return {NEW: _("somebody new"), KEEP: _("stays on the roster")}.get(decision, "")


def about(one: Candidate) -> str:
    return " · ".join(one.values[column] for column in TELLING if column in one.values)


@dataclass(frozen=True)
class Remedy:
    """What may be said of many undecided lines at once; which of them it suits, the roster says."""

    lines: Sequence[ImportLine]
    form: DecisionForm

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def choices(self) -> list[Choice]:
        outcomes = {line.outcome for line in self.lines}
        chosen = []
        if Outcome.DOUBTFUL in outcomes:
            chosen += [
                Choice(SOLE, _("Each is the only namesake on the roster")),
                Choice(NEW, _("Each is somebody else: put on the roster as new")),
            ]
        if Outcome.MISSING in outcomes:
            chosen.append(Choice(KEEP, _("Each stays on the roster")))
        return chosen

    @property
    def may_leave(self) -> bool:
        return any(line.outcome == Outcome.MISSING for line in self.lines)


@dataclass
class ReviewSheet:
    """Neighbouring lines of one sheet, or of members whom no sheet names."""

    file: str
    sheet: str
    columns: list[Column]
    lines: list[ReviewLine]

    @property
    def caption(self) -> str:
        return " · ".join(filter(None, [self.file, self.sheet])) or _("On the roster, but not in the file")
