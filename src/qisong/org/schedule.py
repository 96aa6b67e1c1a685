"""Work that comes round: claimed by one worker at a time, then ticked until the next time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from qisong.org.models import Schedule

logger = logging.getLogger(__name__)
# A worker that dies leaves its claim behind; after this another may take it.
LEASE = timedelta(minutes=30)

Work = Callable[[datetime], None]
_works: dict[str, tuple[int, Work]] = {}


def register(code: str, every_minutes: int, work: Work) -> None:
    """Let ``work`` come round; rooms call this when they start."""
    _works[code] = (every_minutes, work)


def due(now: datetime) -> list[Schedule]:
    """What should be done and nobody is doing, longest overdue first."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return list(Schedule.objects.filter(free, next_at__lte=now).order_by("next_at", "code"))


def claim(code: str, now: datetime) -> bool:
    """Take the work for this worker; ``False`` if another has it or it is not due. One statement, so one winner."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return Schedule.objects.filter(free, code=code, next_at__lte=now).update(claimed_until=now + LEASE) == 1


def tick(code: str, now: datetime) -> None:
    """The work is done; it comes round again a full interval from now, however late it was."""
    row = Schedule.objects.get(code=code)
    next_at = now + timedelta(minutes=row.every_minutes)
    Schedule.objects.filter(code=code).update(next_at=next_at, claimed_until=None, done_at=now)


def enrol(now: datetime) -> None:
    """Bring the rows in step with the registered works; new work is due at once."""
    kept = dict(Schedule.objects.values_list("code", "every_minutes"))
    wanted = {code: every_minutes for code, (every_minutes, _work) in _works.items()}
    for code in kept.keys() - wanted.keys():
        Schedule.objects.filter(code=code).delete()
    for code, every_minutes in wanted.items() - kept.items():
        Schedule.objects.update_or_create(
            code=code,
            defaults={"every_minutes": every_minutes},
            create_defaults={"every_minutes": every_minutes, "next_at": now},
        )


def run_due(now: datetime | None = None) -> list[str]:
    """Do what is due and free, and say what was done.

    Work that fails is logged and stays claimed until its lease ends: then it is tried again.
    """
    now = now or timezone.now()
    enrol(now)
    return [row.code for row in due(now) if claim(row.code, now) and do(row.code, now)]


def do(code: str, now: datetime) -> bool:
    _every_minutes, work = _works[code]
    try:
        work(now)
    except Exception:
        logger.exception("scheduled work %s failed", code)
        return False
    tick(code, now)
    return True
