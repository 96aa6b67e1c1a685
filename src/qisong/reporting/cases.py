"""S4, S12: members found out of contact and spoken with again, problems found and put right, as of the last day.

Counts of the whole county only: who may know of which case is narrower than who may read figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qisong.casework.models import Step
from qisong.casework.terms import Kind, State
from qisong.reporting.indicators import Found
from qisong.reporting.spans import Span
from qisong.reporting.terms import RowKind

if TYPE_CHECKING:
    from django.db.models import QuerySet


def find_searched(span: Span) -> Iterator[Found]:
    """Members for whom a search was opened, however it went; a withdrawn one was none."""
    for case, member in standing(span, Kind.TRACING).values_list("case", "case__member"):
        yield Found(RowKind.CASE, case, who=member)


def find_recontacted(span: Span) -> Iterator[Found]:
    """Members who were spoken with, and somebody else has confirmed it."""
    confirmed = standing(span, Kind.TRACING).filter(state=State.CLOSED, case__tracing__spoken_on__isnull=False)
    for case, member in confirmed.values_list("case", "case__member"):
        yield Found(RowKind.CASE, case, who=member)


def find_aspects(span: Span) -> Iterator[Found]:
    """Aspects in which a problem was found, each once."""
    found = standing(span, Kind.FINDING).exclude(case__finding__aspect="")
    for case, aspect in found.values_list("case", "case__finding__aspect"):
        yield Found(RowKind.CASE, case, who=aspect)


def find_problems(span: Span, state: State | None = None) -> Iterator[Found]:
    """Problems of units, of one state if it is named; what somebody found in themselves is nobody's figure."""
    found = standing(span, Kind.FINDING)
    for case in (found.filter(state=state) if state else found).values_list("case", flat=True):
        yield Found(RowKind.CASE, case)


def standing(span: Span, kind: Kind) -> QuerySet[Step]:
    steps = Step.objects.standing(span.last).filter(kind=kind).exclude(state=State.WITHDRAWN).order_by("case")
    return steps if span.units is None else steps.filter(unit__in=span.units)
