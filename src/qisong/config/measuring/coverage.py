"""What coverage takes at one size: the engine, the physical limit, and peers that do the same work."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qisong.config.measuring.nation import ITEMS, Nation
from qisong.coverage.engine.building import build
from qisong.coverage.engine.columns import (
    FOREVER,
    NONE,
    Answers,
    Columns,
    Exemptions,
    Posts,
    Receipts,
    Spans,
)
from qisong.coverage.engine.folding import Circle, Duty, Ground, Planes, Whom, fold
from qisong.coverage.engine.planes import Words, count_of, first_of, pack, unpack
from qisong.coverage.engine.ranks import Ranked
from qisong.coverage.engine.rollup import Counted, crosstab, roll_up

CHANNELS, KINDS = 6, 10
DAY = 739_000
FOLDED = 1_000_000  # people up to whom the whole is folded as one county


@dataclass(frozen=True)
class Figure:
    """``equal``: whether the result was compared in full with another way and found the same; None: not compared."""

    name: str
    ms: float
    target_ms: float | None = None
    limit_ratio: float | None = None
    equal: bool | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Measured:
    nation: Nation
    counted: Counted
    figures: list[Figure]
    resident_mb: int


TARGETS: dict[int, dict[str, float]] = {
    20_000: {"roll-up": 5, "fold": 10, "conjunction": 5, "first 50": 5, "crosstab": 5, "build unsorted": 5},
    1_000_000: {"roll-up": 5, "build unsorted": 2_000},
    10_000_000: {"roll-up": 70, "build unsorted": 10_000},
    100_000_000: {
        "roll-up": 460,
        "conjunction": 20,
        "first 50": 0.1,
        "build sorted": 30_000,
        "build unsorted": 120_000,
    },
}
EVERYWHERE = {"live event": 0.01, "county of 35,000 folded again": 20}


def best(act: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Milliseconds of the quickest run, and what it answered."""
    spent, found = [], None
    for _ in range(times):
        start = time.perf_counter()
        found = act()
        spent.append((time.perf_counter() - start) * 1000)
    return min(spent), found


def bandwidth() -> float:
    """Bytes a millisecond that one core reads and writes when it copies."""
    source, target = np.ones(1 << 25, np.uint64), np.empty(1 << 25, np.uint64)
    spent, _ = best(lambda: np.copyto(target, source))
    return 2 * source.nbytes / spent


class Feeding:
    """Hands a ledger on and stops the time while the ledger makes its next piece."""

    def __init__(self, nation: Nation, *, in_order: bool) -> None:
        self.nation, self.in_order, self.making = nation, in_order, 0.0
        self.place = nation.position_of

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        begun = time.perf_counter()
        for who, item in self.nation.ledger(in_order=self.in_order):
            self.making += time.perf_counter() - begun
            yield self.place[who], item
            begun = time.perf_counter()


def built(nation: Nation, *, in_order: bool) -> tuple[float, Words]:
    """Milliseconds, and the planes of what was received."""
    feeding = Feeding(nation, in_order=in_order)
    start = time.perf_counter()
    planes = build(feeding, ITEMS, nation.positions)
    return (time.perf_counter() - start - feeding.making) * 1000, planes


def measure(members: int) -> Measured:
    nation = Nation.of(members)
    unsorted, received = built(nation, in_order=False)
    in_order, again = built(nation, in_order=True)
    same = bool((received == again).all())
    del again
    planes, layout, end = list(received), nation.layout, nation.positions
    owed = np.zeros(end, bool)
    owed[nation.position_of] = True
    owed_plane = pack(owed)
    del owed
    rolled, counted = best(lambda: roll_up(planes, layout))
    joined, number = best(lambda: count_of(lambda part: planes[0][part] & ~planes[1][part] & planes[2][part], 0, end))
    found, names = best(lambda: first_of(lambda part: owed_plane[part] & ~planes[0][part], 50, 0, end))
    crossed, table = best(lambda: crosstab(planes, planes, 0, end), 2)
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    limit = (received.nbytes + counted.nbytes) / bandwidth()
    bools = [unpack(plane, end) for plane in planes]
    pairs = [[int(np.count_nonzero(one & other)) for other in bools] for one in bools]
    figures = [
        figure(members, "roll-up", rolled, limit, equal=recounted(nation, received, counted)),
        figure(members, "build unsorted", unsorted, None, equal=same),
        figure(members, "build sorted", in_order, None, equal=same),
        figure(members, "conjunction", joined, None, equal=number == int((bools[0] & ~bools[1] & bools[2]).sum())),
        figure(members, "first 50", found, None, equal=bool((names == missing(bools[0], nation)[:50]).all())),
        figure(members, "crosstab", crossed, None, equal=table.tolist() == pairs),
        *events(members, nation, planes[0], counted),
        *foldings(members, counted),
    ]
    return Measured(nation, counted, figures, resident)


def figure(members: int, name: str, ms: float, limit: float | None, *, equal: bool | None) -> Figure:
    target = TARGETS.get(members, {}).get(name, EVERYWHERE.get(name))
    return Figure(name, round(ms, 4), target, round(ms / limit, 1) if limit else None, equal)


def missing(received: NDArray[np.bool_], nation: Nation) -> NDArray[np.int64]:
    places = nation.position_of[:10_000].astype(np.int64)
    return places[~received[places]]


def recounted(nation: Nation, received: Words, counted: Counted) -> bool:
    """Every unit and item, by adding up person by person and then from each unit to those above."""
    layout = nation.layout
    for plane, row in zip(received, counted, strict=True):
        has = unpack(plane, nation.positions)[nation.position_of]
        own = np.bincount(nation.unit_of[has], minlength=layout.units)
        before = np.concatenate(([0], np.cumsum(own)))
        if not np.array_equal(before[layout.ends] - before[:-1], row):
            return False
    return True


def events(members: int, nation: Nation, plane: Words, counted: Counted) -> list[Figure]:
    """One subtree is counted; one person receives, and the counts know it."""
    ranked, draw = Ranked(plane.copy()), np.random.default_rng(2)
    units = draw.integers(0, nation.layout.units, 10_000)
    spans = [nation.layout.span(unit) for unit in units.tolist()]
    counts, found = best(lambda: [ranked.count(*span) for span in spans], 1)
    places = draw.integers(0, nation.positions, 10_000)
    put, _ = best(lambda: put_all(ranked, places.tolist()), 1)
    bits = unpack(plane, nation.positions)
    bits[places] = True
    before = np.concatenate(([0], np.cumsum(bits)))
    known = [ranked.count(0, place) for place in places.tolist()] == before[places].tolist()
    known &= np.array_equal(ranked.words, pack(bits))
    return [
        figure(members, "count of a subtree", counts / len(units), None, equal=found == counted[0, units].tolist()),
        figure(members, "live event", put / len(places), None, equal=known),
    ]


def put_all(ranked: Ranked, places: list[int]) -> None:
    for place in places:
        ranked.put(place, to=True)


def foldings(members: int, counted: Counted) -> list[Figure]:
    found = [figure(members, "county of 35,000 folded again", folding(Nation.of(35_000))[0], None, equal=None)]
    if members <= FOLDED:
        spent, planes = folding(Nation.of(members))
        received = [line.owed & ~line.lacking for line in planes.lines]
        same = np.array_equal(roll_up(received, planes.layout), counted)
        found.append(figure(members, "fold", spent, None, equal=same))
    return found


def folding(nation: Nation) -> tuple[float, Planes]:
    """Milliseconds of a fold of all facts of the nation as one county."""
    columns, ground, duties = facts(nation)
    return best(lambda: fold(columns, DAY, ground, duties))


def facts(nation: Nation) -> tuple[Columns, Ground, list[Duty]]:
    pieces = list(nation.ledger(in_order=False))
    who, item = (np.concatenate(column).astype(np.int32) for column in zip(*pieces, strict=True))
    people, units = np.arange(nation.members, dtype=np.int32), nation.layout.units
    kinds = np.random.default_rng(3).integers(0, KINDS, len(people) // 4).astype(np.int32)
    columns = Columns(
        unit=np.full(len(people), NONE, np.int32),
        category=np.zeros(len(people), np.int32),
        ties=spans(people, nation.unit_of),
        circumstances=spans(people[: len(kinds)], kinds),
        households=Spans.empty(),
        posts=Posts.empty(),
        exemptions=Exemptions.empty(),
        receipts=Receipts(who, item, who % CHANNELS, DAY - who % 300, np.ones_like(who)),
        answers=Answers.empty(),
    ).tidy()
    numbers = np.arange(units, dtype=np.int32)
    ground = Ground(numbers, numbers, nation.layout.ends, {}, {})
    circle = Circle(Whom.MEMBER, numbers)
    return columns, ground, [Duty(one, 0, circle, 0, (DAY - 1000,), (one,)) for one in range(ITEMS)]


def spans(who: NDArray[np.int32], what: NDArray[np.int32]) -> Spans:
    return Spans(who, what, np.full(len(who), DAY - 5000, np.int32), np.full(len(who), FOREVER, np.int32))
