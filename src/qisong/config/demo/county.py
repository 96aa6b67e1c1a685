"""The county as planned, and what a planner of acts asks it: who was where, and could come, on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from qisong.config.demo.lives import live
from qisong.config.demo.members import Maker, PlannedMember, plan_members
from qisong.config.demo.offices import OfficePlan, plan_offices
from qisong.config.demo.period import Period
from qisong.config.demo.tree import PlannedUnit, TreePlan, plan_tree

HARD_TO_GATHER = ("frail", "homebound", "away", "out-of-contact", "suspended")


@dataclass
class County:
    period: Period
    tree: TreePlan
    members: list[PlannedMember]
    offices: OfficePlan
    by_number: dict[int, PlannedMember] = field(default_factory=dict)
    people: dict[str, list[PlannedMember]] = field(default_factory=lambda: defaultdict(list))
    attached: dict[str, list[PlannedMember]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.by_number = {one.number: one for one in self.members}
        for member in self.members:
            for unit in dict.fromkeys(stay.unit for stay in member.stays):
                self.people[unit].append(member)
            for stay in member.attached:
                self.attached[stay.unit].append(member)

    @property
    def branches(self) -> list[PlannedUnit]:
        """Branches with people that stand today, in tree order."""
        gone = self.tree.gone
        return [unit for unit in self.tree.branches if unit.code not in gone]

    def roster(self, unit: str, day: date) -> list[PlannedMember]:
        """Who belonged to a branch on a day."""
        return [one for one in self.people[unit] if one.is_in(unit, day)]

    def members_today(self, unit: str) -> list[PlannedMember]:
        return self.roster(unit, self.period.today)

    def can_come(self, unit: str, day: date) -> list[PlannedMember]:
        """Who can be expected at a meeting: of the branch, and attached to it."""
        own = [one for one in self.roster(unit, day) if not one.spell(day, *HARD_TO_GATHER)]
        return own + [one for one in self.attached[unit] if any(stay.holds_on(day) for stay in one.attached)]

    def secretary(self, unit: str, day: date) -> int | None:
        return next(iter(self.offices.holders("secretary", day, unit)), None)

    def recorder(self, unit: str, day: date) -> int | None:
        return next(iter(self.offices.holders("recorder", day, unit)), None)


def plan_county(period: Period) -> County:
    tree, maker = plan_tree(period), Maker(period)
    members = plan_members(tree, maker)
    offices = plan_offices(tree, members, period)
    live(tree, members, {post.holder for post in offices.posts}, maker)
    return County(period, tree, members, offices)
