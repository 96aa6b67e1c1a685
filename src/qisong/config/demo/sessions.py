"""Study sessions and lessons: who met where, when, and who came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import cycle

from qisong.config.demo.acts import Act, part
from qisong.config.demo.chance import apportion, chance
from qisong.config.demo.county import County
from qisong.config.demo.lacking import Lacking
from qisong.config.demo.members import PlannedMember

SESSIONS, LESSONS, HOME_LESSONS = 1068, 355, 24
PAIRED_AT_SESSIONS, OWN_AT_SESSIONS = 30, 60
SUBJECTS = (
    *("通读章程总纲", "章程里的权利和义务", "纪律条例逐条读", "读一篇讲话，说一点体会", "村务公开怎么公开"),
    *(
        "安全生产人人有责",
        "办事流程怎么再短一点",
        "基层治理案例讨论",
        "防汛和应急常识",
        "家风家教故事会",
        "手机办事入门",
    ),
)
TOPICS = (
    *("章程是怎样修订过来的", "一枚徽章的分量", "规矩从小事守起", "身边的好支部", "入户走访怎么谈心", "老支书讲创业"),
    *("怎样开好一次支部会", "种粮人的账本", "社区里的热心人"),
)
ROOMS = ("会议室", "活动室", "文化室", "图书角")
DECISIONS = ("各人回去再读一遍，下次先说体会。", "行动不便的同志，会后由支部送学上门。", "下月继续，时间另行通知。")
REASONS = ("leave", "leave", "work", "other")


class Gatherings:
    """Plans everything people come together for; ``by_branch`` lists the study sessions of each branch by date."""

    def __init__(self, county: County, lacking: Lacking) -> None:
        self.county, self.lacking, self.stream = county, lacking, chance("gatherings")
        self.by_branch: dict[str, list[Act]] = defaultdict(list)
        self.lessons: list[Act] = []
        self.left_out = lacking.without("lessons")

    def plan(self) -> None:
        self.plan_sessions()
        self.plan_paired_lessons()
        self.plan_own_lessons()
        self.plan_home_lessons()
        self.plan_second_lessons()

    def acts(self) -> list[Act]:
        """Every session and every lesson, each once."""
        sessions = [act for acts in self.by_branch.values() for act in acts]
        return [*sessions, *(act for act in self.lessons if not act.has("meeting"))]

    def heard(self) -> set[int]:
        """Who has heard a lesson."""
        return {number for act in self.lessons for number in act.present}

    # ---- study sessions ------------------------------------------------------------------------------------------

    def plan_sessions(self) -> None:
        """More for larger branches; a branch that has since merged into another held one before."""
        branches = self.county.branches
        merged = [code for code, change in self.county.tree.gone.items() if change.on > self.county.period.start]
        merged = [code for code in merged if self.county.people[code]]
        sizes = [len(self.county.people[unit.code]) for unit in branches]
        weights = [size**1.05 * self.stream.uniform(0.8, 1.25) for size in sizes]
        shares = apportion(SESSIONS - len(merged), weights, least=1, caps=[8] * len(branches))
        for unit, share in zip(branches, shares, strict=True):
            for fraction in self.fractions(share):
                self.by_branch[unit.code].append(self.session(unit.code, self.county.period.day(fraction)))
        for code in merged:
            self.by_branch[code].append(self.session(code, self.county.period.day(0.2)))

    def fractions(self, count: int) -> Iterator[float]:
        """The first session is early, the others are spread over the rest of the time."""
        yield self.stream.uniform(0.08, 0.2)
        for number in range(count - 1):
            yield 0.22 + 0.77 * (number + self.stream.random()) / (count - 1)

    def session(self, unit: str, on: date) -> Act:
        stream = self.stream
        expected = self.county.can_come(unit, on)
        present = self.coming(expected, on)
        names = {one.number for one in present}
        away = [one.number for one in expected if one.number not in names and stream.random() < 0.7]
        hour = stream.choice((9, 14, 15, 19, 19))
        subject = stream.choice(SUBJECTS)
        return Act(
            on=on,
            unit=unit,
            units=[unit],
            parts=[part("meeting", "study", subject)],
            subject=subject,
            place=stream.choice(ROOMS),
            channel="gathering",
            chair=self.county.secretary(unit, on),
            recorder=self.county.recorder(unit, on),
            present=[one.number for one in present],
            absent=[(number, stream.choice(REASONS)) for number in away],
            guests=self.guests(unit),
            minutes={
                "agenda": f"{subject}；讨论。",
                "decisions": stream.choice(DECISIONS),
                "starts": f"{hour:02}:00",
                "ends": f"{hour + 1:02}:30",
            },
        )

    def guests(self, unit: str) -> list[tuple[str, int]]:
        """Now and then others listen as well."""
        if self.stream.random() > 0.12:
            return []
        others = "村民代表" if "village" in self.county.tree.by_code[unit].traits else "职工代表"
        return [(self.stream.choice(("积极分子", others)), self.stream.randint(1, 6))]

    def coming(self, expected: Iterable[PlannedMember], on: date, readiness: float = 1.0) -> list[PlannedMember]:
        """Who of those expected came; nobody meets alone."""
        expected = list(expected)
        came = [
            one
            for one in expected
            if self.stream.random() < one.zeal * readiness * (0.2 if one.spell(on, "busy") else 1.0)
        ]
        return came if len(came) > 2 else expected[:3]

    # ---- lessons -------------------------------------------------------------------------------------------------

    def plan_paired_lessons(self) -> None:
        """Each bureau teaches at its villages and communities; at the first of them its own people join in."""
        met: set[str] = set()
        for number, pairing in enumerate(self.county.offices.pairings):
            partner, place = pairing.partner, pairing.unit
            if number % 5 == 4 and partner in met and self.lessons_at_sessions() < PAIRED_AT_SESSIONS:
                act = self.teach_at_session(place)
            else:
                units = [place] if partner in met else [place, partner]
                act = self.lesson(units, self.county.period.day(self.stream.uniform(0.12, 0.9)))
            act.led = self.county.secretary(partner, act.on)
            met.add(partner)

    def plan_own_lessons(self) -> None:
        """The others: small branches of a committee often listen together."""
        paired = {code for tie in self.county.offices.pairings for code in (tie.unit, tie.partner)}
        sizes, alone = cycle((1, 2, 1, 3, 2, 4)), 0
        for committee in self.county.tree.with_trait("committee"):
            codes = [unit.code for unit in self.county.branches if unit.code.startswith(committee.code)]
            waiting = [code for code in codes if code not in paired]
            while waiting:
                size = next(sizes)
                together, waiting = waiting[:size], waiting[size:]
                if len(together) == 1 and alone < OWN_AT_SESSIONS:
                    alone += 1
                    self.teach_at_session(together[0])
                else:
                    self.lesson(together, self.county.period.day(self.stream.uniform(0.15, 0.9)))

    def plan_home_lessons(self) -> None:
        """A lesson at somebody's bedside, for one or two neighbours as well."""
        villages = [unit.code for unit in self.county.tree.with_trait("village")]
        self.stream.shuffle(villages)
        held = 0
        for village in villages:
            on = self.county.period.day(self.stream.uniform(0.3, 0.9))
            listeners = [one for one in self.county.roster(village, on) if one.spell(on, "frail", "homebound")]
            listeners = [one for one in listeners if one.number not in self.left_out][:3]
            if listeners and held < HOME_LESSONS:
                held += 1
                self.keep(self.lesson_act([village], on, listeners, at_home=True))
        if held < HOME_LESSONS:
            raise ValueError("too few people are homebound")

    def plan_second_lessons(self) -> None:
        """As many more as there are in all, at the largest branches."""
        largest = sorted(self.county.branches, key=lambda unit: -len(self.county.people[unit.code]))
        missing = LESSONS - len(self.lessons)
        if missing < 0:
            raise ValueError(f"{-missing} lessons too many")
        for unit in largest[:missing]:
            self.lesson([unit.code], self.county.period.day(self.stream.uniform(0.3, 0.97)))

    def lesson(self, units: list[str], on: date) -> Act:
        """A lesson for one or several branches together."""
        expected = [one for unit in units for one in self.county.can_come(unit, on)]
        came = self.coming(self.who_may_hear(dict.fromkeys(expected)), on, 0.9)
        return self.keep(self.lesson_act(units, on, came))

    def lesson_act(self, units: list[str], on: date, came: list[PlannedMember], *, at_home: bool = False) -> Act:
        topic = self.stream.choice(TOPICS)
        return Act(
            on=on,
            unit=units[0],
            units=units,
            parts=[*([part("visit")] if at_home else []), part("lesson", subject=topic)],
            subject=topic,
            place="党员家中" if at_home else self.stream.choice(ROOMS),
            channel="visit" if at_home else "gathering",
            led=self.county.secretary(units[0], on),
            recorder=self.county.recorder(units[0], on),
            present=[one.number for one in came],
        )

    def teach_at_session(self, unit: str) -> Act:
        """Adds a lesson to a study session of the branch that has none yet."""
        act = next(act for act in self.by_branch[unit] if not act.has("lesson"))
        act.parts.append(part("lesson", subject=self.stream.choice(TOPICS)))
        act.present = [one.number for one in self.who_may_hear(self.county.by_number[n] for n in act.present)]
        return self.keep(act)

    def keep(self, act: Act) -> Act:
        self.lessons.append(act)
        return act

    def who_may_hear(self, people: Iterable[PlannedMember]) -> list[PlannedMember]:
        return [one for one in people if one.number not in self.left_out]

    def lessons_at_sessions(self) -> int:
        return sum(act.has("meeting") for act in self.lessons)
