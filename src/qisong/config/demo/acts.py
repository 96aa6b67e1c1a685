"""An act of the demo before it is recorded: people by number, turned into the ledger's document at last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Refs = Mapping[int, str]  # from the number of a person to the id that the roster gave
Giver = int | str  # the number of a person or the code of a unit


@dataclass(slots=True)
class Handed:
    """Copies of an item that reached people (or, as codes, units)."""

    item: str
    to: list[int] | list[str]
    channel: str
    giver: Giver
    holder: str = ""  # whose custody the copies left; empty: directly from the giver
    title: str | None = None
    copies: int = 1

    def document(self, refs: Refs) -> dict[str, Any]:
        people = [refs[one] for one in self.to if isinstance(one, int)]
        return {
            "item": self.item,
            "title": self.title,
            "copies": self.copies,
            "to": people or {"units": self.to},
            "channel": self.channel,
            "giver": giver(self.giver, refs),
            "source": "custody" if self.holder else "giver",
            "holder": self.holder or None,
        }


@dataclass(slots=True)
class Taken:
    """Copies that a branch took for its members, or gave back."""

    item: str
    copies: int
    unit: str
    giver: Giver
    title: str | None = None
    returned: bool = False

    def document(self, refs: Refs) -> dict[str, Any]:
        return {
            "item": self.item,
            "title": self.title,
            "copies": self.copies,
            "unit": self.unit,
            "direction": "returned" if self.returned else "taken",
            "giver": giver(self.giver, refs),
        }


@dataclass(slots=True)
class Said:
    member: int
    item: str
    answer: str
    until: date | None = None

    def document(self, refs: Refs) -> dict[str, Any]:
        until = self.until.isoformat() if self.until else None
        return {"member": refs[self.member], "item": self.item, "answer": self.answer, "until": until}


@dataclass(slots=True)
class Act:
    on: date
    unit: str
    units: list[str]
    parts: list[dict[str, str]]
    subject: str = ""
    place: str = ""
    channel: str | None = None
    led: int | None = None
    chair: int | None = None
    recorder: int | None = None
    present: list[int] = field(default_factory=list)
    absent: list[tuple[int, str]] = field(default_factory=list)
    guests: list[tuple[str, int]] = field(default_factory=list)
    received: list[Handed] = field(default_factory=list)
    custody: list[Taken] = field(default_factory=list)
    answers: list[Said] = field(default_factory=list)
    minutes: dict[str, str] | None = None
    key: str = ""

    def has(self, kind: str, meeting: str = "") -> bool:
        return any(part["kind"] == kind and meeting in {"", part.get("meeting")} for part in self.parts)

    def document(self, refs: Refs) -> dict[str, Any]:
        """What the ledger's doors take; empty entries are left out."""
        tasks = {"led": self.led, "chair": self.chair, "recorder": self.recorder}
        entries: dict[str, Any] = {
            "id": self.key,
            "on": self.on.isoformat(),
            "unit": self.unit,
            "units": self.units,
            "place": self.place,
            "subject": self.subject,
            "parts": self.parts,
            "channel": self.channel,
            "participants": [{"task": task, "person": refs[one]} for task, one in tasks.items() if one is not None],
            "present": [refs[one] for one in self.present],
            "absent": [{"member": refs[one], "reason": reason} for one, reason in self.absent],
            "guests": [{"whence": whence, "count": count} for whence, count in self.guests],
            "received": [one.document(refs) for one in self.received],
            "custody": [one.document(refs) for one in self.custody],
            "answers": [one.document(refs) for one in self.answers],
            "minutes": self.minutes,
        }
        return {key: value for key, value in entries.items() if value}


def giver(one: Giver, refs: Refs) -> dict[str, str]:
    return {"unit": one} if isinstance(one, str) else {"person": refs[one]}


def part(kind: str, meeting: str = "", subject: str = "") -> dict[str, str]:
    entries = {"kind": kind, "meeting": meeting, "subject": subject}
    return {key: value for key, value in entries.items() if value}
