"""What happens to people while the programme runs: they move, join, leave, die, come home, are found again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from qisong.config.demo.chance import chance
from qisong.config.demo.members import DESTINATIONS, PROFILES, YEAR, Maker, PlannedMember, Spell, Stay
from qisong.config.demo.period import Period
from qisong.config.demo.tree import TreePlan

TRANSFERS, DEATHS, DEPARTURES, JOINED = 56, 34, 12, 46
SUSPENDED, CAME_HOME, WENT_AWAY, FOUND, TOOK_TO_BED = 13, 30, 40, 90, 24
ATTACHED = 84
# Out of contact at some time of the programme, and spoken with again while it ran.
OUT_OF_CONTACT, RECONTACTED = 680, 285
MOST_LOST = 5  # of one branch, unless chance has made it more
LATEST_RETURN = 0.92  # so that the last round of visits finds them


def live(tree: TreePlan, members: list[PlannedMember], busy: set[int], maker: Maker) -> None:
    """Writes into ``members`` what happened to them; who is ``busy`` with a post is spared. Adds those who joined."""
    life = Life(tree, members, busy, maker)
    merge(tree, members)
    life.move_about()
    life.part()
    life.change()
    life.attach()
    life.join()
    life.lose_touch()
    become_full(members, life.period)


def merge(tree: TreePlan, members: Sequence[PlannedMember]) -> None:
    for unit, change in tree.gone.items():
        for member in members:
            if member.home == unit:
                settle(member, change.to, change.on)


def settle(member: PlannedMember, unit: str, on: date) -> None:
    member.stays[-1].until = on
    member.stays.append(Stay(unit, on))


def become_full(members: Sequence[PlannedMember], period: Period) -> None:
    """A year after joining, unless that is still to come."""
    for member in members:
        day = member.joined + YEAR
        if member.became_full is None and member.still_here and period.start <= day < period.today:
            member.made_full_on = day


class Life:
    """Lets things happen to those who hold no post; each person meets one thing at most."""

    def __init__(self, tree: TreePlan, members: list[PlannedMember], busy: set[int], maker: Maker) -> None:
        self.tree, self.members, self.maker = tree, members, maker
        self.period: Period = maker.period
        self.stream: Random = chance("lives")
        gone = tree.gone
        self.branches = [unit for unit in tree.branches if unit.code not in gone]
        self.free = [one for one in members if one.number not in busy and one.home not in gone and one.became_full]
        self.stream.shuffle(self.free)

    def take(self, count: int, kind: str = "", ages: tuple[int, int] = (18, 100)) -> list[PlannedMember]:
        """The next ``count`` people of this age who live in a circumstance (in none, if none is named)."""
        kinds, start = ([kind] if kind else []), self.period.start
        fitting = [one for one in self.free if [spell.kind for spell in one.spells] == kinds]
        fitting = [one for one in fitting if ages[0] <= one.age(start) <= ages[1]][:count]
        chosen = {one.number for one in fitting}
        self.free = [one for one in self.free if one.number not in chosen]
        return fitting

    def day(self, earliest: float = 0.05, latest: float = 0.95) -> date:
        return self.period.day(self.stream.uniform(earliest, latest))

    def move_about(self) -> None:
        """To another branch of the same kind, or on retirement to that of the retired."""
        profile = {unit.code: unit.profile for unit in self.branches}
        for member in self.take(TRANSFERS):
            like = [unit.code for unit in self.branches if unit.profile == profile[member.home]]
            settle(member, self.stream.choice([code for code in like if code != member.home]), self.day(0.1, 0.9))

    def part(self) -> None:
        for member in [*self.take(DEATHS - DEATHS // 3, "frail"), *self.take(DEATHS // 3, ages=(70, 100))]:
            member.died_on = end(member, self.day())
        for member in self.take(DEPARTURES, ages=(22, 55)):
            member.left_on = end(member, self.day())

    def change(self) -> None:
        """Circumstances that begin or end on a day of the programme."""
        for number, member in enumerate(self.take(SUSPENDED, "out-of-contact")):
            day = self.day() if number % 3 == 0 else self.period.years_before(0.2)
            member.spells[0].since = min(member.spells[0].since, self.period.years_before(0.9))
            member.spells[0].until = day
            member.spells.append(Spell("suspended", day))
        for member in self.take(CAME_HOME, "away"):
            member.spells[0].until = self.day()
        for member in self.take(FOUND, "out-of-contact"):
            day = self.day(latest=LATEST_RETURN)
            member.spells[0].until = day
            member.spells.append(Spell("away", day, detail=self.stream.choice(DESTINATIONS)))
        for member in self.take(WENT_AWAY, ages=(22, 50)):
            member.spells.append(Spell("away", self.day(), detail=self.stream.choice(DESTINATIONS)))
        for member in self.take(TOOK_TO_BED, ages=(66, 100)):
            member.spells.append(Spell("homebound", self.day()))

    def attach(self) -> None:
        """People who work in town and join the meetings of a branch there."""
        hosts = [unit for unit in self.branches if {"two-new", "community"} & set(unit.traits)]
        for member in self.take(ATTACHED, "away"):
            host = self.stream.choice([unit for unit in hosts if unit.code != member.home])
            since = max(member.spells[0].since, host.founded) + timedelta(days=20)
            member.attached.append(Stay(host.code, min(since, self.period.start)))

    def join(self) -> None:
        """New members, on probation for a year."""
        for unit in self.stream.sample(self.branches, JOINED):
            joined = self.day(0.05, 0.9)
            self.members.append(self.maker.member(unit, age=self.stream.randint(21, 45), joined=joined))

    def lose_touch(self) -> None:
        """As many more as it takes: some are found again, the others belong to branches that lack somebody anyway."""
        stream, today = chance("losing touch"), self.period.today
        already = [one for one in self.members if lost_since(one, self.period.start)]
        found = RECONTACTED - FOUND
        lost = Counter(one.home for one in already if one.spell(today, "out-of-contact"))
        order = self.likely(stream)
        for member in order[:found]:
            day = self.period.day(stream.uniform(0.06, LATEST_RETURN))
            gone = bool(member.spells)
            member.spells = [self.silence(member, stream, day)]
            if gone or stream.random() < 0.3:
                member.spells.append(Spell("away", day, detail=stream.choice(DESTINATIONS)))
        left = OUT_OF_CONTACT - len(already) - found
        for member in order[found:]:
            if left and 0 < lost[member.home] < MOST_LOST:
                member.spells = [self.silence(member, stream, None)]
                lost[member.home] += 1
                left -= 1

    def likely(self, stream: Random) -> list[PlannedMember]:
        """Members of some years to whom nothing else happens, rather those away, and of branches that lose people."""
        profile, before = {unit.code: unit.profile for unit in self.branches}, self.period.years_before(2)
        free = [
            one for one in self.free if [spell.kind for spell in one.spells] in ([], ["away"]) and one.joined < before
        ]
        free = [one for one in free if not one.attached and not any(spell.until for spell in one.spells)]
        weights = {one.number: PROFILES[profile[one.home]].lost * (8 if one.spells else 1) for one in free}
        return sorted(free, key=lambda one: stream.random() ** (1 / weights[one.number]), reverse=True)

    def silence(self, member: PlannedMember, stream: Random, until: date | None) -> Spell:
        since = self.period.years_before(stream.uniform(0.6, 6))
        return Spell("out-of-contact", max(since, member.stays[0].since), until)


def lost_since(member: PlannedMember, start: date) -> Spell | None:
    """The time out of contact that lasted into the programme."""
    kind = "out-of-contact"
    return next((one for one in member.spells if one.kind == kind and (not one.until or one.until > start)), None)


def end(member: PlannedMember, on: date) -> date:
    """The last stay and all circumstances end."""
    member.stays[-1].until = on
    for spell in member.spells:
        spell.until = on
    return on
