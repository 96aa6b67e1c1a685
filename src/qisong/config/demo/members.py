"""The people of the demo county: who they are, where they belong from when to when, and what their life asks for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from qisong.config.demo import names
from qisong.config.demo.chance import apportion, chance
from qisong.config.demo.period import FOUNDED, Period
from qisong.config.demo.tree import PlannedUnit, TreePlan
from qisong.words.identity import check_character

COUNT = 12_400
SMALLEST, LARGEST = 6, 70
# No such region, no such mobile prefix: the numbers are well-formed and nobody's.
REGION, MOBILE = "990126", "154"
# In these years a new member was a full one at once.
NO_PROBATION = (date(1969, 4, 1), date(1977, 8, 11))
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Profile:
    """What the people of a kind of branch are like: typical size, age and its spread, shares of 1."""

    size: float
    age: tuple[float, float]
    women: float
    away: float
    homebound: float
    lost: float
    jobs: tuple[str, ...]


FARM = ("农牧渔业生产人员", "农牧渔业生产人员", "农牧渔业生产人员", "外出务工经商人员", "其他农牧渔民")
STAFF = ("公务员", "公务员", "参照公务员法管理的工作人员", "机关单位工勤岗位")
PUBLIC = ("事业单位管理岗位", "事业单位专业技术岗位", "事业单位工勤岗位")
FIRM = ("非公有经济控制企业管理岗位", "非公有经济控制企业专业技术岗位", "非公有企业工勤岗位")
RETIRED = ("退休人员",)
PROFILES = {
    "village": Profile(28, (56, 15), 0.24, 0.13, 0.15, 0.05, FARM),
    "community": Profile(48, (61, 14), 0.45, 0.06, 0.13, 0.04, (*RETIRED, *RETIRED, "社区工作人员", "自由职业人员")),
    "office": Profile(19, (43, 10), 0.36, 0.0, 0.0, 0.002, STAFF),
    "service": Profile(22, (42, 10), 0.35, 0.01, 0.0, 0.004, PUBLIC),
    "retired": Profile(26, (71, 7), 0.35, 0.03, 0.17, 0.02, RETIRED),
    "school": Profile(22, (43, 10), 0.58, 0.0, 0.0, 0.003, PUBLIC),
    "health": Profile(20, (42, 10), 0.56, 0.0, 0.0, 0.003, PUBLIC),
    "firm": Profile(14, (40, 10), 0.34, 0.06, 0.01, 0.05, FIRM),
}
DESTINATIONS = ("省城", "邻县", "沿海城市", "外省工地", "子女处", "外地企业")


@dataclass(slots=True)
class Stay:
    """Belonging to a branch from ``since`` until the day before ``until``."""

    unit: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(slots=True)
class Spell:
    """A circumstance between two dates."""

    kind: str
    since: date
    until: date | None = None
    detail: str = ""

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(slots=True, eq=False)
class PlannedMember:
    """One person; ``number`` tells people apart before they have ids. ``zeal`` is how readily they come."""

    number: int
    name: str
    sex: str
    born: date
    joined: date
    became_full: date | None
    job: str
    identity: str
    phone: str
    landline: str
    stays: list[Stay]
    zeal: float
    spells: list[Spell] = field(default_factory=list)
    attached: list[Stay] = field(default_factory=list)
    made_full_on: date | None = None  # during the programme
    died_on: date | None = None
    left_on: date | None = None

    @property
    def home(self) -> str:
        """The branch they belong to at last."""
        return self.stays[-1].unit

    @property
    def still_here(self) -> bool:
        return self.died_on is None and self.left_on is None

    def is_in(self, unit: str, day: date) -> bool:
        return any(stay.unit == unit and stay.holds_on(day) for stay in self.stays)

    def spell(self, day: date, *kinds: str) -> bool:
        return any(spell.kind in kinds and spell.holds_on(day) for spell in self.spells)

    def age(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


def plan_members(tree: TreePlan, maker: Maker) -> list[PlannedMember]:
    """Everybody who belonged to a branch when the programme began, branch by branch in tree order."""
    branches = tree.branches
    stream = chance("sizes")
    weights = [stream.lognormvariate(0.0, 0.42) * PROFILES[unit.profile].size for unit in branches]
    sizes = apportion(COUNT, weights, least=SMALLEST, caps=[LARGEST] * len(branches))
    members = [maker.member(unit) for unit, size in zip(branches, sizes, strict=True) for _ in range(size)]
    for member in members:
        maker.give_circumstances(member, PROFILES[tree.by_code[member.home].profile])
    return members


class Maker:
    """Makes people of one county: their numbers never repeat."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.stream = chance("people")
        self.made = 0
        self.births: Counter[date] = Counter()

    def member(self, unit: PlannedUnit, *, age: int | None = None, joined: date | None = None) -> PlannedMember:
        stream, profile = self.stream, PROFILES[unit.profile]
        self.made += 1
        sex = "female" if stream.random() < profile.women else "male"
        age = age if age is not None else min(max(int(stream.gauss(*profile.age)), 20), 95)
        born = self.period.years_before(age + stream.random())
        joined = joined or day_of_joining(stream, born, self.period.start - YEAR * 0.6)
        full = day_of_becoming_full(joined, self.period.start)
        mobile, landline = self.numbers(age)
        return PlannedMember(
            number=self.made,
            name=names.person_name(stream, sex),
            sex=sex,
            born=born,
            joined=joined,
            became_full=full,
            job="退休人员" if age > 61 and profile.jobs[0] != FARM[0] else stream.choice(profile.jobs),
            identity=identity(born, self.order_of(born), sex),
            phone=mobile,
            landline=landline,
            stays=[Stay(unit.code, max(joined, unit.founded, FOUNDED))],
            zeal=min(0.98, max(0.35, stream.gauss(0.89, 0.1))),
        )

    def order_of(self, born: date) -> int:
        """How many were born that day before this one."""
        self.births[born] += 1
        return self.births[born] - 1

    def numbers(self, age: int) -> tuple[str, str]:
        """A mobile and a landline number; the old more often have only the latter, or neither."""
        mobile = f"{MOBILE}{self.made:05}{self.stream.randrange(1000):03}"
        landline = f"20{self.made:05}"
        draw = self.stream.random() * (2.0 if age > 75 else 1.0)
        if draw < 0.90:
            return mobile, ""
        return ("", landline) if draw < 1.7 else ("", "")

    def give_circumstances(self, member: PlannedMember, profile: Profile) -> None:
        stream, age = self.stream, member.age(self.period.start)
        frailty = profile.homebound * max(0.0, (age - 55) / 12)
        draw = stream.random()
        if draw < profile.lost:
            member.spells.append(Spell("out-of-contact", self.before(0.6, 6)))
        elif draw < profile.lost + profile.away * (1.6 if age < 50 else 0.5):
            member.spells.append(Spell("away", self.before(0.1, 5), detail=stream.choice(DESTINATIONS)))
        elif draw > 1 - frailty:
            kind = "homebound" if stream.random() < 0.4 else "frail"
            member.spells.append(Spell(kind, self.before(0.1, 4)))
        elif stream.random() < 0.02:
            member.spells.append(Spell("busy", self.before(0.1, 1)))

    def before(self, least: float, most: float) -> date:
        """A day between ``least`` and ``most`` years before the start."""
        return self.period.years_before(self.stream.uniform(least, most))


def day_of_joining(stream: Random, born: date, latest: date) -> date:
    """Somewhere between 18 years of age and ``latest``, mostly in one's twenties."""
    years = max(18.2, stream.gauss(29, 7))
    day = born + timedelta(days=int(years * 365.25))
    earliest = born + timedelta(days=int(18.2 * 365.25))
    return day if day < latest else earliest + (latest - earliest) * stream.random()


def day_of_becoming_full(joined: date, start: date) -> date | None:
    if NO_PROBATION[0] <= joined <= NO_PROBATION[1]:
        return joined
    return joined + YEAR if joined + YEAR < start else None


def identity(born: date, order: int, sex: str) -> str:
    """A well-formed number; ``order`` tells those born on one day apart, its last digit says the sex."""
    first = f"{REGION}{born:%Y%m%d}{order * 2 + (sex == 'male'):03}"
    return first + check_character(first)
