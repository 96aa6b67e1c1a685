"""The one way in: every door hands acts to ``record`` and gets one answer for each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qisong.ledger.composing import compose
from qisong.ledger.composition import Composition
from qisong.ledger.directory import Directory
from qisong.ledger.documents import ActDraft, read_act
from qisong.ledger.models import Submission
from qisong.ledger.quarantine import set_apart
from qisong.ledger.shapes import Problem, Reading
from qisong.ledger.terms import Verdict
from qisong.org import journal
from qisong.org.batches import Batch
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.seals.chain import canonical
from qisong.words.text import Text


@dataclass(frozen=True)
class Acknowledgement:
    """The one answer to a document. ``act`` is the id of the act that this client id stands for."""

    id: str
    verdict: Verdict
    act: UUID | None = None
    problems: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "verdict": self.verdict,
            "act": str(self.act) if self.act else None,
            "problems": [problem.as_json() for problem in self.problems],
        }


@dataclass(frozen=True)
class Door:
    """Through which door, in whose name and with what rights documents come."""

    name: str
    by: Account | None
    scope: Scope


@dataclass(frozen=True)
class Handed:
    """A document as it was handed in and read. ``id`` is empty when it has none that could be told again."""

    document: Any
    id: str
    sha256: str
    draft: ActDraft | None
    reading: Reading


@dataclass
class Settlement:
    """What some documents come to: rows to write in one transaction, a journal row for each act, the answers."""

    door: Door
    known: Directory
    stored: dict[str, tuple[str, UUID | None]]  # client id → hash of the content, act
    batch: Batch = field(default_factory=Batch)
    entries: list[journal.Entry] = field(default_factory=list)

    def settle(self, one: Handed) -> Acknowledgement:
        if one.id in self.stored:
            return self.answer_again(one, *self.stored[one.id])
        act = compose(one.draft, one.reading, self.known, self.door.by) if one.draft else None
        if act is None or one.reading.problems:
            return self.refuse(one, Verdict.REJECTED, one.reading.problems, act)
        return self.accept(one, act)

    def answer_again(self, one: Handed, sha256: str, act: UUID | None) -> Acknowledgement:
        if one.sha256 == sha256:
            return Acknowledgement(one.id, Verdict.ALREADY_STORED, act)
        return replace(self.refuse(one, Verdict.CONFLICT, [OTHER_CONTENT]), act=act)

    def accept(self, one: Handed, act: Composition) -> Acknowledgement:
        correction = act.draft.corrects
        entry = journal.Entry("act.corrected" if correction else "act.recorded", self.door.by, act.unit, "")
        if correction:
            self.known.corrected.add(correction.act)
            entry.touch("act", [correction.act])
        entry.touch("act", [act.activity.pk])
        entry.touch("member", act.members)
        entry.touch("unit", act.units)
        self.entries.append(entry)
        self.batch.add([self.submission(one, Verdict.STORED, act), *act.rows])
        self.stored[one.id] = one.sha256, act.activity.pk
        return Acknowledgement(one.id, Verdict.STORED, act.activity.pk)

    def refuse(
        self, one: Handed, verdict: Verdict, problems: Sequence[Problem], act: Composition | None = None
    ) -> Acknowledgement:
        submission = self.submission(one, verdict, act)
        if not is_kept(submission):
            self.batch.add([set_apart(submission, one.document, problems)])
        return Acknowledgement(one.id, verdict, problems=tuple(problems))

    def submission(self, one: Handed, verdict: Verdict, act: Composition | None) -> Submission:
        submission = Submission(client_id=one.id, sha256=one.sha256, door=self.door.name, verdict=verdict)
        submission.account = self.door.by
        if act:
            submission.unit_id = act.recorder
            submission.act_id = act.activity.pk if verdict == Verdict.STORED else None
        return submission

    def write(self) -> None:
        if len(self.batch):
            with transaction.atomic():
                self.batch.write()
                journal.append(self.entries)


NOT_JSON = Problem(
    "",
    "not-json",
    Text("内容里有无法保存的字符、数或层次。", "Some characters, numbers or nesting cannot be kept."),
)
OTHER_CONTENT = Problem(
    "id",
    "conflict",
    Text(
        "这个编号以前记过别的内容。两份都保留了：如果是另一次活动，请换编号；如果是更正，请用更正。",
        "This id stands for other content already. Both are kept: give another act another id, or use a correction.",
    ),
)


def record(document: Any, *, by: Account | None, scope: Scope, door: str) -> Acknowledgement:
    """Record one act document (``docs/acts.md``) in one transaction, and say what became of it.

    The same id and content get the first answer again; other content under a known id is a conflict; whatever is
    wrong is named all at once. Conflicts and rejections are kept in quarantine. ``by`` is None for the operator.
    """
    return settle([document], Door(door, by, scope))[0]


def record_many(
    documents: Iterable[Any], *, by: Account | None, scope: Scope, door: str, chunk: int = 200
) -> Iterator[Acknowledgement]:
    """Record many documents, ``chunk`` to a transaction, each with its own answer and row in the journal."""
    waiting = iter(documents)
    while some := list(islice(waiting, chunk)):
        yield from settle(some, Door(door, by, scope))


def rehearse(documents: Iterable[Any], *, by: Account | None, scope: Scope) -> list[list[Problem]]:
    """What ``record`` would find wrong with each document now. Writes nothing and keeps nothing."""
    handed = [take(document) for document in documents]
    known = Directory.load([one.reading for one in handed], (), scope)
    for one in handed:
        if one.draft:
            compose(one.draft, one.reading, known, by)
    return [one.reading.problems for one in handed]


def settle(documents: Sequence[Any], door: Door) -> list[Acknowledgement]:
    try:
        return settle_together(documents, door)
    except IntegrityError:
        # Since we looked, somebody stored one of these ids or reversed what one corrects: look again, one by one.
        if len(documents) > 1:
            return [answer for document in documents for answer in settle([document], door)]
        return settle_together(documents, door)


def settle_together(documents: Sequence[Any], door: Door) -> list[Acknowledgement]:
    handed = [take(document) for document in documents]
    stored = stored_before(handed)
    fresh = [one for one in handed if one.id not in stored]
    corrected = {one.draft.corrects.act for one in fresh if one.draft and one.draft.corrects}
    known = Directory.load([one.reading for one in fresh], corrected, door.scope)
    settlement = Settlement(door, known, stored)
    answers = [settlement.settle(one) for one in handed]
    settlement.write()
    return answers


def take(document: Any) -> Handed:
    """Read a document; what could not even be kept is not looked into."""
    given = document.get("id") if isinstance(document, dict) else None
    known_by = given if isinstance(given, str) and len(given) <= 64 and given.isprintable() else ""
    try:
        sha256 = hashlib.sha256(canonical(document)).hexdigest()
    except (TypeError, ValueError, RecursionError):
        return Handed(document, known_by, "", None, Reading([NOT_JSON]))
    return Handed(document, known_by, sha256, *read_act(document))


def stored_before(handed: Sequence[Handed]) -> dict[str, tuple[str, UUID | None]]:
    ids = {one.id for one in handed if one.id}
    found = Submission.objects.filter(client_id__in=ids, verdict=Verdict.STORED)
    return {client_id: (sha256, act) for client_id, sha256, act in found.values_list("client_id", "sha256", "act")}


def is_kept(submission: Submission) -> bool:
    """A door that tries again and again fills no shelves."""
    same = Submission.objects.quarantined().filter(client_id=submission.client_id, sha256=submission.sha256)
    return same.filter(verdict=submission.verdict, account=submission.account).exists()
