"""How many are owed, have received and are missing, for a unit and each of its children."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from qisong.coverage.asking import Question, ask, require_standing
from qisong.coverage.facts import Line, People, union
from qisong.coverage.following import facts_of
from qisong.coverage.keys import Key
from qisong.coverage.placing import Placing, place_units
from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.remembering import remembered
from qisong.org.terms import TreeView


@dataclass(frozen=True)
class Counts:
    """People (or units) of an audience. owed = received + missing; the last three are parts of missing, apart from
    each other: put off, declined, and out of contact without having said either."""

    owed: int = 0
    received: int = 0
    exempt: int = 0
    missing: int = 0
    later: int = 0
    declined: int = 0
    out_of_contact: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def __sub__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))

    @property
    def applies(self) -> bool:
        """Whether anybody is in the audience; a table shows — otherwise, and 0 only for counted and none."""
        return bool(self.owed or self.exempt)

    @property
    def full(self) -> bool:
        return self.owed > 0 and not self.missing

    @property
    def percent(self) -> int | None:
        """Whole per cent, rounded down, so that 100 means that nobody is missing; None if nobody is owed."""
        return self.received * 100 // self.owed if self.owed else None


@dataclass(frozen=True)
class Standing:
    """Of one or several lines together: owed any; exempt: owed none and exempt from one; missing: lacks any.

    ``open`` lacks something about which nothing was said; ``later`` lacks only what was put off or declined.
    """

    owed: People
    exempt: People
    missing: People
    open: People
    later: People
    declined: People


def combine(lines: Sequence[Line]) -> Standing:
    """What several lines say together; nobody is owed anything where there are none."""
    if len(lines) == 1:
        (line,) = lines
        return Standing(line.owed, line.exempt, line.lacking, line.open, line.later, line.declined)
    owed = union(line.owed for line in lines)
    missing = union(line.lacking for line in lines)
    open_ = union(line.open for line in lines)
    later = union(line.later for line in lines) - open_
    return Standing(owed, union(line.exempt for line in lines) - owed, missing, open_, later, missing - open_ - later)


@remembered
def table(
    unit: Unit,
    items: Sequence[Item],
    *,
    as_of: date,
    tree: TreeView | str,
    channel: str | None = None,
    circumstance: str | None = None,
    in_round: str | None = None,
) -> dict[int, dict[str, Counts]]:
    """For ``unit`` as a whole and for each of its children: item code → counts, one entry for every item.

    The unit's own people are in its total only: total − Σ children is what belongs to it directly. ``in_round``: the
    code of the one round that is asked about, else all that are open.
    """
    question = ask(items, as_of, tree, channel, circumstance)
    placing = place_units(as_of, question.tree)
    require_standing(unit, placing.shown)
    children = placing.shown.children.get(unit.pk, [])
    rows = {unit.pk: unit.pk} | {beneath: child for child in children for beneath in placing.shown.subtree(child)}
    found = tabulate(question, placing, unit.pk, rows, in_round)
    return {unit.pk: total(found.values())} | {child: found[child] for child in children}


def tabulate(
    question: Question,
    placing: Placing,
    unit: int,
    rows: dict[int, int],
    in_round: str | None = None,
) -> dict[int, dict[str, Counts]]:
    """Row → item code → counts of everybody beneath ``unit`` whom ``rows``, from place to row, puts there."""
    facts = facts_of(question, placing, unit).of_round(in_round)
    tally = Tally(placing.place(facts.branch), rows)
    found: dict[int, dict[str, Counts]] = {row: {} for row in rows.values()}
    for item in question.items:
        lines = [line for line in facts.lines if line.item == item]
        counted = tally.counts(combine(lines), facts.out_of_contact) if lines else {}
        for row, cells in found.items():
            cells[item.code] = counted.get(row, Counts())
    return found


def total(rows: Iterable[dict[str, Counts]]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for cells in rows:
        for code, counts in cells.items():
            found[code] = found.get(code, Counts()) + counts
    return found


class Tally:
    """Counts sets of people by row of a table; ``rows`` leads from a place to its row."""

    def __init__(self, places: dict[Key, int], rows: dict[int, int]) -> None:
        self.row_of = {key: rows[place] for key, place in places.items() if place in rows}
        self.everybody = len(self.row_of) == len(places)
        self.known: dict[int, tuple[People, Counter[int]]] = {}

    def count(self, people: People) -> Counter[int]:
        """Row → number. The same set of people is asked for again by every item owed to the same audience."""
        if id(people) not in self.known:
            here = people if self.everybody else people & self.row_of.keys()
            self.known[id(people)] = (people, Counter(map(self.row_of.__getitem__, here)))
        return self.known[id(people)][1]

    def counts(self, standing: Standing, out_of_contact: People) -> dict[int, Counts]:
        owed, missing = self.count(standing.owed), self.count(standing.missing)
        exempt, later, declined = map(self.count, (standing.exempt, standing.later, standing.declined))
        lost = self.count(standing.open & out_of_contact)
        return {
            row: Counts(
                owed[row],
                owed[row] - missing[row],
                exempt[row],
                missing[row],
                later[row],
                declined[row],
                lost[row],
            )
            for row in owed.keys() | exempt.keys()
        }
