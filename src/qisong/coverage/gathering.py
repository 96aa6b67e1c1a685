"""Rows of the database as columns of numbers, of everybody or of some."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from qisong.coverage.engine.columns import (
    DECLINED,
    FOREVER,
    HAS,
    LATER,
    NONE,
    OWED,
    Answers,
    Columns,
    Exemptions,
    Posts,
    Receipts,
    Spans,
    Table,
)
from qisong.coverage.keys import Key, day_of, key_of, stored
from qisong.ledger.models import Answer, Exemption, Receipt
from qisong.ledger.terms import AnswerKind
from qisong.org.models import Post, Unit
from qisong.roster.models import Affiliation, Circumstance, Household, Member
from qisong.roster.terms import Bond

ANSWERS = {AnswerKind.OWED: OWED, AnswerKind.HAS: HAS, AnswerKind.LATER: LATER, AnswerKind.DECLINED: DECLINED}
T = TypeVar("T", bound=Table)
Reading = Callable[[Any], int]


class Numbers(dict[Any, int]):
    """A number for each thing, in the order in which they are met; ``things``: the way back."""

    def __init__(self) -> None:
        self.things: list[Any] = []

    def __missing__(self, thing: Any) -> int:
        self[thing] = number = len(self)
        self.things.append(thing)
        return number


class Days(dict[Any, int]):
    """The number of each day that the database hands over; no day is ``FOREVER``."""

    def __missing__(self, day: str | date | None) -> int:
        self[day] = number = FOREVER if day is None else day_of(day).toordinal()
        return number


@dataclass(frozen=True)
class Touched:
    """Only these members, and of units as recipients only these."""

    members: frozenset[UUID]
    units: frozenset[int]

    @property
    def nobody(self) -> bool:
        return not self.members and not self.units


@dataclass
class Register:
    """Which number everything bears. It only grows, so older columns stay true beside newer ones.

    ``numbers``: of members and units, by key; ``codes``: of kinds, channels, roles and categories; ``names`` and
    ``categories``: of members, by number.
    """

    numbers: Numbers = field(default_factory=Numbers)
    codes: Numbers = field(default_factory=Numbers)
    days: Days = field(default_factory=Days)
    names: dict[int, str] = field(default_factory=dict)
    categories: dict[int, int] = field(default_factory=dict)

    def concerned(self, touched: Touched) -> list[int]:
        keys: list[Key] = [*map(key_of, touched.members), *touched.units]
        return [self.numbers[key] for key in keys if key in self.numbers]


def gather(register: Register, touched: Touched | None = None) -> Columns:
    """All facts of everybody, or of those ``touched``; persons not met before get their numbers."""
    return Gathering(register, touched).columns()


class Gathering:
    """One statement for each kind of row."""

    def __init__(self, register: Register, touched: Touched | None) -> None:
        self.register, self.touched = register, touched
        self.who: Reading = register.numbers.__getitem__
        self.code: Reading = register.codes.__getitem__
        self.day: Reading = register.days.__getitem__

    def columns(self) -> Columns:
        self.meet()
        tables = (
            self.spans(Affiliation.objects.filter(bond=Bond.FORMAL), "member_id", ("unit_id", int)),
            self.spans(Circumstance.objects.all(), "member_id", ("kind", self.code)),
            self.spans(Household.objects.order_by("pk"), "member_id", ("head_id", self.who)),
            self.posts(),
            self.exemptions(),
            self.receipts(),
            self.answers(),
        )
        size = len(self.register.numbers)
        unit = np.full(size, NONE, np.int32)
        category = np.full(size, NONE, np.int32)
        unit[list(self.units)] = list(self.units.values())
        category[list(self.register.categories)] = list(self.register.categories.values())
        return Columns(unit, category, *tables).tidy()

    def meet(self) -> None:
        """Everybody's number, name and category."""
        members = self.of_members(Member.objects.all(), "pk").values_list("pk", "person__name", "category")
        for key, name, category in stored(members):
            number = self.who(key)
            self.register.names[number] = name
            self.register.categories[number] = self.code(category)
        self.units = {self.who(unit): unit for (unit,) in stored(Unit.objects.values_list("pk"))}

    def of_members(self, rows: QuerySet[Any], member: str = "member_id") -> QuerySet[Any]:
        return rows if self.touched is None else rows.filter(**{f"{member}__in": self.touched.members})

    def of_units(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        own = rows.filter(unit__isnull=False)
        return own if self.touched is None else own.filter(unit__in=self.touched.units)

    def read(self, table: type[T], rows: QuerySet[Any], **columns: Reading) -> T:
        """``columns``: name of a column → how its value is read, in the order of the table's fields."""
        found = stored(rows.values_list(*columns))
        read = (map(how, column) for how, column in zip(columns.values(), zip(*found, strict=True), strict=True))
        return table.of(read, len(found)) if found else table.empty()

    def spans(self, rows: QuerySet[Any], who: str, what: tuple[str, Reading]) -> Spans:
        dated = {who: self.who, what[0]: what[1], "valid_from": self.day, "valid_to": self.day}
        return self.read(Spans, self.of_members(rows), **dated)

    def posts(self) -> Posts:
        rows = self.of_members(Post.objects.all(), "person_id")
        dated = {"valid_from": self.day, "valid_to": self.day}
        return self.read(Posts, rows, person_id=self.who, role=self.code, **dated, unit_id=int)

    def exemptions(self) -> Exemptions:
        return self.both(
            Exemptions, Exemption.objects.all(), item_id=id_of, valid_from=self.day, valid_to=self.day, programme_id=int
        )

    def receipts(self) -> Receipts:
        rows = Receipt.objects.live().filter(item__isnull=False)
        return self.both(Receipts, rows, item_id=int, channel=self.code, on=self.day, copies=int)

    def both(self, table: type[T], rows: QuerySet[Any], **columns: Reading) -> T:
        """Of members and of units."""
        of_members = self.read(table, self.of_members(rows.filter(member__isnull=False)), member_id=self.who, **columns)
        return of_members.beside(self.read(table, self.of_units(rows), unit_id=self.who, **columns))

    def answers(self) -> Answers:
        """An answer falls with its act."""
        rows = self.of_members(Answer.objects.live()).order_by("on", "pk")
        said: dict[str, Reading] = {"round_id": int, "kind": ANSWERS.__getitem__, "on": self.day, "until": self.day}
        return self.read(Answers, rows, member_id=self.who, item_id=int, **said)


def id_of(number: int | None) -> int:
    return NONE if number is None else number
