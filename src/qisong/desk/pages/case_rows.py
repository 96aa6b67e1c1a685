"""A case as it stands in a list."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qisong.casework.assigning import name_of
from qisong.casework.models import Case
from qisong.casework.terms import ENDED, State
from qisong.casework.wording import STATES
from qisong.desk.refusing import said
from qisong.desk.tables import Cell
from qisong.desk.templatetags.desk import day
from qisong.org.terms import TermCategory
from qisong.org.words import label


def standing_of(state: str, due_on: date | None, on: date) -> str:
    """How a case stands towards its deadline, in words."""
    if state in ENDED:
        return ""
    if due_on is None:
        return _("no deadline")
    left = (due_on - on).days
    if left < 0:
        return ngettext("{n} day overdue", "{n} days overdue", -left).format(n=-left)
    return ngettext("{n} day left", "{n} days left", left).format(n=left) if left else _("due today")


def name_cell(case: Case) -> Cell:
    return Cell(name_of(case), reverse("desk:case", args=[case.pk]), note=aspect_of(case))


def state_cell(state: str) -> Cell:
    return Cell(said(STATES[State(state)]))


def due_cell(state: str, due_on: date | None, on: date) -> Cell:
    return Cell(day(due_on), note=standing_of(state, due_on, on))


def aspect_of(case: Case) -> str:
    finding = getattr(case, "finding", None)
    return label(TermCategory.ASPECT, finding.aspect) if finding and finding.aspect else ""
