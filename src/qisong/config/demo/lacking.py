"""Who still lacks what today: some branches lack nobody, most a few, those that need lifting more.

The same people are hard to reach for every item, so that a home visit closes several gaps at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from qisong.config.demo.chance import chance, poisson
from qisong.config.demo.county import County
from qisong.config.demo.members import PlannedMember
from qisong.config.demo.tree import PlannedUnit

PAPER = ("constitutions", "rules", "badges")
EVERYONE = (*PAPER, "lessons")
OWED_BY_WORKERS = {"speeches": 0.07, "skills": 0.05}  # the share of them that lacks it
COMPLETE = 0.15
MOST = 6


@dataclass
class Lacking:
    """Item → numbers of the members who lack it today; ``exempt`` are owed nothing, ``exempted`` not this item."""

    of: dict[str, set[int]] = field(default_factory=dict)
    exempt: set[int] = field(default_factory=set)
    exempted: set[tuple[int, str]] = field(default_factory=set)

    def without(self, item: str) -> set[int]:
        """Those whom the item does not reach: who lack it, and who are not owed it."""
        return self.of[item] | self.exempt | {number for number, name in self.exempted if name == item}


def plan_lacking(county: County) -> Lacking:
    stream = chance("lacking")
    lacking = Lacking({item: set() for item in (*EVERYONE, *OWED_BY_WORKERS)})
    for branch in county.branches:
        people = county.members_today(branch.code)
        suspended = {one.number for one in people if one.spell(county.period.today, "suspended")}
        lacking.exempt |= suspended
        owed = [one for one in people if one.number not in suspended]
        fill(lacking, county, branch, owed, stream)
    return lacking


def fill(lacking: Lacking, county: County, branch: PlannedUnit, owed: list[PlannedMember], stream: Random) -> None:
    today = county.period.today
    lost = [one for one in owed if one.spell(today, "out-of-contact")]
    late = county.period.day(0.85)
    newcomers = [one for one in owed if one.stays[-1].since > late]
    if stream.random() < COMPLETE / 0.6 and not lost and not newcomers and "lax" not in branch.traits:
        return
    mean = stream.uniform(5, 9) if "lax" in branch.traits else min(stream.lognormvariate(0.75, 0.45), 5.0)
    most = len(owed) // 2 if "lax" in branch.traits else min(MOST, len(owed) // 3)
    hardness = {one.number: hardness_of(one, county, stream) for one in owed}
    for item in EVERYONE:
        count = max(len(lost), min(poisson(stream, mean), most))
        order = {number: hard + stream.random() * 0.8 for number, hard in hardness.items()}
        lacking.of[item] |= set(sorted(order, key=order.__getitem__, reverse=True)[:count])
    for item, share in OWED_BY_WORKERS.items():
        workers = county.offices.workers(branch.code, today)
        lacking.of[item] |= {one for one in workers if stream.random() < share}


def hardness_of(member: PlannedMember, county: County, stream: Random) -> float:
    """How hard somebody is to reach, for whatever reason."""
    today, hardness = county.period.today, stream.random() * 2
    hardness += 10 * member.spell(today, "out-of-contact") + 5 * (member.stays[-1].since > county.period.day(0.85))
    hardness += 1.6 * member.spell(today, "away") + 1.2 * member.spell(today, "busy")
    hardness += 0.9 * member.spell(today, "frail", "homebound") - 3 * is_worker(member, county)
    return hardness


def is_worker(member: PlannedMember, county: County) -> bool:
    return member.number in county.offices.workers(member.home, county.period.today)


def counts(numbers: Iterable[int], county: County) -> dict[str, int]:
    """How many of these people each branch has."""
    found = dict.fromkeys((unit.code for unit in county.branches), 0)
    for number in numbers:
        found[county.by_number[number].home] += 1
    return found
