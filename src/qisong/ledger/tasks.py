"""What comes round in this room."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from qisong.ledger.quarantine import forget_expired
from qisong.org.schedule import register


def empty_quarantine(now: datetime) -> None:
    forget_expired(timezone.localdate(now))


register("ledger.quarantine", 24 * 60, empty_quarantine)
