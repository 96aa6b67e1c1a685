"""An act taking shape: its rows so far, what they touch, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from qisong.ledger.directory import Directory
from qisong.ledger.documents import ActDraft
from qisong.ledger.models import Activity, Item, Programme, Receipt
from qisong.ledger.shapes import Code, Reading, Ref
from qisong.ledger.stock import Movement
from qisong.org.models import Account, Unit, new_id
from qisong.org.terms import Right
from qisong.words.text import Refusal, refuse

T = TypeVar("T")


@dataclass
class Composition:
    """One pass over a draft works on this. Every check notes its refusal at its place, and the pass goes on."""

    draft: ActDraft
    reading: Reading
    known: Directory
    by: Account | None
    activity: Activity = field(init=False)
    recorder: int | None = None  # the recording unit
    programmes: list[Programme] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)  # by the place that names them
    channel: str = ""
    leader: UUID | None = None
    present: dict[UUID, Receipt] = field(default_factory=dict)
    received: set[tuple[UUID | int, int, int | None]] = field(default_factory=set)  # recipient, item, title
    rows: list[models.Model] = field(default_factory=list)
    members: set[UUID] = field(default_factory=set)
    units: set[int] = field(default_factory=set)
    movements: list[Movement] = field(default_factory=list)

    def __post_init__(self) -> None:
        draft = self.draft
        self.recorder = self.tried(draft.unit.at, self.known.unit, draft.unit, draft.on)
        self.activity = Activity(
            id=new_id(),
            on=draft.on,
            place=draft.place,
            subject=draft.subject,
            minutes=draft.minutes.as_json() if draft.minutes else {},
            recorded_by=self.by,
        )
        if self.recorder:
            self.activity.unit_id = self.recorder
        self.add(self.activity)

    @property
    def on(self) -> date:
        return self.draft.on

    @property
    def unit(self) -> Unit:
        return self.known.units[self.draft.unit.code]

    def tried(self, place: str, look_up: Callable[..., T], *arguments: Any) -> T | None:
        """What a look-up finds; its refusal becomes a problem at ``place``."""
        try:
            return look_up(*arguments)
        except Refusal as refusal:
            self.reading.note(place, refusal)
            return None

    def wrong(self, place: str, code: str, zh: str, en: str) -> None:
        self.reading.note(place, refuse(code, zh, en))

    def add(self, *rows: models.Model) -> None:
        self.rows.extend(rows)

    def member(self, ref: Ref) -> UUID | None:
        member = self.tried(ref.at, self.known.member, ref, self.on)
        if member:
            self.members.add(member)
        return member

    def own_unit(self, named: Code) -> int:
        """A unit whose stock and receipts the recorder may move."""
        unit = self.known.unit(named, self.on)
        if unit != self.recorder and not self.known.scope.allows(Right.RECORD, unit):
            raise not_allowed(named)
        self.units.add(unit)
        return unit

    def holds(self, item: Item) -> bool:
        """Whether the recording unit has copies for its members that day."""
        return self.recorder is not None and self.known.on_hand(self.recorder, item, self.on) > 0

    def receipt(self, *, member: UUID | None, item: Item | None = None, follows: UUID | None = None) -> Receipt:
        """A receipt of one copy, or a presence if no item is named."""
        return Receipt(
            id=new_id(),
            activity_id=self.activity.pk,
            on=self.on,
            member_id=member,
            item_id=item.pk if item else None,
            channel=self.channel,
            follows_id=follows,
        )

    def move(self, movement: Movement) -> None:
        """Let the lines and acts that follow see what this one does to the stock."""
        self.known.moved.move(movement)
        self.movements.append(movement)

    def discard(self) -> None:
        """The act will not be written: what follows must not see its movements."""
        for unit, item, on, copies in self.movements:
            self.known.moved.move((unit, item, on, -copies))


def not_allowed(named: Code) -> Refusal:
    return refuse(
        "not-allowed",
        "您不能为组织“{name}”记录，请核对组织代码或请上级记录。",
        "You may not record for unit {name}; check its code or ask the level above.",
        name=named.code,
    )
