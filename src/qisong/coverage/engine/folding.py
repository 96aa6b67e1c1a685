"""``fold(columns, as_of, tree)``: what a county's facts amount to on a day, as bit-planes.

Everything is worked out per person first, as bool[P], and packed at the end: one bit a person, the people of a unit
side by side, the units in pre-order. Nothing here is remembered: the same columns give the same planes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from qisong.coverage.engine.columns import DECLINED, HAS, LATER, NONE, OWED, Columns, Ints, Mask, Receipts, Spans
from qisong.coverage.engine.filling import Vessel, doses, pour
from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.planes import Words, pack


class Whom(StrEnum):
    MEMBER = "member"
    UNIT = "unit"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is owed something. ``units``: ids of the units in question that day; what is empty excludes nobody."""

    whom: Whom
    units: Ints
    roles: tuple[int, ...] = ()
    circumstances: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """An item owed in a round that is open that day.

    ``starts``: the first days of all rounds of the item begun by then, of which this is the one of that ``number``;
    ``rounds``: their ids; ``bound_on``: the round is over and binds whoever belonged that day; ``apart``: days between
    two doses, None where copies are counted.
    """

    item: int
    programme: int
    circle: Circle
    number: int
    starts: tuple[int, ...]
    rounds: tuple[int, ...]
    quantity: int = 1
    bound_on: int | None = None
    apart: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """The tree of the day, and the one by which people are shown; arrays are indexed by the id of a unit.

    ``home``: the unit that answers that day for the people of a unit, itself while it stands, ``NONE`` if nobody does;
    ``rank``: the number of the unit under which its people are shown, in pre-order; ``ends``: int32[U], for each number
    the one after the last beneath it. ``elsewhere``: people who are shown under another number than their unit's.
    ``standing``: day → mask by unit, for each day on which a round that binds still was open.
    """

    home: Ints
    rank: Ints
    ends: Ints
    elsewhere: Mapping[int, int]
    standing: Mapping[int, Mask]


@dataclass(frozen=True, slots=True)
class Line:
    """Planes of one duty. ``owed`` and ``exempt`` share nobody; ``lacking`` ⊆ ``owed`` has not got it, of whom
    ``later`` and ``declined`` said so."""

    owed: Words
    exempt: Words
    lacking: Words
    later: Words
    declined: Words

    @property
    def open(self) -> Words:
        """Who lacks it and has said nothing."""
        return self.lacking & ~(self.later | self.declined)


@dataclass(frozen=True, slots=True)
class Planes:
    """A county on a day. ``who``: int32[N], who stands at each position; ``unit``: int32[N], the own unit that day;
    ``since``: int32[N], the day from which a member has belonged to it, ``NONE`` for a unit; ``head``: int32[P], of
    those who live in the household of another. ``people``: all but those who are units. One line a duty, one plane a
    circumstance."""

    layout: Layout
    who: Ints
    unit: Ints
    since: Ints
    head: Ints
    people: Words
    lines: tuple[Line, ...]
    circumstances: dict[int, Words]


def fold(
    columns: Columns,
    as_of: int,
    tree: Ground,
    duties: Sequence[Duty],
    *,
    exempting: Iterable[int] = (),
    channel: int | None = None,
) -> Planes:
    """The planes of ``as_of``: a line for each of ``duties``; received by ``channel`` alone, if one is named.

    ``exempting``: circumstances that exempt from everything.
    """
    day = Day(columns, as_of, tree, channel)
    order = day.order()
    lines = day.lines(duties, exempting)
    return Planes(
        layout=day.layout(order),
        who=order,
        unit=day.home[order],
        since=day.since[order],
        head=day.head,
        people=pack(columns.unit[order] == NONE),
        lines=tuple(Line(*(pack(mask[order]) for mask in line)) for line in lines),
        circumstances={kind: pack(mask[order]) for kind, mask in day.circumstances.items()},
    )


Masks = tuple[Mask, Mask, Mask, Mask, Mask]


class Day:
    """The facts of one day, person by person."""

    def __init__(self, columns: Columns, as_of: int, tree: Ground, channel: int | None) -> None:
        self.columns, self.as_of, self.tree, self.channel = columns, as_of, tree, channel
        ties = columns.ties.on(as_of)
        self.enrolled = self.those(ties.who)
        self.since = self.each(NONE)
        self.since[ties.who] = ties.start
        self.home = self.each(NONE)
        self.home[ties.who] = tree.home[ties.what]
        units = np.flatnonzero(columns.unit != NONE)
        own = columns.unit[units]
        self.home[units] = np.where(tree.home[own] == own, own, NONE)
        self.head = self.heads()
        self.circumstances = self.kinds(columns.circumstances.on(as_of))
        self.posts = columns.posts.on(as_of)
        self.exemptions = columns.exemptions.on(as_of)
        self.circles: dict[int, Mask] = {}

    def each(self, value: int) -> Ints:
        return np.full(self.columns.people, value, np.int32)

    def nobody(self) -> Mask:
        return np.zeros(self.columns.people, bool)

    def those(self, who: Ints) -> Mask:
        found = self.nobody()
        found[who] = True
        return found

    def kinds(self, rows: Spans) -> dict[int, Mask]:
        return {int(kind): self.those(rows.who[rows.what == kind]) for kind in np.unique(rows.what)}

    def heads(self) -> Ints:
        """A household falls apart for the day on which one of the two is not on the roster."""
        rows = self.columns.households.on(self.as_of)
        rows = rows.where(self.enrolled[rows.who] & self.enrolled[rows.what])
        head = self.each(NONE)
        head[rows.who] = rows.what
        return head

    def order(self) -> Ints:
        """Who stands at each position: by unit, the unit itself before its members."""
        who = np.flatnonzero(self.home != NONE).astype(np.int32)
        key = self.rank(who) * 2 + (self.columns.unit[who] == NONE)
        return who[np.argsort(key, kind="stable")]

    def rank(self, who: Ints) -> Ints:
        rank = self.tree.rank[self.home]
        for one, place in self.tree.elsewhere.items():
            rank[one] = place
        return rank[who]

    def layout(self, order: Ints) -> Layout:
        own = np.bincount(self.rank(order), minlength=len(self.tree.ends))
        return Layout(np.concatenate(([0], np.cumsum(own))), self.tree.ends)

    def lines(self, duties: Sequence[Duty], exempting: Iterable[int]) -> list[Masks]:
        """``owed``, ``exempt``, ``lacking``, ``later``, ``declined`` of each duty."""
        spared = self.union(self.circumstances, exempting)
        claims = [self.claim(duty, spared) for duty in duties]
        said = [self.said(duty) for duty in duties]
        full = self.filled(duties, [owed for owed, _ in claims], said)
        return [self.line(*claim, received, told) for claim, received, told in zip(claims, full, said, strict=True)]

    def line(self, owed: Mask, exempt: Mask, received: Mask, said: Ints) -> Masks:
        lacking = owed & ~received
        later, declined = lacking & (said == LATER), lacking & (said == DECLINED)
        # What a person has already did not come by any channel.
        if self.channel is None:
            lacking &= said != HAS
        return owed, exempt, lacking, later, declined

    def claim(self, duty: Duty, spared: Mask) -> tuple[Mask, Mask]:
        """Who is owed it, and who would be but is exempt."""
        circle = self.circle(duty.circle)
        if duty.bound_on is not None:
            circle = circle & self.belonged(duty.bound_on)
        exempt = circle & (spared | self.decided(duty))
        return circle & ~exempt, exempt

    def circle(self, circle: Circle) -> Mask:
        if id(circle) not in self.circles:
            self.circles[id(circle)] = self.meet(circle)
        return self.circles[id(circle)]

    def meet(self, circle: Circle) -> Mask:
        """Whoever meets every condition."""
        among = np.zeros(len(self.tree.home) + 1, bool)  # the last place is that of ``NONE``
        among[circle.units] = True
        found: Mask = among[self.home] & ((self.columns.unit != NONE) == (circle.whom is Whom.UNIT))
        if circle.roles:
            found &= self.holders(circle.roles)
        if circle.circumstances:
            found &= self.union(self.circumstances, circle.circumstances)
        if circle.categories:
            found &= np.isin(self.columns.category, circle.categories)
        if circle.whom is Whom.HOUSEHOLD:
            found &= self.head == NONE
        return found

    def holders(self, roles: Sequence[int]) -> Mask:
        """Whoever holds a post of such a role in the own unit."""
        posts = self.posts
        return self.those(posts.who[np.isin(posts.what, roles) & (self.home[posts.who] == posts.unit)])

    def union(self, groups: Mapping[int, Mask], chosen: Iterable[int]) -> Mask:
        found = self.nobody()
        for one in chosen:
            if one in groups:
                found |= groups[one]
        return found

    def belonged(self, day: int) -> Mask:
        """Who belonged to the county on the last day of a round; who came later owes nothing to it."""
        found = self.those(self.columns.ties.on(day).who)
        units = self.columns.unit != NONE
        found[units] = self.tree.standing[day][self.columns.unit[units]]
        return found

    def decided(self, duty: Duty) -> Mask:
        rows = self.exemptions
        whole = (rows.what == NONE) & (rows.programme == duty.programme)
        return self.those(rows.who[(rows.what == duty.item) | whole])

    def said(self, duty: Duty) -> Ints:
        """The latest answer of each, in the round of the duty or a later one of the item."""
        rows = self.columns.answers.of_item(duty.item)
        rows = rows.where((rows.on <= self.as_of) & np.isin(rows.round, duty.rounds[duty.number :]))
        said = self.each(OWED)
        said[rows.who] = np.where(rows.until <= self.as_of, OWED, rows.kind)
        return said

    def filled(self, duties: Sequence[Duty], owed: Sequence[Mask], said: Sequence[Ints]) -> list[Mask]:
        """For each duty, who received enough. The lines of one item share its copies; households have theirs apart."""
        found = [self.nobody() for _ in duties]
        sharing: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for place, duty in enumerate(duties):
            if duty.apart is None:
                sharing[duty.item, duty.circle.whom is Whom.HOUSEHOLD].append(place)
            else:
                found[place] = self.dosed(duty, duty.apart)
        for places in sharing.values():
            vessels = [self.vessel(duties[place], owed[place], said[place]) for place in places]
            first = duties[places[0]]
            for place, full in zip(places, pour(vessels, self.received(first), first.starts), strict=True):
                found[place] = full
        return found

    def dosed(self, duty: Duty, apart: int) -> Mask:
        start = duty.starts[duty.number]
        return doses(self.received(duty), self.columns.people, start=start, quantity=duty.quantity, apart=apart)

    def vessel(self, duty: Duty, owed: Mask, said: Ints) -> Vessel:
        return Vessel(duty.number, duty.quantity, owed, (said == HAS) | (said == DECLINED))

    def received(self, duty: Duty) -> Receipts:
        """What may count for a duty; of those who live together under the name of their head."""
        rows = self.columns.receipts.of_item(duty.item)
        chosen = rows.on <= self.as_of
        if self.channel is not None:
            chosen &= rows.channel == self.channel
        if not chosen.all():
            rows = rows.where(chosen)
        if duty.circle.whom is not Whom.HOUSEHOLD:
            return rows
        head = self.head[rows.who]
        return replace(rows, who=np.where(head == NONE, rows.who, head))
