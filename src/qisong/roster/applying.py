"""Carries a reviewed import out: all of it or nothing, with the lock held only to write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from qisong.org import journal
from qisong.org.models import Journal
from qisong.org.tree import tree_on
from qisong.roster.amending import Amending, Amendment, Newcomer, stale
from qisong.roster.deciding import DEPARTED, NEW, SAME, check_decision, is_decided, suiting
from qisong.roster.differing import difference
from qisong.roster.holding import chunks, held_by_id
from qisong.roster.keeping import after, before, image, kept_problems, place, sealed_json, sealed_values
from qisong.roster.models import Affiliation, Circumstance, ImportBatch, ImportLine, Member
from qisong.roster.statements import Statement
from qisong.roster.terms import BatchState, Outcome
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.models import Account

PLAIN = (Outcome.NEW, Outcome.CHANGED, Outcome.MOVED)
# Verbs after which somebody may be on the roster who was not when the files were compared.
ENROLLING = (
    "member.added",
    "member.transferred",
    "members.enrolled",
    "import.applied",
    "letter.taken",
    "letter.answered",
    "letter.recalled",
)


def apply_batch(*, by: Account | None, batch: ImportBatch) -> ImportBatch:
    """Write what is new, changed and moved, and what was decided of the doubtful and missing; the rest stays open.

    Refuses a batch with any error (``has-errors``), and one compared before the roster changed (``stale``).
    """
    check_ready(batch)
    decided = [line for line in batch.lines.exclude(outcome__in=PLAIN).exclude(decision="") if is_decided(line)]
    amending = prepared(batch, [*batch.lines.filter(outcome__in=PLAIN), *decided])
    with transaction.atomic():
        with journal.verb("import.applied", by=by, unit=batch.unit) as entry:
            claim(batch)
            check_fresh(batch)
            amending.write()
            batch.lines.filter(outcome__in=PLAIN).update(applied=True)
            mark_applied(decided)
            entry.touch("batch", [batch.pk])
            entry.touch("member", amending.members)
        ImportBatch.objects.filter(pk=batch.pk).update(applied_seq=entry.seq)
    batch.refresh_from_db()
    return batch


def decide(*, by: Account | None, line: ImportLine, decision: str) -> ImportLine:
    """What a person says of a doubtful row (``new``, ``same_as(member)``) or a missing member (``keep``,
    ``departed_on(day)``); "" takes it back. Carried out with the batch, or at once if that is applied already.
    """
    if line.batch.state not in {BatchState.READY, BatchState.APPLIED} or line.applied:
        raise refuse("not-open", "这一行已经处理过了。", "This row has been dealt with already.", place="decision")
    check_decision(line, decision)
    line.decision = decision
    settle(by, line.batch, [line])
    return line


def decide_all(*, by: Account | None, batch: ImportBatch, lines: Iterable[ImportLine], decision: str) -> int:
    """The same of each undecided line that it suits (``sole`` means the one candidate of each); how many those were.
    The others stay as they are."""
    suited: dict[str, ImportLine] = {}
    for line in lines:
        if fitting := suiting(line, decision, suited.keys()):
            line.decision = fitting
            suited[fitting if fitting.startswith(SAME) else str(line.number)] = line
    if suited:
        settle(by, batch, list(suited.values()))
    return len(suited)


def settle(by: Account | None, batch: ImportBatch, lines: Sequence[ImportLine]) -> None:
    """Write what was decided of ``lines``, and carry it out if the batch is applied."""
    done = [line for line in lines if is_decided(line)] if batch.state == BatchState.APPLIED else []
    amending = prepared(batch, done) if done else None
    with journal.verb("import.applied" if amending else "import.decided", by=by, unit=batch.unit) as entry:
        ImportLine.objects.bulk_update(lines, ["decision"], batch_size=200)
        if amending:
            amending.write()
            mark_applied(done)
            entry.touch("member", amending.members)
        entry.touch("batch", [batch.pk])


def prepared(batch: ImportBatch, lines: Sequence[ImportLine]) -> Amending:
    """The rows that carry out ``lines``. A decided line learns what it changes, so that it can be taken back."""
    amending = Amending(batch.on)
    newcomers, amendments = [], []
    for line in lines:
        if line.decision.startswith(DEPARTED):
            amending.dismiss(departing(line), date.fromisoformat(line.decision.removeprefix(DEPARTED)))
            continue
        content = after(line)
        said = Statement.from_json(content["said"])
        if line.outcome == Outcome.NEW or line.decision == NEW:
            newcomers.append(Newcomer(UUID(content["id"]), said))
        elif line.decision:
            amendments.append(recognised(line, said, batch.on))
        else:
            amendments.append(Amendment(member_of(line), before(line)["version"], said))
    amending.enrol(newcomers)
    amending.amend(amendments)
    return amending


def recognised(line: ImportLine, said: Statement, on: date) -> Amendment:
    """A doubtful row that turned out to speak of a member: what it would change of them today."""
    member = UUID(line.decision.removeprefix(SAME))
    held = held_by_id([member], on).get(member)
    if held is None:  # taken back with the import that brought them
        raise stale()
    change = difference(said, held)
    line.member_id, line.fields = member, change.columns()
    content = after(line) | {"said": change.as_json()}
    line.after = sealed_json(content, place(line, "after"))
    line.before = sealed_json(image(held, change, sealed_values([(held, change)])), place(line, "before"))
    return Amendment(member, held.version, change)


def departing(line: ImportLine) -> Member:
    """A missing member who left; the line keeps which affiliations and circumstances that ends."""
    member = Member.objects.get(pk=member_of(line))
    ties = Affiliation.objects.filter(member=member, valid_to=None).values_list("pk", flat=True)
    states = Circumstance.objects.filter(member=member, valid_to=None).values_list("pk", flat=True)
    kept = {"version": member.version, "ties": list(ties), "circumstances": list(states)}
    line.before = sealed_json(kept, place(line, "before"))
    return member


def member_of(line: ImportLine) -> UUID:
    """A member that is erased meanwhile makes the review stale."""
    if line.member_id is None:
        raise stale()
    member: UUID = line.member_id
    return member


def check_ready(batch: ImportBatch) -> None:
    if batch.state != BatchState.READY:
        raise not_ready()
    if any(problem.severity == "error" for problem in kept_problems(batch)):
        raise refuse(
            "has-errors",
            "还有错误，一行也没有写入。请按提示改好文件，重新上传。",
            "There are errors, so not a single row was written. Mend the file as the messages say and upload it again.",
        )


def claim(batch: ImportBatch) -> None:
    """Two people may press at once; one of them applies."""
    ready = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.READY)
    if not ready.update(state=BatchState.APPLIED, applied_at=timezone.now()):
        raise not_ready()


def not_ready() -> Exception:
    return refuse(
        "not-ready",
        "这次导入还没有核对完，或者已经写入、撤回或作废。",
        "This import is not compared yet, or has been applied, reverted or discarded already.",
    )


def check_fresh(batch: ImportBatch) -> None:
    """Nobody came to the units concerned, and no unit changed, since the files were compared."""
    since = Journal.objects.filter(seq__gt=batch.compared_seq)
    if since.filter(kind__startswith="unit").exists() or since.filter(kind="members.split").exists():
        raise stale()
    enrolled = set(since.filter(kind__in=ENROLLING).values_list("unit", flat=True))
    if enrolled:
        tree = tree_on(batch.on)
        if None in enrolled or enrolled & {*tree.subtree(batch.unit_id), *tree.path(batch.unit_id)}:
            raise stale()


def mark_applied(decided: Sequence[ImportLine]) -> None:
    for chunk in chunks(decided):
        for line in chunk:
            line.applied = True
        ImportLine.objects.bulk_update(chunk, ["applied", "before", "after", "member", "fields"])
