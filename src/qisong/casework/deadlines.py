"""How a case stands towards its deadline: every case is in exactly one bucket, whatever the day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from qisong.casework.terms import ENDED, Bucket, State

SOON, NEXT = 10, 20  # days


def bucket_of(state: str, due_on: date | None, on: date) -> Bucket | None:
    """None for what was withdrawn: it is no case any more. The last day itself is not overdue."""
    if state == State.CLOSED:
        return Bucket.CLOSED
    if state == State.WITHDRAWN:
        return None
    if due_on is None:
        return Bucket.UNDATED
    left = (due_on - on).days
    if left < 0:
        return Bucket.OVERDUE
    return Bucket.WITHIN_10 if left <= SOON else Bucket.WITHIN_20 if left <= NEXT else Bucket.LATER


def in_bucket(bucket: Bucket, on: date) -> Q:
    """The same as a condition on cases or steps."""
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
