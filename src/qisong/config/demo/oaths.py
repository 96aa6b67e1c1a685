"""The renewal of the oath: a leader visits a contact point, and part of what is delivered comes in the same visit."""

from __future__ import annotations

from collections import defaultdict

from qisong.config.demo.acts import Act, Handed, part
from qisong.config.demo.chance import chance
from qisong.config.demo.county import County
from qisong.config.demo.lacking import PAPER, Lacking
from qisong.config.demo.members import PlannedMember

# How often somebody present who lacked an item got it from the leader's own hand.
GIFTS = {"badges": 0.3, "constitutions": 0.12, "rules": 0.1}
MOST_PRESENT = 24


class Oaths:
    """Plans one visit for each contact point; ``given`` tells who got what there."""

    def __init__(self, county: County, lacking: Lacking) -> None:
        self.county, self.stream = county, chance("oaths")
        self.out = {item: lacking.without(item) for item in PAPER}
        self.given: dict[str, set[int]] = defaultdict(set)
        self.acts: list[Act] = []
        self.plan()

    def plan(self) -> None:
        leaders: dict[str, list[int]] = defaultdict(list)
        for point in self.county.offices.contact_points:
            leaders[point.unit].append(point.leader)
        for number, (place, guests) in enumerate(leaders.items()):
            act = self.visit(place, guests)
            if number == 0:
                self.bring(act, dict.fromkeys(PAPER, 1.0))
                self.leave_books(act)
            else:
                self.bring(act, GIFTS)
            self.acts.append(act)

    def visit(self, place: str, leaders: list[int]) -> Act:
        on = self.county.period.day(self.stream.uniform(0.15, 0.9))
        expected = [one for one in self.county.can_come(place, on) if one.is_in(place, on)]
        came = [one for one in expected if self.stream.random() < one.zeal * 0.78][:MOST_PRESENT] or expected
        return Act(
            on=on,
            unit=place,
            units=[place],
            parts=[part("visit"), part("oath")],
            subject="走访联系点、重温誓词",
            place="活动室",
            channel="visit",
            recorder=self.county.recorder(place, on),
            present=[*leaders, *(one.number for one in came)],
        )

    def bring(self, act: Act, shares: dict[str, float]) -> None:
        """The leader hands items to people of the branch who are there and need them."""
        people = [self.county.by_number[number] for number in act.present]
        for item, share in shares.items():
            free = [one for one in people if self.may_get(one, item, act)]
            to = [one.number for one in free if self.stream.random() < share]
            if to:
                act.received.append(Handed(item, to, "visit", act.present[0]))
                self.given[item].update(to)

    def may_get(self, member: PlannedMember, item: str, act: Act) -> bool:
        return member.home == act.unit and member.number not in self.out[item]

    def leave_books(self, act: Act) -> None:
        """Study material for everybody of the branch who is there."""
        to = [number for number in act.present if self.county.by_number[number].home == act.unit]
        act.received.append(Handed("books", to, "visit", act.present[0]))

    def books(self) -> int:
        """How many copies were left as study material."""
        return sum(len(line.to) for act in self.acts for line in act.received if line.item == "books")
