"""The planes of the county, day by day: what every number and every name of coverage is taken from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from qisong.coverage import feed
from qisong.coverage.asking import Question
from qisong.coverage.engine.columns import NONE
from qisong.coverage.engine.folding import Line, Planes, fold
from qisong.coverage.engine.planes import Words
from qisong.coverage.feed import County
from qisong.coverage.ground import Claim, duties_of, exempting, ground_of
from qisong.coverage.keys import Key, key_of
from qisong.coverage.placing import Placing, place_units
from qisong.roster.terms import OUT_OF_CONTACT

KEPT = 128  # days, views and channels; one takes some 300 kilobytes for 13,000 people
TRIES = 5

_kept: OrderedDict[tuple[Hashable, ...], Index] = OrderedDict()
_lock = Lock()


def forget() -> None:
    """Fold everything anew; nothing needs it to be right."""
    _kept.clear()
    feed.forget()


@dataclass(frozen=True)
class Standing:
    """Planes of one or several lines together: owed any; exempt: owed none and exempt from one; missing: lacks any.

    ``open`` lacks something about which nothing was said; ``later`` lacks only what was put off or declined.
    """

    owed: Words
    exempt: Words
    missing: Words
    open: Words
    later: Words
    declined: Words


@dataclass(frozen=True)
class Index:
    """The planes of one day, one tree and perhaps one channel; one claim a line."""

    county: County
    placing: Placing
    claims: Sequence[Claim]
    planes: Planes

    @cached_property
    def rank(self) -> dict[int, int]:
        """Unit → its number in the tree shown."""
        return {unit: number for number, unit in enumerate(self.placing.shown.order)}

    def span(self, unit: int) -> tuple[int, int]:
        """The positions of a unit and of everybody beneath it."""
        return self.planes.layout.span(self.rank[unit])

    def own(self, unit: int) -> tuple[int, int]:
        """The positions of a unit and of its own people."""
        return self.planes.layout.own(self.rank[unit])

    def key(self, position: int) -> Key:
        key: Key = self.county.register.numbers.things[self.planes.who[position]]
        return key

    def places(self, members: Iterable[UUID]) -> dict[UUID, int]:
        """The positions of those of ``members`` who belong to the county that day."""
        numbers = {self.county.register.numbers.get(key_of(member), NONE): member for member in members}
        where = np.flatnonzero(np.isin(self.planes.who, list(numbers)))
        return {numbers[int(self.planes.who[place])]: place for place in where.tolist()}

    @property
    def kinds(self) -> list[str]:
        """The circumstances that anybody is in."""
        return [self.county.register.codes.things[code] for code in self.planes.circumstances]

    def circumstance(self, kind: str) -> Words:
        code = self.county.register.codes.get(kind, NONE)
        return self.planes.circumstances.get(code, np.zeros_like(self.planes.people))


@dataclass(frozen=True)
class View:
    """What a question asks of an index: some of its lines, and perhaps only people whom a circumstance concerns."""

    index: Index
    lines: Sequence[tuple[Claim, Line]]

    def of_item(self, item: Any) -> Sequence[Line]:
        return [line for claim, line in self.lines if claim.item == item]

    @property
    def out_of_contact(self) -> Words:
        return self.index.circumstance(OUT_OF_CONTACT)


def view_of(question: Question, in_round: str | None = None) -> View:
    """The lines of the items asked about, in their order, of each item the oldest round first."""
    index = index_of(question)
    found = [
        (claim, line)
        for item in question.items
        for claim, line in zip(index.claims, index.planes.lines, strict=True)
        if claim.item == item and in_round in {None, "", claim.round.code}
    ]
    if question.circumstance:
        concerned = index.circumstance(question.circumstance)
        found = [(claim, among(line, concerned)) for claim, line in found]
    return View(index, found)


def among(line: Line, people: Words) -> Line:
    """No circumstance is a unit's own, so a question about one is never about units."""
    return Line(*(getattr(line, name) & people for name in Line.__slots__))


def index_of(question: Question) -> Index:
    """The index of a question's day, tree and channel, as the journal stands now."""
    county = feed.county()
    # Where the people of a past day are shown now may change with the day, and with nothing else but the facts.
    key = (question.as_of, question.tree, timezone.localdate(), question.channel)
    with _lock:
        known = _kept.pop(key, None)
        # Most rows of the journal have nothing to do with coverage.
        if known is None or known.county.columns is not county.columns:
            known = folded(county, question, alike(key, county))
        _kept[key] = known
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return known


def alike(key: tuple[Hashable, ...], county: County) -> Index | None:
    """An index of the same facts, day and tree by another channel, whose people stand where they will stand here."""
    *same, _channel = key
    return next(
        (one for other, one in _kept.items() if [*other[:-1]] == same and one.county.columns is county.columns), None
    )


def folded(county: County, question: Question, other: Index | None) -> Index:
    county, placing = (other.county, other.placing) if other else placed(county, question)
    claims, duties = duties_of(county, placing.then)
    planes = fold(
        county.columns,
        question.as_of.toordinal(),
        ground_of(county, placing, duties),
        duties,
        exempting=exempting(county.register),
        channel=county.register.codes[question.channel] if question.channel else None,
    )
    return Index(county, placing, claims, planes)


def placed(county: County, question: Question) -> tuple[County, Placing]:
    """The tree is read apart from the facts; if something was recorded meanwhile, the two may not belong together."""
    for _ in range(TRIES):
        placing = place_units(question.as_of, question.tree)
        if (county.epoch, county.seq) == feed.position():
            break
        county = feed.county()
    return county, placing


def combine(lines: Sequence[Line]) -> Standing:
    """What some lines, at least one, say together."""
    owed, missing = union(line.owed for line in lines), union(line.lacking for line in lines)
    open_ = union(line.open for line in lines)
    later = union(line.later for line in lines) & ~open_
    exempt = union(line.exempt for line in lines) & ~owed
    return Standing(owed, exempt, missing, open_, later, missing & ~(open_ | later))


def union(planes: Iterable[Words]) -> Words:
    return reduce(or_, planes)
