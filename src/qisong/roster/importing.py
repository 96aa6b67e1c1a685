"""A roster in: files are compared, looked through, applied in one go, and may be taken back within a month.

This is the face of the import. Reading and comparing is ``examine`` (which writes nothing), applying ``applying``,
taking back ``reverting``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from qisong.org import journal
from qisong.org.batches import Batch
from qisong.roster.applying import apply_batch, decide, decide_all
from qisong.roster.keeping import kept_problems, lines_of, sealed_problems
from qisong.roster.models import ImportBatch
from qisong.roster.own_form import own_form
from qisong.roster.reverting import discard_batch, expire_batches, revert_batch
from qisong.roster.reviewing import Review, examine, told_apart
from qisong.roster.terms import BatchState
from qisong.roster.uploads import content_of, uploads
from qisong.sheets.annotating import annotate, annotate_all
from qisong.sheets.problems import Problem
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.models import Account, Unit

__all__ = [
    "annotated",
    "apply_batch",
    "compare",
    "decide",
    "decide_all",
    "discard_batch",
    "examine",
    "expire_batches",
    "keep_review",
    "problems_of",
    "receive",
    "receive_again",
    "report",
    "revert_batch",
    "run",
]


def compare(*, by: Account | None, unit: Unit, files: Sequence[tuple[str, bytes]], today: date) -> ImportBatch:
    """Compare files, each a (name, content), with the roster of ``unit``; the batch is ready to be looked through."""
    return keep_review(by=by, review=examine(unit=unit, files=checked_files(files), today=today))


def keep_review(*, by: Account | None, review: Review) -> ImportBatch:
    """Keep what ``examine`` found, with its files sealed, to be looked through and applied."""
    batch = new_batch(by=by, unit=review.unit, files=review.files, today=review.on)
    lines = lines_of(batch, review)
    with journal.verb("import.compared", by=by, unit=review.unit) as entry:
        write_review(batch, review, lines)
        entry.touch("batch", [batch.pk])
    return batch


def receive(*, by: Account | None, unit: Unit, files: Sequence[tuple[str, bytes]], today: date) -> ImportBatch:
    """Keep the files, sealed, to be compared by ``run`` in the background."""
    batch = new_batch(by=by, unit=unit, files=told_apart(checked_files(files)), today=today)
    with journal.verb("import.received", by=by, unit=unit) as entry:
        batch.save(force_insert=True)
        entry.touch("batch", [batch.pk])
    return batch


def receive_again(*, by: Account | None, batch: ImportBatch, today: date) -> ImportBatch:
    """The same files, to be compared with the roster as it is now."""
    return receive(by=by, unit=batch.unit, files=files_of(batch), today=today)


def run(batch: ImportBatch) -> ImportBatch:
    """Compare the files of a received batch. One that cannot be compared at all is marked as failed.

    Somebody who does not want to wait may discard it meanwhile; then it stays discarded.
    """
    waiting = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.COMPARING)
    try:
        review = examine(unit=batch.unit, files=files_of(batch), today=batch.on, progress=progress_of(batch))
        lines = lines_of(batch, review)
        if waiting.exists():
            with journal.verb("import.compared", by=batch.by, unit=batch.unit) as entry:
                write_review(batch, review, lines)
                entry.touch("batch", [batch.pk])
    except Exception:
        waiting.update(state=BatchState.FAILED)
        raise
    return batch


def checked_files(files: Sequence[tuple[str, bytes]]) -> Sequence[tuple[str, bytes]]:
    if not files:
        raise refuse("no-file", "请选择文件。", "Choose a file.", place="files")
    return files


def new_batch(*, by: Account | None, unit: Unit, files: Sequence[tuple[str, bytes]], today: date) -> ImportBatch:
    store = uploads()
    return ImportBatch(
        unit=unit,
        by=by,
        on=today,
        state=BatchState.COMPARING,
        files=[{"name": name, "sha256": store.put(content)} for name, content in files],
        expires_on=today + timedelta(days=settings.SEALED_UPLOAD_DAYS),
    )


def write_review(batch: ImportBatch, review: Review, lines: Batch) -> None:
    batch.state, batch.progress, batch.compared_seq = BatchState.READY, 100, review.seq
    batch.counts, batch.report = review.counts, sealed_problems(batch, review.problems)
    batch.save()
    lines.write()


def progress_of(batch: ImportBatch) -> Callable[[int], None]:
    """Tells the page that waits, by the way and in no verb's transaction."""

    def tell(per_cent: int) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(progress=per_cent)

    return tell


def report(of: ImportBatch | Review) -> dict[str, Any]:
    """The counts and all problems, as the command and the API answer."""
    return of.counts | {"problems": [problem.as_json() for problem in problems_of(of)]}


def problems_of(of: ImportBatch | Review) -> list[Problem]:
    """Every problem, in the order of the files; personal values are masked. None of a batch that has expired."""
    return of.problems if isinstance(of, Review) else kept_problems(of)


def annotated(of: ImportBatch | Review) -> bytes:
    """The workbook handed in with a column 错误; several files become one workbook. Refuses an expired batch."""
    files = of.files if isinstance(of, Review) else files_of(of)
    problems = problems_of(of)
    if len(files) == 1:
        [(name, content)] = files
        return annotate(content, name, problems, form=own_form())
    return annotate_all([(content, name) for name, content in files], problems, form=own_form())


def files_of(batch: ImportBatch) -> list[tuple[str, bytes]]:
    """The files as they were handed in. Refuses an expired or discarded batch."""
    try:
        files = [(file["name"], content_of(file["sha256"])) for file in batch.files]
    except FileNotFoundError:
        files = []
    if not files:
        raise refuse(
            "expired",
            "上传的文件已过保存期，已删除。请重新导入。",
            "The files have expired and were deleted. Import them again.",
        )
    return files
