"""The names of those still missing, in tree order, whoever has waited longest first within a branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from qisong.coverage.asking import ask, require_standing
from qisong.coverage.counting import combine
from qisong.coverage.facts import Claim, Facts, Line, People
from qisong.coverage.following import facts_of
from qisong.coverage.keys import Key, day_of, member_id, stored
from qisong.coverage.placing import Placing, place_units
from qisong.coverage.terms import Lack
from qisong.ledger.models import Item
from qisong.org import words
from qisong.org.models import Unit, UnitState
from qisong.org.remembering import remembered
from qisong.org.terms import TermCategory, TreeView
from qisong.org.tree import Node
from qisong.roster.models import Affiliation
from qisong.roster.terms import OUT_OF_CONTACT


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
    """Who of ``unit`` and all beneath it lacks any of ``items`` on ``as_of``; ``in_round``: in that round only."""
    question = ask(items, as_of, tree, channel, circumstance)
    placing = place_units(as_of, question.tree)
    require_standing(unit, placing.shown)
    facts = facts_of(question, placing, unit.pk).of_round(in_round)
    places = placing.place(facts.branch)
    standing = combine(facts.lines)
    here = set(placing.shown.subtree(unit.pk))
    owed, exempt, missing = (
        {key for key in people if places[key] in here} for people in (standing.owed, standing.exempt, standing.missing)
    )
    names = name_gaps(missing, facts, placing, places)
    return GapList(len(owed), len(owed) - len(missing), len(exempt), len(missing), names)


@dataclass
class Draft:
    """What is gathered about one key before it gets its place in the list."""

    name: str
    arrived: date
    since: date = date.max
    lacks: dict[Item, Lack] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    circumstances: list[str] = field(default_factory=list)

    def lack(self, line: Line, lack: Lack) -> None:
        self.claims.append(line.claim)
        self.since = min(self.since, max(line.starts_on, self.arrived))
        # Of two rounds of one item the open one counts.
        if self.lacks.get(line.item) is not Lack.MISSING:
            self.lacks[line.item] = lack


def name_gaps(missing: People, facts: Facts, placing: Placing, places: dict[Key, int]) -> list[GapName]:
    drafts = dict(arrivals(missing, facts, placing))
    for line in facts.lines:
        for key in line.lacking & missing:
            drafts[key].lack(line, lack_of(key, line))
    for kind in ordered(facts.circumstances):
        for key in facts.circumstances[kind] & missing:
            drafts[key].circumstances.append(kind)
    rank = {place: number for number, place in enumerate(placing.shown.order)}
    others = living_with(facts)
    found = [
        GapName(
            placing.shown.nodes[places[key]],
            member_id(key),
            draft.name,
            draft.lacks,
            draft.since,
            tuple(draft.circumstances),
            tuple(draft.claims),
            tuple(others.get(key, ())) if any(claim.by_household for claim in draft.claims) else (),
        )
        for key, draft in drafts.items()
    ]
    return sorted(found, key=lambda gap: (rank[gap.unit.id], gap.since, gap.name, str(gap.member)))


def living_with(facts: Facts) -> dict[Key, list[UUID]]:
    """Head → the others of the household."""
    found = defaultdict(list)
    for member, head in (facts.heads or {}).items():
        if other := member_id(member):
            found[head].append(other)
    return found


def lack_of(key: Key, line: Line) -> Lack:
    if key in line.later:
        return Lack.LATER
    return Lack.DECLINED if key in line.declined else Lack.MISSING


def ordered(kinds: Iterable[str]) -> list[str]:
    """Circumstances in the county's order."""
    order = {term.code: number for number, term in enumerate(words.terms(TermCategory.CIRCUMSTANCE))}
    return sorted(kinds, key=lambda kind: order.get(kind, len(order)))


def arrivals(missing: People, facts: Facts, placing: Placing) -> Iterator[tuple[Key, Draft]]:
    """Name of each, and since when it belongs to its branch; a unit, since when it stands."""
    day = placing.then.on
    branches = {facts.branch[key] for key in missing if not isinstance(key, int)}
    people = Affiliation.objects.formal(day).filter(unit__in=branches | placing.orphaned.keys())
    for member, name, start in stored(people.values_list("member_id", "member__person__name", "valid_from")):
        if member in missing:
            yield member, Draft(name, day_of(start))
    for unit, start in standing_since(day, [key for key in missing if isinstance(key, int)]).items():
        yield unit, Draft(placing.then.nodes[unit].name, start)


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
