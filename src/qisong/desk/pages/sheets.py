"""Papers: the record of a meeting, the attendance sheet, the hand-out register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from qisong.desk.pages.act import ActPage, reversed_for
from qisong.ledger.models import Receipt
from qisong.ledger.terms import Task
from qisong.org.models import Unit

WALK_INS = 5  # blank rows at the end for people nobody expected


@dataclass(frozen=True)
class AttendanceSheet:
    """Names to sign beside; blank rows for whoever else comes."""

    unit: Unit
    on: date
    place: str
    subject: str
    names: list[str]
    absent: list[str] = field(default_factory=list)
    due: int = 0
    blanks: range = range(WALK_INS)


@dataclass(frozen=True)
class RegisterLine:
    who: str
    item: str
    title: str
    copies: int
    measure: str
    channel: str


@dataclass(frozen=True)
class Register:
    unit: Unit
    on: date
    lines: list[RegisterLine]
    blanks: range = range(WALK_INS)


@dataclass(frozen=True)
class Minutes:
    """A meeting's record as the paper form has it."""

    act: ActPage
    chair: str
    recorder: str
    present: list[str]


def attendance(page: ActPage) -> AttendanceSheet:
    names = [one.member.person.name for one in page.present if one.member]
    act = page.act
    return AttendanceSheet(act.unit, act.on, act.place, act.subject, names, page.absent, page.due)


def register(page: ActPage) -> Register:
    rows = [one for one in page.receipts if one.item and not one.item.by_presence and not reversed_for(one)]
    return Register(page.act.unit, page.act.on, [register_line(one, page.channel_of(one)) for one in rows])


def register_line(one: Receipt, channel: str) -> RegisterLine:
    assert one.item is not None
    who = one.member.person.name if one.member else str(one.unit)
    return RegisterLine(who, str(one.item), str(one.title or ""), one.copies, one.item.measure, channel)


def minutes(page: ActPage) -> Minutes:
    names = [one.member.person.name for one in page.present if one.member]
    return Minutes(page, "、".join(page.people[Task.CHAIR]), "、".join(page.people[Task.RECORDER]), names)


# Each paper of an act: its page, and what the page shows.
PRINTS: dict[str, tuple[str, Callable[[ActPage], object]]] = {
    "record": ("desk/acts/print_record.html", minutes),
    "attendance": ("desk/acts/print_attendance.html", attendance),
    "register": ("desk/acts/print_register.html", register),
}
