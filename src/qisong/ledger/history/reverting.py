"""Takes back what old records brought in, and forgets files and readings when their time is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from qisong.ledger.models import Absence, Activity, ActivityUnit, Answer, Custody, HistoryBatch, Receipt, Reversal
from qisong.ledger.reversing import require_reason
from qisong.ledger.terms import HistoryState
from qisong.org import journal
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.roster.holding import chunks
from qisong.roster.uploads import uploads
from qisong.words.text import refuse

REVERTIBLE_DAYS = 30
AT_ONCE = 50
ENDED = (HistoryState.APPLYING, HistoryState.APPLIED, HistoryState.REVERTED)


def revert_history(*, by: Account | None, scope: Scope, batch: HistoryBatch, reason: str) -> int:
    """Reverse every act of the batch that still stands, within 30 days; how many those were. Killed midway, it is done
    again. Refuses a batch that holds an act of a unit for which one may not record."""
    stated = require_reason(reason)
    check_revertible(batch)
    acts = Activity.objects.filter(pk__in=batch.lines.exclude(act=None).values("act")).live().order_by("pk")
    check_rights(acts.values_list("unit", flat=True), scope)
    reversed_ = 0
    for some in chunks(list(acts.values_list("pk", flat=True)), AT_ONCE):
        with journal.verb("history.reverted", by=by, unit=batch.unit, reason=stated) as entry:
            # Another may reverse one of them at this moment: it then has its one reversal.
            rows = [Reversal(activity_id=act, reason=stated, by=by) for act in some]
            Reversal.objects.bulk_create(rows, ignore_conflicts=True)
            members, units = touched_by_all(some)
            entry.touch("act", some)
            entry.touch("member", members)
            entry.touch("unit", units)
        reversed_ += len(some)
    HistoryBatch.objects.filter(pk=batch.pk).update(state=HistoryState.REVERTED)
    batch.refresh_from_db()
    return reversed_


def check_revertible(batch: HistoryBatch) -> None:
    if batch.state not in {HistoryState.APPLYING, HistoryState.APPLIED}:
        raise refuse(
            "not-applied", "这次导入没有写入过，或已经撤回。", "This import was not applied, or is reverted already."
        )
    if batch.applied_at and timezone.now() - batch.applied_at > timedelta(days=REVERTIBLE_DAYS):
        raise refuse(
            "too-late",
            "写入已超过 {days} 天，不能整批撤回。请逐个作废。",
            "It was applied more than {days} days ago and cannot be taken back as a whole. Reverse the acts singly.",
            days=REVERTIBLE_DAYS,
        )


def check_rights(units: Iterable[int], scope: Scope) -> None:
    if not set(units) <= scope.units(Right.RECORD):
        raise refuse(
            "not-allowed",
            "其中有的活动不归您记，请由上级撤回。",
            "Some of these acts are not yours to record; let the level above take them back.",
        )


def touched_by_all(acts: Sequence[UUID]) -> tuple[set[UUID], set[int]]:
    """The members and units that any row of these acts concerns."""
    members = {
        member
        for model in (Receipt, Absence, Answer)
        for member in model.objects.filter(activity__in=acts, member__isnull=False).values_list("member_id", flat=True)
    }
    pairs = Receipt.objects.filter(activity__in=acts).exclude(unit=None, holder=None).values_list("unit", "holder")
    units = {unit for pair in pairs for unit in pair if unit}
    units |= set(Custody.objects.filter(activity__in=acts).values_list("unit", flat=True))
    units |= set(ActivityUnit.objects.filter(activity__in=acts).values_list("unit", flat=True))
    return members, units | set(Activity.objects.filter(pk__in=acts).values_list("unit", flat=True))


def discard_history(*, by: Account | None, batch: HistoryBatch) -> HistoryBatch:
    """Give a reading up: nothing of it is recorded, and its files are forgotten at once."""
    with journal.verb("history.discarded", by=by, unit=batch.unit) as entry:
        unused = HistoryBatch.objects.filter(pk=batch.pk).exclude(state__in=ENDED)
        if not unused.update(state=HistoryState.DISCARDED):
            raise refuse(
                "already-applied",
                "这次导入已经写入，不能作废；可以撤回。",
                "This import has been applied; it can be reverted, not discarded.",
            )
        forget(batch)
        entry.touch("batch", [batch.pk])
    batch.refresh_from_db()
    return batch


def expire_history(today: date) -> int:
    """Forget the files and contents of all readings whose days are over; how many there were."""
    over = list(HistoryBatch.objects.filter(expires_on__lte=today).exclude(files=[]))
    if over:
        with journal.verb("history.expired", by=None) as entry:
            for batch in over:
                HistoryBatch.objects.filter(pk=batch.pk).exclude(Q(state__in=ENDED)).update(
                    state=HistoryState.DISCARDED
                )
                forget(batch)
            entry.touch("batch", [batch.pk for batch in over])
    return len(over)


def forget(batch: HistoryBatch) -> None:
    """Which acts came of it stays. A file that another reading still needs stays, too."""
    digests = {file["sha256"] for file in batch.files}
    batch.lines.update(content="")
    HistoryBatch.objects.filter(pk=batch.pk).update(report="", files=[])
    for files in HistoryBatch.objects.exclude(files=[]).values_list("files", flat=True):
        digests -= {file["sha256"] for file in files}
    for digest in digests:
        uploads().delete(digest)
