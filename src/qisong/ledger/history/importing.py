"""Old records in: files are read, questions answered, acts recorded, and all of them taken back within a month.

This is the face of it. Reading is ``examining`` (which writes nothing), recording ``applying``, taking back
``reverting``, and what somebody explains ``answering``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from qisong.ledger.history.answering import answer, decide
from qisong.ledger.history.applying import apply_history, begin_recording
from qisong.ledger.history.examining import Review, examine
from qisong.ledger.history.forms import ANY_FORM
from qisong.ledger.history.keeping import file_content, kept_problems, kept_questions, lines_of, put_file, sealed_report
from qisong.ledger.history.reverting import discard_history, expire_history, revert_history
from qisong.ledger.history.words import Question
from qisong.ledger.models import HistoryBatch, HistoryLine
from qisong.ledger.terms import HistoryState
from qisong.org import journal
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope, operator_scope, scope_of
from qisong.roster.reviewing import told_apart
from qisong.sheets.annotating import annotate, annotate_all
from qisong.sheets.problems import Problem
from qisong.words.text import refuse

__all__ = [
    "Review",
    "annotated",
    "answer",
    "apply_history",
    "begin_recording",
    "compare",
    "decide",
    "discard_history",
    "examine",
    "expire_history",
    "problems_of",
    "questions_of",
    "receive",
    "receive_again",
    "report",
    "revert_history",
    "run",
]


def receive(*, by: Account | None, unit: Unit, files: Sequence[tuple[str, bytes]], today: date) -> HistoryBatch:
    """Keep the files, sealed, to be read by ``run``, at once or in the background."""
    if not files:
        raise refuse("no-file", "请选择文件。", "Choose a file.", place="files")
    batch = HistoryBatch(
        unit=unit,
        by=by,
        state=HistoryState.COMPARING,
        files=[{"name": name, "sha256": put_file(content)} for name, content in told_apart(files)],
        expires_on=today + timedelta(days=settings.SEALED_UPLOAD_DAYS),
    )
    with journal.verb("history.received", by=by, unit=unit) as entry:
        batch.save(force_insert=True)
        entry.touch("batch", [batch.pk])
    return batch


def receive_again(*, by: Account | None, batch: HistoryBatch, today: date) -> HistoryBatch:
    """The same files as another batch: what was recorded of them is known, the rest may be brought in."""
    return receive(by=by, unit=batch.unit, files=files_of(batch), today=today)


def run(batch: HistoryBatch) -> HistoryBatch:
    """Read the files of a batch, for the first time or with the answers given meanwhile. A batch that cannot be read at
    all is marked as failed; one that was discarded meanwhile stays so."""
    waiting = HistoryBatch.objects.filter(pk=batch.pk, state=HistoryState.COMPARING)
    try:
        review = examine(
            by=batch.by,
            scope=scope_behind(batch),
            unit=batch.unit,
            files=files_of(batch),
            batch=batch,
            progress=progress_of(batch),
        )
        decided = dict(batch.lines.exclude(decision="").values_list("client_id", "decision"))
        lines = lines_of(batch, review, decided)
        batch.counts, batch.report = review.counts, sealed_report(batch, review.problems, review.questions)
        with journal.verb("history.compared", by=batch.by, unit=batch.unit) as entry:
            if waiting.update(state=HistoryState.READY, progress=100, counts=batch.counts, report=batch.report):
                HistoryLine.objects.filter(batch=batch).delete()
                lines.write()
            entry.touch("batch", [batch.pk])
    except Exception:
        waiting.update(state=HistoryState.FAILED)
        raise
    batch.refresh_from_db()
    return batch


def scope_behind(batch: HistoryBatch) -> Scope:
    """The rights of whoever handed the files in, as they are today."""
    return scope_of(batch.by) if batch.by else operator_scope()


def compare(*, by: Account | None, unit: Unit, files: Sequence[tuple[str, bytes]]) -> HistoryBatch:
    """Keep and read the files in one go."""
    return run(receive(by=by, unit=unit, files=files, today=timezone.localdate()))


def progress_of(batch: HistoryBatch) -> Callable[[int], None]:
    """Tells the page that waits, by the way and in no verb's transaction."""

    def tell(per_cent: int) -> None:
        HistoryBatch.objects.filter(pk=batch.pk).update(progress=per_cent)

    return tell


def report(of: HistoryBatch | Review) -> dict[str, Any]:
    """Counts, open questions and all problems, as the command answers."""
    questions = [
        {"kind": one.kind, "word": one.word, "count": one.count, "places": one.places}
        for one in questions_of(of)
        if not one.meaning
    ]
    return of.counts | {"asked": questions, "problems": [problem.as_json() for problem in problems_of(of)]}


def problems_of(of: HistoryBatch | Review) -> list[Problem]:
    return of.problems if isinstance(of, Review) else kept_problems(of)


def questions_of(of: HistoryBatch | Review) -> list[Question]:
    return of.questions if isinstance(of, Review) else kept_questions(of)


def annotated(of: HistoryBatch | Review) -> bytes:
    """The workbook handed in with a column 错误; several files become one workbook. Refuses an expired batch."""
    files = of.files if isinstance(of, Review) else files_of(of)
    problems = problems_of(of)
    if len(files) == 1:
        [(name, content)] = files
        return annotate(content, name, problems, form=ANY_FORM)
    return annotate_all([(content, name) for name, content in files], problems, form=ANY_FORM)


def files_of(batch: HistoryBatch) -> list[tuple[str, bytes]]:
    """The files as they were handed in. Refuses an expired or discarded batch."""
    try:
        files = [(file["name"], file_content(file["sha256"])) for file in batch.files]
    except FileNotFoundError:
        files = []
    if not files:
        raise refuse(
            "expired",
            "上传的文件已过保存期，已删除。请重新导入。",
            "The files have expired and were deleted. Import them again.",
        )
    return files
