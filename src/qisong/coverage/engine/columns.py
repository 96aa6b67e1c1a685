"""The facts of a county as columns: one row a fact, one number a person.

Persons are numbered 0 … P-1 (``who``): members, and units where a unit itself is a recipient. Units, items, rounds and
programmes go by the ids of their rows; kinds, channels, roles and categories by small numbers that the caller gives.
Days are numbered as ``date.toordinal`` does; spans are half-open, and one without end stops at ``FOREVER``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]

FOREVER = int(np.iinfo(np.int32).max)
NONE = -1


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of one length; ``who``: whom each row concerns."""

    who: Ints

    @classmethod
    def of(cls, columns: Iterable[Iterable[int]], size: int) -> Self:
        """``columns``: as many as there are fields, each of ``size`` numbers."""
        return cls(*(np.fromiter(column, np.int32, size) for column in columns))

    @classmethod
    def empty(cls) -> Self:
        return cls(*(np.empty(0, np.int32) for _ in fields(cls)))

    def __len__(self) -> int:
        return len(self.who)

    def where(self, chosen: Mask | NDArray[np.intp] | slice) -> Self:
        return type(self)(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def renewed(self, touched: Mask, fresh: Self) -> Self:
        """The rows of whoever is not ``touched`` (bool[P]), then ``fresh``."""
        return self.where(~touched[self.who]).beside(fresh)

    def beside(self, other: Self) -> Self:
        """Both their rows."""
        if not len(other):
            return self
        pairs = ((getattr(self, one.name), getattr(other, one.name)) for one in fields(self))
        return type(self)(*map(np.concatenate, pairs))


@dataclass(frozen=True, slots=True)
class Spans(Table):
    """``what`` holds of ``who`` from ``start`` until before ``stop``: the unit belonged to, a kind of circumstance, the
    head of the household."""

    what: Ints
    start: Ints
    stop: Ints

    def on(self, day: int) -> Self:
        return self.where((self.start <= day) & (day < self.stop))


@dataclass(frozen=True, slots=True)
class Posts(Spans):
    """``what``: the role."""

    unit: Ints


@dataclass(frozen=True, slots=True)
class Exemptions(Spans):
    """``what``: the item, or ``NONE`` for all of the ``programme``."""

    programme: Ints


@dataclass(frozen=True, slots=True)
class OfItems(Table):
    """Rows about items, all of one item together."""

    item: Ints

    def by_item(self) -> Self:
        return self.where(np.argsort(self.item.astype(np.int16), kind="stable"))

    def of_item(self, item: int) -> Self:
        # Of another type the column would be copied whole.
        start, stop = np.searchsorted(self.item, np.array((item, item + 1), np.int32))
        return self.where(slice(start, stop))


@dataclass(frozen=True, slots=True)
class Receipts(OfItems):
    """Rows that stand, nothing that was reversed."""

    channel: Ints
    on: Ints
    copies: Ints


@dataclass(frozen=True, slots=True)
class Answers(OfItems):
    """Rows that stand; those of one person in the order in which they hold: a later one on top of an earlier.

    ``kind``: ``HAS`` … ``OWED``; ``until``: the day from which it says nothing any more.
    """

    round: Ints
    kind: Ints
    on: Ints
    until: Ints


OWED, HAS, LATER, DECLINED = range(4)


@dataclass(frozen=True, slots=True)
class Columns:
    """All facts of a county. ``unit``: int32[P], the unit that a person is, ``NONE`` for a member; ``category``:
    int32[P]; ``ties``: where members formally belong; ``households``: of those who are not heads themselves, the last
    row of a day holds."""

    unit: Ints
    category: Ints
    ties: Spans
    circumstances: Spans
    households: Spans
    posts: Posts
    exemptions: Exemptions
    receipts: Receipts
    answers: Answers

    @property
    def people(self) -> int:
        return len(self.unit)

    def renewed(self, touched: Iterable[int], fresh: Columns) -> Columns:
        """``fresh`` holds all persons, and of the ``touched`` ones all rows."""
        here = np.zeros(fresh.people, bool)
        here[list(touched)] = True
        return Columns(
            fresh.unit, fresh.category, *(getattr(self, name).renewed(here, getattr(fresh, name)) for name in TABLES)
        ).tidy()

    def tidy(self) -> Columns:
        """Rows about items in the order of the items."""
        return replace(self, receipts=self.receipts.by_item(), answers=self.answers.by_item())


TABLES = ("ties", "circumstances", "households", "posts", "exemptions", "receipts", "answers")
