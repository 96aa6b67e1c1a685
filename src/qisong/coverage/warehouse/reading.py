"""The rows of a county for a warehouse, out of its columns.

What is a plain sum of copies is left to whoever counts the warehouse. What is subtler (lines that share copies or that
a later round follows, doses with days between them, what is owed to a household) the county settles itself: ``filled``
names the channels by which each line was filled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from qisong.coverage.engine.columns import DECLINED, HAS, LATER, NONE, OWED, Ints, Mask, Receipts
from qisong.coverage.engine.folding import Day, Duty, Whom
from qisong.coverage.engine.planes import Places, unpack
from qisong.coverage.ground import duties_of, exempting, ground_of
from qisong.coverage.index import Index
from qisong.coverage.keys import Key, member_id
from qisong.coverage.warehouse.needing import need
from qisong.coverage.warehouse.tables import ANY
from qisong.ledger.models import Item
from qisong.org.models import Unit

EPOCH = date(1970, 1, 1).toordinal()
SAID = {OWED: "", HAS: "has", LATER: "later", DECLINED: "declined"}


class Reading:
    """A county as of a day, as Arrow tables."""

    def __init__(self, index: Index, as_of: date) -> None:
        self.index, self.as_of = index, as_of
        self.arrow = need("pyarrow", extra="analytics")
        self.tree, self.who = index.placing.then, index.planes.who
        self.county = self.tree.nodes[self.tree.order[0]].code
        self.things, self.codes = index.county.register.numbers.things, index.county.register.codes.things
        self.columns, self.starts = index.county.columns, index.planes.layout.starts
        self.claims, self.duties = duties_of(index.county, self.tree)
        self.ground = ground_of(index.county, index.placing, self.duties)
        self.rank = np.repeat(np.arange(len(self.tree.order), dtype=np.int32), np.diff(self.starts))

    @cached_property
    def given(self) -> Receipts:
        """Receipts up to the day."""
        rows = self.columns.receipts
        return rows.where(rows.on <= self.as_of.toordinal())

    @cached_property
    def channels(self) -> dict[str, int]:
        """The channels by which anything was received."""
        return {self.codes[code]: code for code in np.unique(self.given.channel).tolist()}

    def tables(self) -> Iterator[tuple[str, Any]]:
        """All but the receipts, by name."""
        yield "units", self.units()
        yield "people", self.people()
        yield "circumstances", self.circumstances()
        yield "lines", self.lines()

    def table(self, **columns: Any) -> Any:
        size = len(next(iter(columns.values())))
        return self.arrow.table({"county": self.arrow.repeat(self.county, size), **columns})

    def dated(self, ordinals: Ints) -> Any:
        return self.arrow.array(ordinals - EPOCH, self.arrow.int32()).cast(self.arrow.date32())

    def units(self) -> Any:
        tree, arrow = self.tree, self.arrow
        rank = {unit: number for number, unit in enumerate(tree.order)}
        above: dict[int, list[int]] = {}
        for unit in tree.order:
            above[unit] = [*above.get(tree.parents.get(unit, NONE), []), rank[unit]]
        return self.table(
            rank=arrow.array(range(len(rank)), arrow.int32()),
            code=[tree.nodes[unit].code for unit in tree.order],
            parent=arrow.array([rank.get(tree.parents.get(unit, NONE), NONE) for unit in tree.order], arrow.int32()),
            ends=self.index.planes.layout.ends.astype(np.int32),
            start=self.starts[:-1].astype(np.int32),
            above=arrow.array(above.values(), arrow.list_(arrow.int32())),
        )

    def people(self) -> Any:
        places = np.arange(len(self.who), dtype=np.int32)
        ids = self.arrow.array([self.id_of(self.things[one]) for one in self.who], self.arrow.binary())
        return self.table(position=places, rank=self.rank, who=ids)

    def id_of(self, key: Key) -> bytes:
        """A unit's comes from its code, a member's is the member's own."""
        member = member_id(key)
        if member is None:
            member = uuid5(NAMESPACE_URL, f"qisong:{self.county}/{self.unit_codes[key]}")
        return member.bytes

    @cached_property
    def unit_codes(self) -> dict[Any, str]:
        return dict(Unit.objects.values_list("pk", "code"))

    def circumstances(self) -> Any:
        planes = self.index.planes.circumstances
        found = {code: np.flatnonzero(unpack(words, len(self.who))) for code, words in planes.items()}
        kind = joined([np.full(len(places), code) for code, places in found.items()])
        return self.table(position=joined(list(found.values())).astype(np.int32), kind=self.named(self.codes, kind))

    def lines(self) -> Any:
        """One row a person and duty, of whoever is owed it or exempt from it."""
        day = self.day(None)
        spared = day.union(day.circumstances, exempting(self.index.county.register))
        claims = [day.claim(duty, spared) for duty in self.duties]
        said = [day.said(duty) for duty in self.duties]
        filled = self.filled([owed for owed, _ in claims], said)
        places = [np.flatnonzero((owed | exempt)[self.who]) for owed, exempt in claims]
        duty = joined([np.full(len(found), number) for number, found in enumerate(places)])
        position = joined(places)
        person = self.who[position]
        items, rounds = item_names(), [claim.round for claim in self.claims]
        return self.table(
            position=position.astype(np.int32),
            rank=self.rank[position],
            item=self.named([items[one.item] for one in self.duties], duty),
            round=self.named([f"{one.programme.code}/{one.code}" for one in rounds], duty),
            quantity=np.array([one.quantity for one in self.duties], np.int32)[duty],
            since=self.dated(np.array([one.starts[one.number] for one in self.duties], np.int32)[duty]),
            exempt=self.stacked([exempt for _, exempt in claims], bool)[duty, person],
            said=self.named(list(SAID.values()), self.stacked(said, np.int32)[duty, person]),
            filled=self.channels_of(self.stacked(filled, np.int64)[duty, person]),
        )

    def stacked(self, rows: Sequence[Any], kind: Any) -> Any:
        """One row a duty, one column a person, though there be no duty."""
        return np.array(rows, kind).reshape(len(rows), self.columns.people)

    def day(self, channel: int | None) -> Day:
        return Day(self.columns, self.as_of.toordinal(), self.ground, channel)

    def named(self, words: Sequence[str | None], numbers: Places | Ints) -> Any:
        return self.arrow.array(words, self.arrow.string()).take(self.arrow.array(numbers))

    def filled(self, owed: Sequence[Mask], said: Sequence[Ints]) -> list[Places]:
        """Of each duty int64[P]: a bit for each way by which it was filled, ``NONE`` where copies are summed."""
        plain = [is_plain(duty, self.duties) for duty in self.duties]
        found = [np.full(self.columns.people, NONE if simple else 0, np.int64) for simple in plain]
        ways = [] if all(plain) else [None, *self.channels.values()]
        for bit, channel in enumerate(ways):
            full = self.day(channel).filled(self.duties, owed, said)
            for place in np.flatnonzero(~np.array(plain)):
                found[place] |= full[place].astype(np.int64) << bit
        return found

    def channels_of(self, filled: Places) -> Any:
        ways = [ANY, *self.channels]
        patterns, numbers = np.unique(filled, return_inverse=True)
        named = [
            None if pattern == NONE else [way for bit, way in enumerate(ways) if pattern >> bit & 1]
            for pattern in patterns.tolist()
        ]
        return self.arrow.array(named, self.arrow.list_(self.arrow.string())).take(self.arrow.array(numbers))

    def receipts(self) -> dict[str, Any]:
        """Month → what was received in it and stands."""
        rows, items = self.given, item_names()
        things = np.array([self.id_of(self.things[one]) for one in np.unique(rows.who)], object)
        dated = rows.on.astype(np.int64) - EPOCH
        months = dated.astype("datetime64[D]").astype("datetime64[M]")
        whole = self.table(
            who=self.arrow.array(things, self.arrow.binary()).take(np.unique(rows.who, return_inverse=True)[1]),
            item=self.named([items.get(one) for one in range(max(items, default=NONE) + 1)], rows.item),
            channel=self.named(self.codes, rows.channel),
            on=self.dated(rows.on),
            copies=rows.copies,
        )
        return {str(month): whole.take(np.flatnonzero(months == month)) for month in np.unique(months)}


def is_plain(duty: Duty, duties: Sequence[Duty]) -> bool:
    """Whether a sum of copies since the round began is all there is to it."""
    alone = sum(other.item == duty.item for other in duties) == 1
    last = duty.number == len(duty.starts) - 1
    return alone and last and duty.apart is None and duty.circle.whom is not Whom.HOUSEHOLD


def item_names() -> dict[int, str]:
    """The code of each item, with its programme's where two programmes share it: their figures are never added."""
    rows = list(Item.objects.values_list("pk", "programme__code", "code"))
    shared = Counter(code for _, _, code in rows)
    return {item: code if shared[code] == 1 else f"{programme}/{code}" for item, programme, code in rows}


def joined(places: Sequence[Places]) -> Places:
    return np.concatenate([np.empty(0, np.int64), *places])
