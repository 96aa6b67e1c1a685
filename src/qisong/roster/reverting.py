"""Takes an applied import back, and forgets uploads and reviews when their time is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from qisong.org import journal
from qisong.roster.deciding import DEPARTED, NEW
from qisong.roster.erasing import erase_members
from qisong.roster.holding import chunks
from qisong.roster.keeping import after, before
from qisong.roster.models import Affiliation, Circumstance, ImportBatch, ImportLine, Member
from qisong.roster.own_form import own_form
from qisong.roster.restoring import Change, Restoring
from qisong.roster.statements import Statement
from qisong.roster.terms import BatchState, Bond, Outcome
from qisong.roster.ties import check_not_gone
from qisong.roster.uploads import uploads
from qisong.words.text import Refusal, refuse

if TYPE_CHECKING:
    from qisong.org.models import Account

REVERTIBLE_DAYS = 30
NAMED_AT_MOST = 8


def revert_batch(*, by: Account | None, batch: ImportBatch, reason: str) -> ImportBatch:
    """Put everything back that an import changed, within 30 days and all or nothing.

    Refuses ``edited-since`` with the names when somebody has changed one of its members in the same place since.
    Newcomers of whom nothing else speaks are erased; others lose their affiliation.
    """
    check_revertible(batch, reason)
    created, changes, departed = done_by(batch)
    restoring = Restoring()
    restoring.take(changes)
    with journal.verb("import.reverted", by=by, unit=batch.unit, reason=reason.strip()) as entry:
        applied = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.APPLIED)
        if not applied.update(state=BatchState.REVERTED):
            raise not_applied()
        edited = [*restoring.edited, *edited_newcomers(created), *returned(departed)]
        if edited:
            raise edited_since(edited)
        restoring.write()
        bring_back(departed)
        erase_members(created)
        batch.lines.update(applied=False)
        entry.touch("batch", [batch.pk])
        entry.touch("member", [*created, *(one.member for one in changes)])
        entry.touch("member", [line.member_id for line in departed if line.member_id])
    batch.refresh_from_db()
    return batch


def check_revertible(batch: ImportBatch, reason: str) -> None:
    if batch.state != BatchState.APPLIED or batch.applied_at is None:
        raise not_applied()
    if not reason.strip():
        raise refuse("reason-missing", "请写明撤回的理由。", "Say why it is taken back.", place="reason")
    if timezone.now() - batch.applied_at > timedelta(days=REVERTIBLE_DAYS) or not batch.report:
        raise refuse(
            "too-late",
            "写入已超过 {days} 天，不能整批撤回。请逐个更正。",
            "It was applied more than {days} days ago and cannot be taken back as a whole. Correct the members singly.",
            days=REVERTIBLE_DAYS,
        )


def done_by(batch: ImportBatch) -> tuple[list[UUID], list[Change], list[ImportLine]]:
    """The members that an import created, what it changed, and the lines by which members left."""
    created: list[UUID] = []
    changes: list[Change] = []
    departed: list[ImportLine] = []
    for line in batch.lines.filter(applied=True):
        if line.decision.startswith(DEPARTED):
            departed.append(line)
            continue
        content = after(line)
        if line.outcome == Outcome.NEW or line.decision == NEW:
            created.append(UUID(content["id"]))
        elif line.member_id is not None:
            changes.append(Change(line.member_id, batch.on, Statement.from_json(content["said"]), before(line)))
    return created, changes, departed


def edited_newcomers(created: Iterable[UUID]) -> list[str]:
    edited: list[str] = []
    for chunk in chunks(created):
        edited += Member.objects.filter(pk__in=chunk, version__gt=1).values_list("person__name", flat=True)
    return edited


def returned(departed: Iterable[ImportLine]) -> list[str]:
    """Those who left by the import and have come back since."""
    title = own_form().title_of("branch")
    back = Affiliation.objects.filter(
        member__in=[line.member_id for line in departed], bond=Bond.FORMAL, valid_to=None
    ).values_list("member__person__name", flat=True)
    return [f"{name}（{title}）" for name in back]


def bring_back(departed: Iterable[ImportLine]) -> None:
    lines = list(departed)
    check_not_gone([line.member_id for line in lines if line.member_id])
    for line in lines:
        kept = before(line)
        Affiliation.objects.filter(pk__in=kept["ties"]).update(valid_to=None, left_by="")
        Circumstance.objects.filter(pk__in=kept["circumstances"]).update(valid_to=None)
        Member.objects.filter(pk=line.member_id).update(version=F("version") + 1)


def edited_since(edited: list[str]) -> Refusal:
    names = "、".join(edited[:NAMED_AT_MOST]) + ("…" if len(edited) > NAMED_AT_MOST else "")
    return refuse(
        "edited-since",
        "导入以后有人改过这 {count} 位成员，不能整批撤回：{names}。请先改回，或逐个更正。",
        "{count} of its members were changed since, so it cannot be taken back as a whole: {names}. Undo those changes "
        "first, or correct the members singly.",
        count=len(edited),
        names=names,
    )


def not_applied() -> Refusal:
    return refuse(
        "not-applied", "这次导入没有写入过，或已经撤回。", "This import was not applied, or is reverted already."
    )


def discard_batch(*, by: Account | None, batch: ImportBatch) -> ImportBatch:
    """Give a review up: nothing of it is applied, and its files and values are forgotten at once."""
    with journal.verb("import.discarded", by=by, unit=batch.unit) as entry:
        unused = ImportBatch.objects.filter(pk=batch.pk).exclude(state__in=[BatchState.APPLIED, BatchState.REVERTED])
        if not unused.update(state=BatchState.DISCARDED):
            raise refuse(
                "already-applied",
                "这次导入已经写入，不能作废；可以撤回。",
                "This import has been applied; it can be reverted, not discarded.",
            )
        forget(batch)
        entry.touch("batch", [batch.pk])
    batch.refresh_from_db()
    return batch


def expire_batches(today: date) -> int:
    """Forget the uploads and values of all reviews whose days are over; how many there were."""
    over = list(ImportBatch.objects.filter(expires_on__lte=today).exclude(files=[]))
    if over:
        with journal.verb("import.expired", by=None) as entry:
            for batch in over:
                unused = Q(state__in=[BatchState.APPLIED, BatchState.REVERTED])
                ImportBatch.objects.filter(pk=batch.pk).exclude(unused).update(state=BatchState.DISCARDED)
                forget(batch)
            entry.touch("batch", [batch.pk for batch in over])
    return len(over)


def forget(batch: ImportBatch) -> None:
    """Outcomes and counts stay. A file that another review still needs stays, too."""
    digests = {file["sha256"] for file in batch.files}
    batch.lines.update(before="", after="")
    ImportBatch.objects.filter(pk=batch.pk).update(report="", files=[])
    for files in ImportBatch.objects.exclude(files=[]).values_list("files", flat=True):
        digests -= {file["sha256"] for file in files}
    # Before the commit: a file that is gone too soon is asked for again, one that stayed would never go.
    for digest in digests:
        uploads().delete(digest)
