"""What people say of words in old records, remembered for the next file, and of acts that may be recorded already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from qisong.ledger.history.keeping import kept_questions
from qisong.ledger.history.words import Question
from qisong.ledger.models import HistoryBatch, HistoryLine, OldWord
from qisong.ledger.terms import Decision, Finding, HistoryState
from qisong.org import journal
from qisong.org.models import Account
from qisong.roster.holding import chunks
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
        remember(by, batch, told)
        entry.touch("batch", [batch.pk])
    batch.refresh_from_db()
    return len(told)


def claim_reading(batch: HistoryBatch) -> None:
    ready = HistoryBatch.objects.filter(pk=batch.pk, state=HistoryState.READY)
    if not ready.update(state=HistoryState.COMPARING, progress=0):
        raise not_open()


def remember(by: Account | None, batch: HistoryBatch, told: Sequence[tuple[Question, str]]) -> None:
    """Put the new meanings in the place of the old ones."""
    meant = {word_key(one.kind, one.about, one.unit, one.kept_word, batch_of(one, batch)) for one, _meaning in told}
    for some in chunks(one.kept_word for one, _meaning in told):
        known = OldWord.objects.filter(word__in=some).values_list("pk", "kind", "about", "unit", "word", "batch")
        OldWord.objects.filter(pk__in=[pk for pk, *key in known if word_key(*key) in meant]).delete()
    OldWord.objects.bulk_create(
        [
            OldWord(
                kind=one.kind,
                about=one.about,
                unit_id=one.unit,
                word=one.kept_word,
                meaning=meaning,
                by=by,
                batch_id=batch_of(one, batch),
            )
            for one, meaning in told
            if meaning
        ],
        batch_size=500,
    )


def batch_of(question: Question, batch: HistoryBatch) -> UUID | None:
    """The batch for which alone an answer holds."""
    return None if question.lasting else batch.pk


def word_key(*parts: object) -> tuple[str, ...]:
    return tuple(str(part) for part in parts)


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
