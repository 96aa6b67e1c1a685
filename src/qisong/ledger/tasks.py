"""What comes round in this room."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from qisong.ledger.quarantine import forget_expired, kept_apart
from qisong.ledger.strangers import todos
from qisong.org import health
from qisong.org import todos as waiting
from qisong.org.schedule import register


def empty_quarantine(now: datetime) -> None:
    forget_expired(timezone.localdate(now))


register("ledger.quarantine", 24 * 60, empty_quarantine)
health.register("quarantine", kept_apart)
waiting.register(todos)
