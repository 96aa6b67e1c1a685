"""The names of those still missing, in tree order, whoever has waited longest first within a branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

import numpy as np

from qisong.coverage.asking import ask, require_standing
from qisong.coverage.engine.columns import NONE
from qisong.coverage.engine.planes import Places, count, has, positions
from qisong.coverage.ground import Claim
from qisong.coverage.index import View, combine, view_of
from qisong.coverage.keys import member_id
from qisong.coverage.terms import Lack
from qisong.ledger.models import Item
from qisong.org import words
from qisong.org.models import Unit, UnitState
from qisong.org.remembering import remembered
from qisong.org.terms import TermCategory, TreeView
from qisong.org.tree import Node
from qisong.roster.terms import OUT_OF_CONTACT

LACKS = (Lack.MISSING, Lack.LATER, Lack.DECLINED)


@dataclass(frozen=True, slots=True)
class GapName:
    """One person, or one unit when ``member`` is None, who lacks something.

    ``unit``: where it is shown; ``lacks``: item → why; ``since``: the later of the start of the round and of the
    own formal affiliation, the earliest among the items lacked; ``circumstances``: codes in the county's order;
    ``claims``: in which rounds, item by item, the oldest first; ``household``: who else lives there, if any of it is
    owed to them together.
    """

    unit: Node
    member: UUID | None
    name: str
    lacks: Mapping[Item, Lack]
    since: date
    circumstances: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    household: tuple[UUID, ...] = ()

    @property
    def items(self) -> list[Item]:
        return list(self.lacks)

    @property
    def state(self) -> Lack:
        """``missing`` if any item is simply not delivered, else ``later`` if any was put off, else ``declined``."""
        return next(lack for lack in Lack if lack in self.lacks.values())

    @property
    def out_of_contact(self) -> bool:
        return OUT_OF_CONTACT in self.circumstances


@dataclass(frozen=True)
class GapList:
    """People (or units): owed any of the items; exempt: owed none and exempt from one; missing: lacks any.

    ``names`` are all of the missing; ``to_do`` leaves out who put off or declined everything.
    """

    owed: int
    received: int
    exempt: int
    missing: int
    names: list[GapName]

    @property
    def to_do(self) -> list[GapName]:
        return [name for name in self.names if name.state is Lack.MISSING]

    @property
    def later(self) -> list[GapName]:
        return [name for name in self.names if name.state is Lack.LATER]

    @property
    def declined(self) -> list[GapName]:
        return [name for name in self.names if name.state is Lack.DECLINED]

    def as_json(self) -> dict[str, Any]:
        """The answer of ``qisong gaps --format json``; described in ``docs/json.md``."""
        return {
            "owed": self.owed,
            "received": self.received,
            "exempt": self.exempt,
            "missing": self.missing,
            "names": [
                {
                    "unit": name.unit.code,
                    "member": str(name.member) if name.member else None,
                    "name": name.name,
                    "items": [item.code for item in name.items],
                    "since": name.since.isoformat(),
                }
                for name in self.names
            ],
        }


@remembered
def gap_list(
    unit: Unit,
    items: Sequence[Item],
    *,
    as_of: date,
    tree: TreeView | str,
    channel: str | None = None,
    circumstance: str | None = None,
    in_round: str | None = None,
) -> GapList:
    """Who of ``unit`` and all beneath it lacks any of ``items`` on ``as_of``; ``in_round``: in the round so coded."""
    question = ask(items, as_of, tree, channel, circumstance)
    view = view_of(question, in_round)
    require_standing(unit, view.index.placing.shown)
    if not view.lines:
        return GapList(0, 0, 0, 0, [])
    standing = combine([line for _, line in view.lines])
    span = view.index.span(unit.pk)
    owed, exempt, missing = (count(plane, *span) for plane in (standing.owed, standing.exempt, standing.missing))
    return GapList(owed, owed - missing, exempt, missing, name_gaps(view, positions(standing.missing, *span)))


def name_gaps(view: View, missing: Places) -> list[GapName]:
    """The names at these positions, in the order of the list."""
    index = view.index
    shown, register = index.placing.shown, index.county.register
    ranks = np.searchsorted(index.planes.layout.starts, missing, side="right") - 1
    who = index.planes.who[missing]
    arrived = since_when(view, missing)
    lacks, circumstances = Lacking(view, missing), situations(view, missing)
    others = living_with(view)
    found = []
    for number, (rank, one, day) in enumerate(zip(ranks.tolist(), who.tolist(), arrived.tolist(), strict=True)):
        lack = lacks.of(number)
        key = register.numbers.things[one]
        gap = GapName(
            shown.nodes[shown.order[rank]],
            member_id(key),
            register.names[one] if one in register.names else index.placing.then.nodes[int(key)].name,
            lack.items,
            date.fromordinal(max(day, lack.since)),
            circumstances[number],
            lack.claims,
            tuple(others.get(one, ())) if lack.by_household else (),
        )
        found.append((rank, gap.since, gap.name, str(gap.member), gap))
    return [gap for *_, gap in sorted(found, key=itemgetter(0, 1, 2, 3))]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What many people lack alike: ``since``: the number of the earliest day on which a round of it began."""

    items: Mapping[Item, Lack]
    claims: tuple[Claim, ...]
    since: int
    by_household: bool


class Lacking:
    """The patterns of what is lacking at some positions; few are different."""

    def __init__(self, view: View, places: Places) -> None:
        self.claims = [claim for claim, _ in view.lines]
        states = np.zeros((len(places), len(view.lines)), np.int8)
        for column, (_, line) in enumerate(view.lines):
            for state, plane in enumerate((line.lacking, line.later, line.declined), start=1):
                states[has(plane, places), column] = state
        self.codes = [row.tobytes() for row in states]
        self.known: dict[bytes, Pattern] = {}

    def of(self, number: int) -> Pattern:
        code = self.codes[number]
        if code not in self.known:
            self.known[code] = self.pattern(code)
        return self.known[code]

    def pattern(self, code: bytes) -> Pattern:
        lacks: dict[Item, Lack] = {}
        claims = []
        for claim, state in zip(self.claims, code, strict=True):
            if state:
                claims.append(claim)
                # Of two rounds of one item the open one counts.
                if lacks.get(claim.item) is not Lack.MISSING:
                    lacks[claim.item] = LACKS[state - 1]
        since = min(claim.round.starts_on for claim in claims).toordinal()
        return Pattern(lacks, tuple(claims), since, any(claim.by_household for claim in claims))


def situations(view: View, places: Places) -> list[tuple[str, ...]]:
    """The circumstances of each, in the county's order."""
    found: list[tuple[str, ...]] = [()] * len(places)
    for kind in ordered(view.index.kinds):
        for number in np.flatnonzero(has(view.index.circumstance(kind), places)).tolist():
            found[number] = (*found[number], kind)
    return found


def ordered(kinds: Iterable[str]) -> list[str]:
    """Circumstances in the county's order."""
    order = {term.code: number for number, term in enumerate(words.terms(TermCategory.CIRCUMSTANCE))}
    return sorted(kinds, key=lambda kind: order.get(kind, len(order)))


def since_when(view: View, places: Places) -> Places:
    """The number of the day from which each has belonged to its unit; for a unit, has stood."""
    planes = view.index.planes
    found = planes.since[places].astype(np.int64)
    units = np.flatnonzero(~has(planes.people, places))
    if len(units):
        standing = standing_since(view.index.placing.then.on, planes.unit[places[units]].tolist())
        found[units] = [standing[unit].toordinal() for unit in planes.unit[places[units]].tolist()]
    return found


def living_with(view: View) -> dict[int, list[UUID]]:
    """Head → the others of the household, by number."""
    head, things = view.index.planes.head, view.index.county.register.numbers.things
    found = defaultdict(list)
    for one in np.flatnonzero(head != NONE).tolist():
        if other := member_id(things[one]):
            found[int(head[one])].append(other)
    return found


def standing_since(day: date, units: Iterable[int]) -> dict[int, date]:
    """The day from which each unit has stood without a break until ``day``."""
    states = UnitState.objects.filter(unit__in=units, valid_from__lte=day).order_by("valid_from")
    found: dict[int, date] = {}
    stops: dict[int, date | None] = {}
    for unit, start, stop in states.values_list("unit_id", "valid_from", "valid_to"):
        if stops.get(unit) != start:
            found[unit] = start
        stops[unit] = stop
    return found
