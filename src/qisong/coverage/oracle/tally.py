"""The facts of a day, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qisong.coverage.asking import Question
from qisong.coverage.counting import Counts
from qisong.coverage.keys import Key
from qisong.coverage.oracle.facts import Line, People, read_facts, union
from qisong.coverage.placing import place_units


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


def own_table(question: Question) -> dict[int, dict[str, Counts]]:
    """Unit → item code → counts of those who are shown in the unit itself, for every unit."""
    placing = place_units(question.as_of, question.tree)
    facts = read_facts(question, placing)
    rows = {unit: unit for unit in placing.shown.order}
    tally = Tally(placing.place(facts.branch), rows)
    found: dict[int, dict[str, Counts]] = {row: {} for row in rows.values()}
    for item in question.items:
        lines = [line for line in facts.lines if line.item == item]
        counted = tally.counts(combine(lines), facts.out_of_contact) if lines else {}
        for row, cells in found.items():
            cells[item.code] = counted.get(row, Counts())
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
