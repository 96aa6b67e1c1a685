"""The tree of the demo county: 69 committees and 537 organisations standing today, and how they came to stand so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count, cycle, islice
from random import Random

from qisong.config.demo import names
from qisong.config.demo.chance import apportion, chance
from qisong.config.demo.period import FOUNDED, Period

VILLAGES, LAX_VILLAGES, LAX_FIRMS = 150, 16, 4
NEW_FIRMS, ZONE_FIRMS, ZONE_WORKS = 40, 14, 6
# Below the committees of larger bodies: fourteen general branches with two or three branches each, and sixty more.
BODY_BRANCHES = {"under": (3,) * 8 + (2,) * 6 + (0,) * 3, "beside": (4,) * 9 + (3,) * 8}


@dataclass(frozen=True)
class PlannedUnit:
    """A unit as it is first created; ``profile`` says what its people are like (empty: it has none of its own)."""

    code: str
    name: str
    kind: str
    traits: tuple[str, ...]
    parent: str
    founded: date = FOUNDED
    profile: str = ""


@dataclass(frozen=True)
class Change:
    """A later event: ``rename`` to ``name``, ``move`` beneath or ``merge`` into the unit ``to``, or ``close``."""

    on: date
    verb: str
    unit: str
    to: str = ""
    name: str = ""


@dataclass
class TreePlan:
    units: list[PlannedUnit]
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_code = {unit.code: unit for unit in self.units}

    @property
    def gone(self) -> dict[str, Change]:
        """Units that stand no more today, with the event that ended them."""
        return {change.unit: change for change in self.changes if change.verb in {"merge", "close"}}

    @property
    def branches(self) -> list[PlannedUnit]:
        """Organisations with people of their own, in tree order, including those merged into others since."""
        return [unit for unit in self.units if unit.profile]

    def with_trait(self, trait: str) -> list[PlannedUnit]:
        """Units that have the trait and stand today."""
        gone = self.gone
        return [unit for unit in self.units if trait in unit.traits and unit.code not in gone]

    def committee_of(self, code: str, on: date) -> str:
        """The committee above a unit on a day."""
        moved = [change for change in self.changes if change.verb == "move" and change.unit == code and change.on <= on]
        above = moved[-1].to if moved else self.by_code[code].parent
        return above if "committee" in self.by_code[above].traits else self.committee_of(above, on)


class Grower:
    """Plants units with running codes: committee ``HX07``, its organisations ``HX0701``, ``HX0702`` …"""

    def __init__(self) -> None:
        self.units: list[PlannedUnit] = []
        self.numbers = count(1)
        self.below: Iterator[int] = count(1)

    def committee(self, name: str, kind: str) -> str:
        code = f"{names.COUNTY_CODE}{next(self.numbers):02}"
        self.units.append(PlannedUnit(code, name, kind, ("committee",), names.COUNTY_CODE))
        self.below = count(1)
        return code

    def organisation(
        self, name: str, parent: str, profile: str, *traits: str, kind: str = "branch", founded: date = FOUNDED
    ) -> str:
        code = f"{parent[:4]}{next(self.below):02}"
        self.units.append(PlannedUnit(code, name, kind, ("organisation", *traits), parent, founded, profile))
        return code


def plan_tree(period: Period) -> TreePlan:
    stream, grower = chance("tree"), Grower()
    grow_townships(grower, stream)
    grow_streets(grower)
    grow_offices(grower)
    grow_bureaus(grower)
    grow_bodies(grower)
    grow_new_organisations(grower, stream)
    grow_schools(grower)
    return changed_over_time(TreePlan(with_lax(grower.units, stream)), period)


def grow_townships(grower: Grower, stream: Random) -> None:
    villages = iter(names.village_names(stream, VILLAGES))
    weights = [stream.uniform(0.8, 1.2) for _ in names.TOWNSHIPS]
    for township, number in zip(names.TOWNSHIPS, apportion(VILLAGES, weights), strict=True):
        code, short = grower.committee(f"{township}党委", "committee"), township[:2]
        for village in islice(villages, number):
            grower.organisation(f"{village}党支部", code, "village", "village")
        grower.organisation(f"{township}机关党支部", code, "office")
        grower.organisation(f"{township}离退休党支部", code, "retired")
        grower.organisation(f"{short}中心小学党支部", code, "school", "school")
        grower.organisation(f"{short}卫生院党支部", code, "health")


def grow_streets(grower: Grower) -> None:
    for street, communities in names.STREETS.items():
        code = grower.committee(f"{street}党工委", "working-committee")
        for community in communities:
            grower.organisation(f"{community}社区党支部", code, "community", "community")
        grower.organisation(f"{street}机关党支部", code, "office")
        for society in ("商户联合", "物业联合"):
            grower.organisation(f"{street[:2]}{society}党支部", code, "firm", "two-new", kind="joint-branch")


def grow_offices(grower: Grower) -> None:
    code = grower.committee("县直机关党工委", "working-committee")
    for office in names.OFFICES:
        grower.organisation(f"{office}党支部", code, "office", "county-unit")


def grow_bureaus(grower: Grower) -> None:
    """Thirty leading groups: two branches at work, and where there are enough of them one of the retired."""
    for number, bureau in enumerate(names.BUREAUS):
        code = grower.committee(f"{bureau}党组", "leading-group")
        grower.organisation(f"{bureau}机关党支部", code, "office", "county-unit")
        grower.organisation(f"{bureau}下属单位党支部", code, "service", "county-unit")
        if number < 25:
            grower.organisation(f"{bureau}离退休党支部", code, "retired")


def grow_bodies(grower: Grower) -> None:
    plans = zip(names.BODIES, BODY_BRANCHES["under"], BODY_BRANCHES["beside"], strict=True)
    for (body, profile, parts), under, beside in plans:
        code = grower.committee(f"{body}党委", "committee")
        traits = (profile,) if profile in {"firm", "school"} else ()
        parts_left = iter(parts)
        for part in islice(parts_left, beside):
            grower.organisation(f"{body}{part}党支部", code, profile, *traits)
        if under:
            general = grower.organisation(f"{body}直属党总支", code, "", *traits, kind="general-branch")
            for part in islice(parts_left, under):
                grower.organisation(f"{body}{part}党支部", general, profile, *traits)


def grow_new_organisations(grower: Grower, stream: Random) -> None:
    brands = iter(names.brand_names(stream, NEW_FIRMS + ZONE_FIRMS + ZONE_WORKS))
    trades, societies = cycle(names.TRADES), cycle(names.SOCIETIES)
    code = grower.committee("两新组织党工委", "working-committee")
    for number, brand in enumerate(islice(brands, NEW_FIRMS)):
        founded = date(2020 + number % 5, 1 + number % 12, 10)
        if number % 5 < 3:
            joint = number % 5 == 0
            name = f"{brand}{next(trades)}{'联合' if joint else ''}党支部"
            kind = "joint-branch" if joint else "branch"
            grower.organisation(name, code, "firm", "two-new", "firm", kind=kind, founded=founded)
        else:
            grower.organisation(f"{brand}{next(societies)}党支部", code, "firm", "two-new", founded=founded)
    zone = grower.committee("经济开发区党工委", "working-committee")
    for number, brand in enumerate(brands):
        traits = ("two-new", "firm") if number < ZONE_FIRMS else ("firm",)
        grower.organisation(f"{brand}{next(trades)}党支部", zone, "firm", *traits)


def grow_schools(grower: Grower) -> None:
    code = grower.committee("教育系统党工委", "working-committee")
    for school in names.SCHOOLS:
        grower.organisation(f"{school}党支部", code, "school", "school")


def with_lax(units: Sequence[PlannedUnit], stream: Random) -> list[PlannedUnit]:
    """The same units; some villages and firms need lifting."""
    villages = [unit.code for unit in units if "village" in unit.traits]
    firms = [unit.code for unit in units if "two-new" in unit.traits]
    lax = {*stream.sample(villages, LAX_VILLAGES), *stream.sample(firms, LAX_FIRMS)}
    return [replace(unit, traits=(*unit.traits, "lax")) if unit.code in lax else unit for unit in units]


def changed_over_time(tree: TreePlan, period: Period) -> TreePlan:
    """Adds units that stand no more, and what has changed before and during the programme."""
    code = {unit.name: unit.code for unit in tree.units}
    parts = [
        former(tree, code["禾丰粮油集团党委"], "禾丰粮油集团加工厂党支部", "firm", "firm"),
        former(tree, code["教育系统党工委"], "河湾小学党支部", "school", "school"),
        former(tree, code["两新组织党工委"], "临溪快递联合党支部", "", "two-new"),
    ]
    mill, school, couriers = (unit.code for unit in parts)
    changes = [
        Change(date(2023, 4, 1), "rename", code["砚山乡党委"], name="砚山镇党委"),
        Change(date(2024, 9, 1), "rename", code["实验幼儿园党支部"], name="第一幼儿园党支部"),
        Change(date(2025, 6, 30), "close", couriers),
        Change(period.years_before(0.2), "merge", school, to=code["晴川小学党支部"]),
        Change(period.day(0.30), "rename", code["招商局党组"], name="投资促进局党组"),
        Change(period.day(0.40), "merge", mill, to=code["禾丰粮油集团机关党支部"]),
        Change(period.day(0.45), "move", code["农业农村局技术推广站党支部"], to=code["科技局党组"]),
        Change(period.day(0.60), "move", code["青坪中学党支部"], to=code["青坪镇党委"]),
    ]
    return TreePlan([*tree.units, *parts], changes)


def former(tree: TreePlan, parent: str, name: str, profile: str, trait: str) -> PlannedUnit:
    """One more unit below a committee, after all others there."""
    number = sum(unit.code.startswith(parent) for unit in tree.units)
    return PlannedUnit(f"{parent}{number:02}", name, "branch", ("organisation", trait), parent, FOUNDED, profile)
