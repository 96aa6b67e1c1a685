"""How what a branch took for its members reached them: at meetings, at home, by post, in a last round of the village.

Copies leave a branch only while it holds some; who has an item already says so at the first meeting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from qisong.config.demo.acts import Act, Handed, Said, Taken, part
from qisong.config.demo.chance import apportion, chance
from qisong.config.demo.county import County
from qisong.config.demo.lacking import PAPER, Lacking
from qisong.config.demo.members import PlannedMember

# What the committees handed to the organisations beneath them.
FROM_COMMITTEES = {"rules": 3660, "constitutions": 4550, "badges": 5160, "speeches": 1035}
FIRST_BATCH = 0.7
# Which items came in which of a committee's three deliveries, and when (as fractions of the programme).
DELIVERIES = (
    (("constitutions", "rules"), (0.015, 0.045)),
    (("badges", "speeches"), (0.03, 0.065)),
    (PAPER, (0.38, 0.5)),
)
AT_HOME = ("frail", "homebound", "busy")
FAR = ("away",)


@dataclass
class Hands:
    """Who gets which item how. ``waiting``: from what the branch holds; ``has``: had it already."""

    waiting: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    has: set[tuple[int, str]] = field(default_factory=set)
    unheard: set[int] = field(default_factory=set)  # no lesson yet, and not to be left without
    copies: dict[str, dict[str, int]] = field(default_factory=dict)  # item → branch → copies taken


def plan_hands(county: County, lacking: Lacking, given: dict[str, set[int]], heard: set[int]) -> Hands:
    hands, stream = Hands(), chance("hands")
    for item in PAPER:
        share_out(item, hands, county, lacking.without(item) | given[item])
    workers = {unit.code: county.offices.workers(unit.code, county.period.today) for unit in county.branches}
    spare = FROM_COMMITTEES["speeches"] - sum(len(found) for found in workers.values())
    extra = set(stream.sample(list(workers), spare))
    hands.copies["speeches"] = {code: len(found) + (code in extra) for code, found in workers.items()}
    hands.waiting["speeches"] = {one for found in workers.values() for one in found} - lacking.of["speeches"]
    here = {one.number for one in county.members if one.still_here}
    hands.unheard = here - heard - lacking.without("lessons")
    for member in county.members:
        if not member.still_here:
            hands.has |= {(member.number, item) for item in PAPER if stream.random() < 0.7}
    return hands


def share_out(item: str, hands: Hands, county: County, out: set[int]) -> None:
    """Divide what the committees handed out among the branches, and a branch's copies among all but those ``out``."""
    stream = chance(f"shares of {item}")
    people = {
        unit.code: [one for one in county.members_today(unit.code) if one.number not in out] for unit in county.branches
    }
    kept = {code: stream.choice((0, 0, 0, 0, 0, 1, 1, 2, 3, 4)) for code in people}
    weights = [len(county.people[code]) * stream.uniform(0.6, 1.4) for code in people]
    caps = [int(len(found) * 0.85) + kept[code] for code, found in people.items()]
    shares = apportion(FROM_COMMITTEES[item], weights, caps=caps)
    hands.copies[item] = dict(zip(people, shares, strict=True))
    for code, found in people.items():
        count = max(0, hands.copies[item][code] - kept[code])
        chosen = {one.number for one in sorted(found, key=lambda one: preference(one, county, stream))[:count]}
        hands.waiting[item] |= chosen
        hands.has |= {(one.number, item) for one in found if one.number not in chosen}


def preference(member: PlannedMember, county: County, stream: Random) -> float:
    """Who comes to meetings is given a copy rather than somebody who is away."""
    return stream.random() + 0.5 * member.spell(county.period.day(0.5), *FAR)


class Committees:
    """Deliveries of the committees to the organisations beneath them, and when each branch got what."""

    def __init__(self, county: County, hands: Hands) -> None:
        self.acts: list[Act] = []
        self.arrivals: dict[str, list[tuple[date, str, int]]] = defaultdict(list)
        stream = chance("deliveries")
        for number, (items, span) in enumerate(DELIVERIES):
            days: dict[str, date] = {}
            rows: dict[str, list[Taken]] = defaultdict(list)
            for unit in county.branches:
                roughly = county.period.day(span[0])
                committee = county.tree.committee_of(unit.code, roughly)
                day = days.setdefault(committee, county.period.day(stream.uniform(*span)))
                for item in items:
                    copies = batch(hands.copies[item][unit.code], item, number)
                    if copies:
                        rows[committee].append(Taken(item, copies, unit.code, committee))
                        self.arrivals[unit.code].append((day, item, copies))
            self.acts += [delivery(committee, days[committee], taken) for committee, taken in rows.items()]


def batch(copies: int, item: str, delivery: int) -> int:
    """How many of a branch's copies came with the delivery: those of one batch, or most of them first."""
    if item == "speeches":
        return copies
    first = -int(-copies * FIRST_BATCH // 1)
    return copies - first if delivery == len(DELIVERIES) - 1 else first


def delivery(committee: str, on: date, taken: list[Taken]) -> Act:
    units = list(dict.fromkeys(one.unit for one in taken))
    return Act(on, committee, units, [part("hand-over")], "向基层组织发放学习材料", "机关", "gathering", custody=taken)


class Branch:
    """Plays one branch's year: copies come in, and go out to people at what takes place."""

    def __init__(self, code: str, county: County, hands: Hands, stream: Random) -> None:
        self.code, self.county, self.hands, self.stream = code, county, hands, stream
        self.stock: Counter[str] = Counter()
        self.acts: list[Act] = []

    def play(self, arrivals: list[tuple[date, str, int]], sessions: list[Act]) -> None:
        happenings = [(act.on, 1, act) for act in sessions]
        happenings += [(act.on, 2, act) for act in self.errands()]
        pending = sorted(arrivals, key=lambda arrival: arrival[0])
        for on, kind, act in sorted(happenings, key=lambda one: one[:2]):
            while pending and pending[0][0] <= on:
                _day, item, copies = pending.pop(0)
                self.stock[item] += copies
            if kind == 1:
                self.at_session(act)
            else:
                self.on_errand(act)

    def errands(self) -> list[Act]:
        """What the branch does for those who cannot come: one or two rounds of visits, a parcel, a last round."""
        period, uniform = self.county.period, self.stream.uniform
        plan = [(uniform(0.24, 0.4), "visit"), (uniform(0.42, 0.6), "wechat")]
        plan += [(uniform(0.6, 0.85), "visit"), (uniform(0.93, 0.985), "last")]
        return [self.errand(period.day(fraction), how) for fraction, how in plan]

    def errand(self, on: date, how: str) -> Act:
        subject = {"visit": "送学上门", "wechat": "给外出党员寄材料、发课", "last": "逐户补送"}[how]
        parts = [part("hand-over")] if how == "wechat" else [part("visit")]
        led = self.county.secretary(self.code, on) if how != "wechat" else None
        channel = "wechat" if how == "wechat" else "visit"
        return Act(
            on, self.code, [self.code], parts, subject, "", channel, led, recorder=self.county.recorder(self.code, on)
        )

    def at_session(self, act: Act) -> None:
        roster = self.county.roster(self.code, act.on)
        self.ask(act, roster)
        present = set(act.present)
        here = [one for one in roster if one.number in present]
        for item in (*PAPER, "speeches"):
            self.give(act, item, here, "gathering")

    def on_errand(self, act: Act) -> None:
        roster = self.county.roster(self.code, act.on)
        last = act.subject == "逐户补送"
        if act.channel == "wechat":
            people = [one for one in roster if one.spell(act.on, *FAR)]
            channel = "post"
        else:
            people = roster if last else [one for one in roster if one.spell(act.on, *AT_HOME)]
            channel = "visit"
        self.ask(act, roster if last else people)
        for item in (*PAPER, "speeches"):
            self.give(act, item, people, channel)
        self.play_lessons(act, people if act.channel != "wechat" else [*people, *self.some(roster)])
        if act.received or act.answers:
            self.acts.append(act)

    def some(self, roster: list[PlannedMember]) -> list[PlannedMember]:
        """People at home who missed the lesson and look at it on their telephone."""
        return [one for one in roster if one.phone and self.stream.random() < 0.5]

    def give(self, act: Act, item: str, people: Iterable[PlannedMember], channel: str) -> None:
        to = [one.number for one in people if one.number in self.hands.waiting[item]][: self.stock[item]]
        if to:
            act.received.append(Handed(item, to, channel, self.code, holder=self.code))
            self.hands.waiting[item] -= set(to)
            self.stock[item] -= len(to)

    def ask(self, act: Act, people: Iterable[PlannedMember]) -> None:
        """Who has an item already says so, once."""
        for one in people:
            for item in PAPER:
                if (one.number, item) in self.hands.has and not one.spell(act.on, "out-of-contact"):
                    self.hands.has.remove((one.number, item))
                    act.answers.append(Said(one.number, item, "has"))

    def play_lessons(self, act: Act, people: Iterable[PlannedMember]) -> None:
        """A recorded lesson, by whatever carries it."""
        by_channel: dict[str, list[int]] = defaultdict(list)
        for one in dict.fromkeys(people):
            if one.number in self.hands.unheard:
                self.hands.unheard.remove(one.number)
                by_channel[self.carrier(act, one)].append(one.number)
        act.received += [Handed("lessons", to, channel, self.code) for channel, to in by_channel.items()]

    def carrier(self, act: Act, member: PlannedMember) -> str:
        if act.channel == "wechat":
            return self.stream.choice(("wechat", "wechat", "online"))
        if member.age(act.on) > 60:
            return self.stream.choice(("disc", "disc", "usb", "phone"))
        return self.stream.choice(("wechat", "online", "usb"))
