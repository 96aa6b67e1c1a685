"""What people say of words in old records, remembered for the next file, and of acts that may be recorded already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from qisong.ledger.history.keeping import kept_questions
from qisong.ledger.history.words import Question
from qisong.ledger.models import HistoryBatch, HistoryLine, OldWord
from qisong.ledger.terms import Decision, Finding, HistoryState
from qisong.org import journal
from qisong.org.models import Account
from qisong.words.text import refuse

LONGEST_MEANING = 80


def answer(*, by: Account | None, batch: HistoryBatch, answers: Mapping[str, str]) -> int:
    """Remember what words mean, by the key of their question, "" taking an answer back; how many answers were new.

    The batch must then be read again (``run``). A meaning that makes no sense is simply asked for again.
    """
    asked = {one.key: one for one in kept_questions(batch)}
    told = [
        (asked[key], meaning)
        for key, meaning in answers.items()
        if key in asked and meaning != asked[key].meaning and len(meaning) <= LONGEST_MEANING
    ]
    if not told:
        return 0
    with journal.verb("history.answered", by=by, unit=batch.unit) as entry:
        claim_reading(batch)
        for question, meaning in told:
            remember(by, batch, question, meaning)
        entry.touch("batch", [batch.pk])
    batch.refresh_from_db()
    return len(told)


def claim_reading(batch: HistoryBatch) -> None:
    ready = HistoryBatch.objects.filter(pk=batch.pk, state=HistoryState.READY)
    if not ready.update(state=HistoryState.COMPARING, progress=0):
        raise not_open()


def remember(by: Account | None, batch: HistoryBatch, question: Question, meaning: str) -> None:
    key = {"kind": question.kind, "about": question.about, "unit_id": question.unit, "word": question.word}
    OldWord.objects.filter(**key, batch__in=[batch]).delete()
    if question.lasting:
        OldWord.objects.filter(**key, batch=None).delete()
    if meaning:
        OldWord.objects.create(**key, meaning=meaning, by=by, batch=None if question.lasting else batch)


def decide(
    *, by: Account | None, batch: HistoryBatch, lines: Iterable[HistoryLine] | QuerySet[HistoryLine], decision: str
) -> int:
    """Record, leave out or, by "", undecide each of these acts that is new or doubtful; how many those were."""
    if decision not in {"", *Decision}:
        raise refuse("unknown-choice", "请选一项。", "Choose one of those listed.", place="decision")
    with journal.verb("history.decided", by=by, unit=batch.unit) as entry:
        open_ = batch.lines.filter(finding__in=[Finding.NEW, Finding.DOUBTFUL], act=None)
        changed = open_.filter(pk__in=[line.pk for line in lines]).update(decision=decision)
        if not HistoryBatch.objects.filter(pk=batch.pk, state=HistoryState.READY).exists():
            raise not_open()
        entry.touch("batch", [batch.pk])
    return changed


def not_open() -> Exception:
    return refuse(
        "not-open",
        "这次导入现在不能再改：还在核对，或已经写入、作废。",
        "This import cannot be changed now: it is being read, or has been applied or discarded.",
    )
