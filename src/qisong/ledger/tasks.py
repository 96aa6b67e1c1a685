"""What comes round in this room."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from qisong.ledger.history.importing import apply_history, expire_history, progress_of, run
from qisong.ledger.models import HistoryBatch
from qisong.ledger.opening import open_due_rounds
from qisong.ledger.quarantine import forget_expired, kept_apart
from qisong.ledger.strangers import todos
from qisong.org import health
from qisong.org import todos as waiting
from qisong.org.models import Account
from qisong.org.schedule import register
from qisong.org.scope import scope_of


@task()
def read_history(batch_id: str) -> None:
    """Read the files of a received batch; its page shows ``progress`` and ``state`` meanwhile."""
    run(find(batch_id))


@task()
def record_history(batch_id: str, account_id: int) -> None:
    """Record what was chosen of a batch, in the name and by the rights of whoever said so."""
    batch, account = find(batch_id), Account.objects.get(pk=account_id)
    apply_history(by=account, scope=scope_of(account), batch=batch, progress=progress_of(batch))


def find(batch_id: str) -> HistoryBatch:
    return HistoryBatch.objects.select_related("unit", "by").get(pk=batch_id)


def forget_history(now: datetime) -> None:
    expire_history(timezone.localdate(now))


def empty_quarantine(now: datetime) -> None:
    forget_expired(timezone.localdate(now))


def open_rounds(now: datetime) -> None:
    open_due_rounds(timezone.localdate(now))


register("ledger.rounds", 60, open_rounds)
register("ledger.quarantine", 24 * 60, empty_quarantine)
register("ledger.history", 24 * 60, forget_history)
health.register("quarantine", kept_apart)
waiting.register(todos)
