"""The act document: what any door hands in about one act. ``docs/acts.md`` describes it to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from qisong.ledger.shapes import (
    Code,
    Reading,
    Ref,
    Shape,
    client_id,
    clock,
    each,
    identifier,
    iso_day,
    named_code,
    needed,
    number,
    one_of,
    own_name,
    prose,
    record,
    someone,
    unit_code,
    word,
)
from qisong.ledger.terms import AnswerKind, Direction, Source, Task
from qisong.words.text import Refusal, refuse

MOST_COPIES = 1_000_000


@dataclass(frozen=True, slots=True)
class PartDraft:
    at: str
    kind: Annotated[Code, named_code]
    meeting: Annotated[Code | None, named_code] = None
    subject: Annotated[str, word(200)] = ""


@dataclass(frozen=True, slots=True)
class ParticipantDraft:
    at: str
    task: Annotated[Task, one_of(Task)]
    person: Annotated[Ref | None, someone] = None
    name: Annotated[str, own_name] = ""


@dataclass(frozen=True, slots=True)
class AbsenceDraft:
    at: str
    member: Annotated[Ref, someone]
    reason: Annotated[Code | None, named_code] = None


@dataclass(frozen=True, slots=True)
class GuestsDraft:
    at: str
    count: Annotated[int, number(1, 100_000)]
    whence: Annotated[str, word(120)] = ""


@dataclass(frozen=True, slots=True)
class GiverDraft:
    at: str
    unit: Annotated[Code | None, unit_code] = None
    person: Annotated[Ref | None, someone] = None


@dataclass(frozen=True, slots=True)
class UnitsDraft:
    at: str
    units: Annotated[tuple[Code, ...], each(unit_code, least=1)]


@dataclass(frozen=True, slots=True)
class Recipients:
    """Everyone present, or the members or units named."""

    present: bool = False
    members: tuple[Ref, ...] = ()
    units: tuple[Code, ...] = ()


def handed_to(reading: Reading, value: Any, place: str) -> Recipients:
    if value == "present":
        return Recipients(present=True)
    if isinstance(value, dict):
        return Recipients(units=record(UnitsDraft)(reading, value, place).units)
    if value and isinstance(value, list):
        return Recipients(members=each(someone)(reading, value, place))
    raise refuse(
        "wrong-recipients",
        '应填 "present"（在场的人）、人员列表，或 {{"units": […]}}。',
        'Write "present", a list of people, or {{"units": […]}}.',
    )


def handed_by(reading: Reading, value: Any, place: str) -> GiverDraft:
    found = record(GiverDraft)(reading, value, place)
    if (value.get("unit") is None) == (value.get("person") is None):
        raise refuse(
            "one-giver",
            "发放者只能填一个：unit（组织）或 person（人）。",
            "Name exactly one giver: a unit or a person.",
        )
    return found


@dataclass(frozen=True, slots=True)
class ReceivedDraft:
    at: str
    item: Annotated[Code, named_code]
    to: Annotated[Recipients, handed_to]
    title: Annotated[Code | None, named_code] = None
    copies: Annotated[int, number(1, MOST_COPIES)] = 1
    channel: Annotated[Code | None, named_code] = None
    giver: Annotated[GiverDraft | None, handed_by] = None
    source: Annotated[Source | None, one_of(Source)] = None
    holder: Annotated[Code | None, unit_code] = None


@dataclass(frozen=True, slots=True)
class CustodyDraft:
    at: str
    item: Annotated[Code, named_code]
    copies: Annotated[int, number(1, MOST_COPIES)]
    title: Annotated[Code | None, named_code] = None
    unit: Annotated[Code | None, unit_code] = None
    direction: Annotated[Direction, one_of(Direction)] = Direction.TAKEN
    giver: Annotated[GiverDraft | None, handed_by] = None


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    at: str
    member: Annotated[Ref, someone]
    item: Annotated[Code, named_code]
    answer: Annotated[AnswerKind, one_of(AnswerKind)]
    until: Annotated[date | None, iso_day] = None


@dataclass(frozen=True, slots=True)
class MinutesDraft:
    at: str
    agenda: Annotated[str, prose(5000)] = ""
    decisions: Annotated[str, prose(5000)] = ""
    starts: Annotated[str, clock] = ""
    ends: Annotated[str, clock] = ""

    def as_json(self) -> dict[str, str]:
        return {"agenda": self.agenda, "decisions": self.decisions, "starts": self.starts, "ends": self.ends}


@dataclass(frozen=True, slots=True)
class CorrectionDraft:
    at: str
    act: Annotated[UUID, identifier]
    reason: Annotated[str, word(300, least=1)]


@dataclass(frozen=True, slots=True)
class ActDraft:
    at: str
    id: Annotated[str, client_id]
    on: Annotated[date, iso_day]
    unit: Annotated[Code, unit_code]
    units: Annotated[tuple[Code, ...], each(unit_code)] = ()
    place: Annotated[str, word(100)] = ""
    subject: Annotated[str, word(200)] = ""
    programmes: Annotated[tuple[Code, ...], each(named_code)] = ()
    parts: Annotated[tuple[PartDraft, ...], each(record(PartDraft))] = ()
    channel: Annotated[Code | None, named_code] = None
    participants: Annotated[tuple[ParticipantDraft, ...], each(record(ParticipantDraft))] = ()
    present: Annotated[tuple[Ref, ...], each(someone)] = ()
    absent: Annotated[tuple[AbsenceDraft, ...], each(record(AbsenceDraft))] = ()
    guests: Annotated[tuple[GuestsDraft, ...], each(record(GuestsDraft))] = ()
    received: Annotated[tuple[ReceivedDraft, ...], each(record(ReceivedDraft))] = ()
    custody: Annotated[tuple[CustodyDraft, ...], each(record(CustodyDraft))] = ()
    answers: Annotated[tuple[AnswerDraft, ...], each(record(AnswerDraft))] = ()
    minutes: Annotated[MinutesDraft | None, record(MinutesDraft)] = None
    corrects: Annotated[CorrectionDraft | None, record(CorrectionDraft)] = None

    @property
    def items_handed(self) -> list[Code]:
        return [line.item for line in self.received] + [line.item for line in self.custody]


read_draft: Shape[ActDraft] = record(ActDraft)


def read_act(document: Any) -> tuple[ActDraft | None, Reading]:
    """The document as a draft (None if it lacks what every act must say) and all that its reading found."""
    reading = Reading()
    try:
        needed(dict, document)
        return read_draft(reading, document, ""), reading
    except Refusal as refusal:
        reading.note("", refusal)
        return None, reading
