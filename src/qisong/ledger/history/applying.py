"""Records the acts of a reading, a few at a time. Killed midway, it is simply done again: each act is recorded once."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils import timezone

from qisong.ledger.history.keeping import document_of
from qisong.ledger.models import HistoryBatch, HistoryLine
from qisong.ledger.recording import Acknowledgement, Door, settle
from qisong.ledger.terms import Decision, Finding, HistoryState
from qisong.org import journal
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.roster.holding import chunks
from qisong.words.text import refuse

DOOR = "history"
# About a thousand rows: the writer's lock is held for a fraction of a second.
AT_ONCE = 25
Progress = Callable[[int], None]


def chosen(batch: HistoryBatch) -> QuerySet[HistoryLine]:
    """What would be recorded: what is new, and of the doubtful what somebody wants."""
    new = Q(finding=Finding.NEW) & ~Q(decision=Decision.LEAVE)
    return batch.lines.filter(new | Q(finding=Finding.DOUBTFUL, decision=Decision.RECORD))


def apply_history(
    *, by: Account | None, scope: Scope, batch: HistoryBatch, progress: Progress = lambda _: None
) -> HistoryBatch:
    """Record every chosen act through the one door, under its own id. What was recorded stays if it is interrupted, and
    applying again does the rest. An act that is refused now stays open, and is told like any refused document.
    """
    begin_recording(batch)
    waiting = list(chosen(batch).filter(act=None).order_by("number").values_list("pk", flat=True))
    for done, some in enumerate(chunks(waiting, AT_ONCE)):
        progress(100 * done * AT_ONCE // len(waiting))
        lines = list(HistoryLine.objects.filter(pk__in=some).order_by("number"))
        answers = settle([document_of(line) for line in lines], Door(DOOR, by, scope))
        note(lines, answers)
    with journal.verb("history.applied", by=by, unit=batch.unit) as entry:
        applied_at = batch.applied_at or timezone.now()
        HistoryBatch.objects.filter(pk=batch.pk).update(state=HistoryState.APPLIED, progress=100, applied_at=applied_at)
        entry.touch("batch", [batch.pk])
    batch.refresh_from_db()
    return batch


def begin_recording(batch: HistoryBatch) -> None:
    """Whoever comes second helps: each act has one id, so nothing is recorded twice."""
    open_ = HistoryBatch.objects.filter(pk=batch.pk, state__in=[HistoryState.READY, HistoryState.APPLYING])
    if not open_.update(state=HistoryState.APPLYING):
        raise refuse(
            "not-ready",
            "这次导入还没有核对完，或者已经写入、撤回或作废。",
            "This import is not read yet, or has been applied, reverted or discarded already.",
        )


def note(lines: list[HistoryLine], answers: list[Acknowledgement]) -> None:
    for line, answer in zip(lines, answers, strict=True):
        if answer.problems:
            line.finding = Finding.WRONG
        else:
            line.act_id = answer.act
    HistoryLine.objects.bulk_update(lines, ["act", "finding"])
