"""Who holds which post, who looks after which branch, and which bureau is paired with which village."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from qisong.config.demo import names
from qisong.config.demo.chance import apportion, chance
from qisong.config.demo.members import PlannedMember
from qisong.config.demo.period import Period
from qisong.config.demo.tree import PlannedUnit, TreePlan

LEADERS, STANDING = 387, 10
CONTACT_SCHOOLS = 25
OFFICE_STAFF = 6
HOLDING_BOTH = 0.08  # secretaries who keep the records themselves
WORKERS = ("secretary", "recorder")
NEW_SECRETARIES = 14  # taken over during the programme
# People with a login who are on no roster here, by the role they hold at the county.
OUTSIDERS = ("auditor", "system-administrator", "security-administrator", "audit-administrator")
FIRST_OUTSIDER = 90_001


@dataclass(frozen=True)
class PlannedPost:
    holder: int  # the number of a member or an outsider
    unit: str
    role: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class PlannedContactPoint:
    leader: int
    unit: str
    since: date


@dataclass(frozen=True)
class PlannedPairing:
    partner: str
    unit: str
    since: date


@dataclass
class OfficePlan:
    posts: list[PlannedPost] = field(default_factory=list)
    contact_points: list[PlannedContactPoint] = field(default_factory=list)
    pairings: list[PlannedPairing] = field(default_factory=list)
    outsiders: dict[int, str] = field(default_factory=dict)

    def holders(self, role: str, day: date, unit: str = "") -> list[int]:
        """Who holds a role on a day (at one unit, if named), each once, in the order in which posts were given."""
        posts = self._by_unit[unit] if unit else self._by_role[role]
        return list(dict.fromkeys(post.holder for post in posts if post.role == role and post.holds_on(day)))

    def workers(self, unit: str, day: date) -> list[int]:
        """Secretary and recorder of a branch."""
        found = [post.holder for post in self._by_unit[unit] if post.role in WORKERS and post.holds_on(day)]
        return list(dict.fromkeys(found))

    def index(self) -> None:
        self._by_role: dict[str, list[PlannedPost]] = defaultdict(list)
        self._by_unit: dict[str, list[PlannedPost]] = defaultdict(list)
        for post in self.posts:
            self._by_role[post.role].append(post)
            self._by_unit[post.unit].append(post)


def plan_offices(tree: TreePlan, members: Sequence[PlannedMember], period: Period) -> OfficePlan:
    """Everybody who is given a post stays in good health and where they are."""
    return Appointer(tree, members, period).plan


class Appointer:
    def __init__(self, tree: TreePlan, members: Sequence[PlannedMember], period: Period) -> None:
        self.tree, self.period, self.stream = tree, period, chance("offices")
        self.people: dict[str, list[PlannedMember]] = defaultdict(list)
        for member in members:
            self.people[member.home].append(member)
        self.taken: set[int] = set()
        self.renewed = set(self.stream.sample([unit.code for unit in tree.with_trait("village")], NEW_SECRETARIES))
        self.plan = OfficePlan()
        self.fill()

    def fill(self) -> None:
        for branch in self.tree.branches:
            self.plan.posts += self.workers_of(branch)
        self.plan.posts += self.posts_of_general_branches()
        self.plan.posts += self.clerks()
        self.plan.posts += self.county_posts()
        self.lead()
        self.pair()
        self.plan.index()

    def choose(self, units: Iterable[str], count: int, ages: tuple[int, int] = (28, 62)) -> list[PlannedMember]:
        """``count`` people of these units who hold no post yet, rather within ``ages``; well from now on."""
        free = [one for unit in units for one in self.people[unit] if one.number not in self.taken]
        fitting = [one for one in free if ages[0] <= one.age(self.period.start) <= ages[1] and not one.spells]
        full = [one for one in fitting if one.became_full]
        pool = full if len(full) >= count else fitting if len(fitting) >= count else free
        chosen = self.stream.sample(pool, count)
        for one in chosen:
            one.spells.clear()
            one.zeal = max(one.zeal, 0.93)
            self.taken.add(one.number)
        return chosen

    def some_day(self, unit: PlannedUnit | None = None) -> date:
        """A day of the last years before the programme."""
        day = self.period.years_before(self.stream.uniform(0.4, 4))
        return max(day, unit.founded) if unit else day

    def workers_of(self, branch: PlannedUnit) -> Iterator[PlannedPost]:
        """Secretary and recorder of a branch; a few secretaries hand over while the programme runs."""
        both = self.stream.random() < HOLDING_BOTH
        chosen = self.choose([branch.code], 1 if both else 2)
        handed_over = self.period.day(self.stream.uniform(0.3, 0.6)) if branch.code in self.renewed else None
        for role, holder in zip(WORKERS, (chosen[0], chosen[-1]), strict=True):
            until = handed_over if role == "secretary" else None
            yield PlannedPost(holder.number, branch.code, role, self.some_day(branch), until)
        if handed_over:
            [successor] = self.choose([branch.code], 1)
            yield PlannedPost(successor.number, branch.code, "secretary", handed_over)

    def posts_of_general_branches(self) -> Iterator[PlannedPost]:
        """A general branch is led by those of its first branch."""
        general = {unit.code for unit in self.tree.units if unit.kind == "general-branch"}
        for unit in self.tree.units:
            if unit.parent in general:
                general.remove(unit.parent)
                for post in [post for post in self.plan.posts if post.unit == unit.code]:
                    yield PlannedPost(post.holder, unit.parent, post.role, post.since)

    def clerks(self) -> Iterator[PlannedPost]:
        for committee in self.tree.with_trait("committee"):
            below = [unit for unit in self.tree.branches if unit.code.startswith(committee.code)]
            seat = next((unit for unit in below if unit.profile == "office"), below[0])
            [clerk] = self.choose([seat.code], 1)
            yield PlannedPost(clerk.number, committee.code, "clerk", self.some_day())

    def county_posts(self) -> Iterator[PlannedPost]:
        """Office staff, the trainer, the standing committee with one who left it before, and the outsiders."""
        code = {unit.name.removesuffix("党支部"): unit.code for unit in self.tree.branches}
        for one in self.choose([code["组织部"]], OFFICE_STAFF):
            yield PlannedPost(one.number, names.COUNTY_CODE, "office", self.some_day())
        [trainer] = self.choose([code["县委党校"]], 1)
        yield PlannedPost(trainer.number, names.COUNTY_CODE, "trainer", self.some_day())
        for office in names.OFFICES[:STANDING]:
            [one] = self.choose([code[office]], 1, (42, 58))
            yield PlannedPost(one.number, names.COUNTY_CODE, "standing-committee", self.some_day())
        [former] = self.choose([code["总工会"]], 1, (52, 60))
        yield PlannedPost(
            former.number, names.COUNTY_CODE, "standing-committee", self.some_day(), self.period.years_before(0.1)
        )
        for number, role in enumerate(OUTSIDERS, FIRST_OUTSIDER):
            self.plan.outsiders[number] = names.person_name(self.stream, "female" if number % 2 else "male")
            yield PlannedPost(number, names.COUNTY_CODE, role, self.some_day())

    def lead(self) -> None:
        """387 leaders, each with one contact point; some branches have two leaders."""
        leaders = self.leaders()
        named = self.period.years_before(0.1)
        for leader in leaders:
            committee = self.tree.committee_of(leader.home, named)
            self.plan.posts.append(PlannedPost(leader.number, committee, "visitor", named))
            self.plan.posts.append(PlannedPost(leader.number, committee, "leader", named))
        places = self.contact_places()
        villages = [unit.code for unit in self.tree.with_trait("village")]
        second = [villages[n % len(villages)] for n in range(len(leaders) - len(places))]
        for leader, place in zip(leaders, [*places, *second], strict=True):
            self.plan.contact_points.append(PlannedContactPoint(leader.number, place, named))

    def leaders(self) -> list[PlannedMember]:
        """The standing committee first, then leading members of the county's and the townships' offices."""
        standing = {post.holder for post in self.plan.posts if post.role == "standing-committee" and not post.until}
        first = [one for people in self.people.values() for one in people if one.number in standing]
        offices = [unit.code for unit in self.tree.branches if unit.profile in {"office", "service"}]
        offices = [code for code in offices if len(self.people[code]) > 8]
        weights = [float(len(self.people[code]) - 6) for code in offices]
        caps = [len(self.people[code]) - 6 for code in offices]
        shares = apportion(LEADERS - STANDING, weights, caps=caps)
        chosen = [
            one for code, share in zip(offices, shares, strict=True) for one in self.choose([code], share, (33, 59))
        ]
        self.stream.shuffle(chosen)
        return [*first, *chosen]

    def contact_places(self) -> list[str]:
        """Every village and community, every new organisation, some schools; the first is the newest leader's."""
        traits = ("village", "community", "two-new")
        places = [unit.code for trait in traits for unit in self.tree.with_trait(trait) if unit.profile]
        schools = [unit.code for unit in self.tree.with_trait("school") if unit.profile]
        return [*places, *self.stream.sample(schools, CONTACT_SCHOOLS)]

    def pair(self) -> None:
        """Each bureau with one to three places, each place with one bureau, and the bureau's visitor."""
        partners = [unit.code for unit in self.tree.with_trait("county-unit")]
        places = [unit.code for trait in ("village", "community") for unit in self.tree.with_trait(trait)]
        self.stream.shuffle(places)
        paired = self.period.years_before(0.05)
        for number, place in enumerate(places):
            self.plan.pairings.append(PlannedPairing(partners[number % len(partners)], place, paired))
        for partner in partners:
            [visitor] = self.choose([partner], 1)
            self.plan.posts.append(PlannedPost(visitor.number, partner, "visitor", paired))
