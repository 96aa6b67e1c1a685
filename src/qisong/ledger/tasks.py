"""What comes round in this room."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from qisong.ledger.opening import open_due_rounds
from qisong.ledger.quarantine import forget_expired, kept_apart
from qisong.org import health
from qisong.org.schedule import register


def empty_quarantine(now: datetime) -> None:
    forget_expired(timezone.localdate(now))


def open_rounds(now: datetime) -> None:
    open_due_rounds(timezone.localdate(now))


register("ledger.rounds", 60, open_rounds)
register("ledger.quarantine", 24 * 60, empty_quarantine)
health.register("quarantine", kept_apart)
