"""How a case stands towards its deadline: every case is in exactly one bucket, whatever the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Q

from qisong.casework.terms import ENDED, Bucket, State
from qisong.words.workdays import add_workdays

SOON, NEXT = 10, 20  # days
USUAL = 20  # working days


def usual(on: date) -> date:
    """The deadline that is offered to whoever has no other in mind; always a working day."""
    return add_workdays(on, USUAL)


def in_bucket(bucket: Bucket, on: date) -> Q:
    """Of cases or steps, as they stand on ``on``: closed ones, or of those alive by the days that are left.

    The last day itself is not overdue; what was withdrawn is in no bucket.
    """
    alive = ~Q(state__in=ENDED)
    soon, later = on + timedelta(days=SOON), on + timedelta(days=NEXT)
    match bucket:
        case Bucket.CLOSED:
            return Q(state=State.CLOSED)
        case Bucket.OVERDUE:
            return alive & Q(due_on__lt=on)
        case Bucket.WITHIN_10:
            return alive & Q(due_on__gte=on, due_on__lte=soon)
        case Bucket.WITHIN_20:
            return alive & Q(due_on__gt=soon, due_on__lte=later)
        case Bucket.LATER:
            return alive & Q(due_on__gt=later)
        case Bucket.UNDATED:
            return alive & Q(due_on__isnull=True)


def up_to(on: date) -> dict[str, Count]:
    """How many are due before ``on``, within 10 and 20 days of it, and at all: four comparisons a row, whatever its
    state, which is what a county's hundred thousand problems can afford.
    """
    soon, later = on + timedelta(days=SOON), on + timedelta(days=NEXT)
    return {
        "overdue": Count("pk", filter=Q(due_on__lt=on)),
        "soon": Count("pk", filter=Q(due_on__lte=soon)),
        "next": Count("pk", filter=Q(due_on__lte=later)),
        "dated": Count("due_on"),
    }


def spread(state: str, n: int, due: Sequence[int]) -> dict[Bucket, int]:
    """``n`` cases of one state over their buckets, from the four that ``up_to`` counted of them."""
    if state == State.CLOSED:
        return {Bucket.CLOSED: n}
    overdue, soon, later, dated = due
    return {
        Bucket.OVERDUE: overdue,
        Bucket.WITHIN_10: soon - overdue,
        Bucket.WITHIN_20: later - soon,
        Bucket.LATER: dated - later,
        Bucket.UNDATED: n - dated,
    }
