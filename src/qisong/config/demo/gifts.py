"""What does not come through the branches: flags, handbooks and training, books from the standing committee."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from qisong.config.demo import names
from qisong.config.demo.acts import Act, Giver, Handed, Taken, part
from qisong.config.demo.chance import apportion, chance
from qisong.config.demo.county import County
from qisong.config.demo.lacking import Lacking
from qisong.config.demo.tree import PlannedUnit

FLAGGED, FLAGS = {"village": 30, "two-new": 22, "community": 6}, 51
BOOKS, VISITS_OF_ONE = 686, 7
TRAINED_AT_ONCE, TRAININGS, TRAVELLERS = 52, 4, 22
OTHER_READERS = 0.17  # of a branch's people get a handbook though they hold no post


def plan_flags(county: County) -> tuple[list[str], list[Act]]:
    """The organisations chosen to be given a flag, and the ceremonies at which most of them were."""
    stream = chance("flags")
    chosen: list[str] = []
    for trait, count in FLAGGED.items():
        chosen += stream.sample([unit.code for unit in county.tree.with_trait(trait) if unit.profile], count)
    flown = chosen[:]
    for code in stream.sample(chosen, len(chosen) - FLAGS):
        flown.remove(code)
    by_committee: dict[str, list[str]] = defaultdict(list)
    for code in flown:
        by_committee[county.tree.committee_of(code, county.period.day(0.2))].append(code)
    acts = []
    for committee, units in by_committee.items():
        on = county.period.day(stream.uniform(0.05, 0.2))
        handed = Handed("flags", units, "gathering", committee)
        acts.append(Act(on, committee, units, [], "授旗", "广场", "gathering", received=[handed]))
    return chosen, acts


# ---- handbooks -------------------------------------------------------------------------------------------------------


class Handbooks:
    """Committees hand titles to secretaries and recorders, later to others; the county trains some itself."""

    def __init__(self, county: County, lacking: Lacking) -> None:
        self.county, self.out, self.stream = county, lacking.of["skills"], chance("handbooks")
        self.given: set[tuple[int, str]] = set()
        self.acts: list[Act] = []
        self.plan()

    def plan(self) -> None:
        self.train()
        for committee in self.county.tree.with_trait("committee"):
            self.hand_out(committee.code)
            self.hand_out_more(committee.code)
        self.travel()

    def train(self) -> None:
        """Four courses of the county for secretaries and recorders."""
        on = [self.county.period.day(0.3 + 0.1 * number) for number in range(TRAININGS)]
        workers = [
            one
            for unit in self.county.branches
            for one in self.county.offices.workers(unit.code, on[0])
            if one not in self.out and self.county.by_number[one].home == unit.code
        ]
        trained = self.stream.sample(list(dict.fromkeys(workers)), TRAINED_AT_ONCE * TRAININGS)
        for number, day in enumerate(on):
            present = trained[number * TRAINED_AT_ONCE : (number + 1) * TRAINED_AT_ONCE]
            root = names.COUNTY_CODE
            act = Act(day, root, [root], [part("training")], "党务工作培训", "县委党校", "gathering", present=present)
            self.hand(act, "newcomer", present, root)
            self.acts.append(act)

    def hand_out(self, committee: str) -> None:
        """What a committee gives to those who hold a post on the day; the titles suit the branch."""
        act, branches = self.begin(committee, self.stream.uniform(0.18, 0.32), "发放业务书")
        for unit in branches:
            workers = [one for one in self.county.offices.workers(unit.code, act.on) if one not in self.out]
            for title in self.titles(unit):
                self.hand(act, title, workers, committee)
        self.keep(act)

    def hand_out_more(self, committee: str) -> None:
        """Later to those who have come to a post since, and to a few others of each branch."""
        act, branches = self.begin(committee, self.stream.uniform(0.65, 0.8), "补发业务书")
        for unit in branches:
            today = self.county.offices.workers(unit.code, self.county.period.today)
            people = [one.number for one in self.county.can_come(unit.code, act.on) if one.home == unit.code]
            readers = [one for one in people if one not in today and self.stream.random() < OTHER_READERS]
            late = [one for one in today if one not in self.out and not any((one, t) in self.given for t in TITLES)]
            self.hand(act, self.titles(unit)[-1], [*late, *readers], committee)
        self.keep(act)

    def begin(self, committee: str, fraction: float, subject: str) -> tuple[Act, list[PlannedUnit]]:
        """An act of a committee, and the branches that stand beneath it on the day."""
        on, above = self.county.period.day(fraction), self.county.tree.committee_of
        branches = [unit for unit in self.county.branches if above(unit.code, on) == committee]
        return Act(on, committee, [unit.code for unit in branches], [], subject, "机关", "gathering"), branches

    def titles(self, unit: PlannedUnit) -> list[str]:
        return ["method", *(title for title in TITLES if title in unit.traits)]

    def hand(self, act: Act, title: str, people: Iterable[int], giver: Giver) -> None:
        """One copy to each who has not got the title, in one line an act."""
        to = [one for one in dict.fromkeys(people) if (one, title) not in self.given]
        self.given |= {(one, title) for one in to}
        line = next((line for line in act.received if line.title == title), None)
        if line is None and to:
            act.received.append(Handed("skills", to, "gathering", giver, title=title))
        elif line is not None:
            line.to += to  # type: ignore[operator] # a line of handbooks names people

    def keep(self, act: Act) -> None:
        if act.received:
            self.acts.append(act)

    def travel(self) -> None:
        """The new organisations' secretaries look at how others do it."""
        on = self.county.period.day(0.7)
        firms = [unit.code for unit in self.county.tree.with_trait("two-new") if unit.profile][:TRAVELLERS]
        secretaries = [self.county.secretary(code, on) for code in firms]
        committee = self.county.tree.by_code[firms[-1]].parent
        present = [one for one in secretaries if one is not None]
        self.acts.append(Act(on, committee, firms, [part("trip")], "外出观摩", "邻县", "gathering", present=present))


TITLES = ("village", "community", "two-new", "method", "newcomer")


# ---- books -----------------------------------------------------------------------------------------------------------


class Books:
    """Members of the standing committee bring books to branches; so do others, who are not counted with them."""

    def __init__(self, county: County, already: int) -> None:
        self.county, self.stream = county, chance("books")
        self.acts: list[Act] = []
        start = county.period.start
        standing = county.offices.holders("standing-committee", start)
        givers = [one for one in standing for _ in range(VISITS_OF_ONE)]
        places = self.stream.sample([unit.code for unit in county.branches], len(givers) + 9)
        shares = apportion(BOOKS - already, [self.stream.uniform(0.5, 1.5) for _ in givers])
        for giver, place, copies in zip(givers, places, shares, strict=False):
            self.bring(giver, place, copies)
        former = [post.holder for post in county.offices.posts if post.role == "standing-committee" and post.until]
        for place in places[-9:-6]:
            self.bring(former[0], place, 8)
        for place in places[-6:]:
            committee = county.tree.committee_of(place, start)
            self.bring(committee, place, 10)
            self.give_back(place, committee)

    def give_back(self, place: str, committee: str) -> None:
        """What nobody wanted to keep."""
        on = self.county.period.day(0.97)
        returned = Taken("books", 2, place, committee, returned=True)
        self.acts.append(Act(on, place, [place], [], "退回多余的书", "机关", "gathering", custody=[returned]))

    def bring(self, giver: Giver, place: str, copies: int) -> None:
        """Some copies go straight to people, the rest stays with the branch, which lends some out."""
        on = self.county.period.day(self.stream.uniform(0.1, 0.95))
        act = Act(on, place, [place], [part("visit")], "走访支部、送书", "图书角", "visit")
        act.led = giver if isinstance(giver, int) else None
        readers = [one.number for one in self.county.can_come(place, on) if one.home == place]
        self.stream.shuffle(readers)
        direct = readers[: min(copies, self.stream.choice((0, 0, 0, 4)))]
        if direct:
            act.received.append(Handed("books", direct, "visit", giver))
        if copies > len(direct):
            act.custody.append(Taken("books", copies - len(direct), place, giver))
        lent = [one for one in readers if one not in direct][: self.stream.choice((0, 0, 0, 2))]
        if lent and copies - len(direct) >= len(lent):
            act.received.append(Handed("books", lent, "gathering", place, holder=place))
        self.acts.append(act)
