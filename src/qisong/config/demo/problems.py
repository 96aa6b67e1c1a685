"""Problems of branches and how they are put right, and branches that are to be lifted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qisong.casework.rectifying import Problem
from qisong.casework.terms import ActionKind, Bucket, Kind, Move
from qisong.config.demo.cases import Calendar, PlannedAction, PlannedCase, shuffled
from qisong.config.demo.chance import apportion, chance
from qisong.config.demo.county import County
from qisong.config.demo.logins import chosen_posts
from qisong.config.demo.tree import PlannedUnit

# How 243 problems stand today; besides them some were withdrawn.
STANDING = (
    *(("closed", 138), ("closed-again", 11), ("returned-closed", 9)),
    *(("working", 40), ("again", 6), ("returned", 5), ("fixed", 18), ("open", 16)),
)
WITHDRAWN = 8
BRANCHES = 128
BUCKETS = {Bucket.OVERDUE: 3, Bucket.WITHIN_10: 5, Bucket.WITHIN_20: 4, Bucket.LATER: 5}
UNDATED = 0.8  # of the problems that nobody has
NAMED = ("leading", "part", "work")
# Those that the county names itself have only examples here.
UNNAMED = tuple(f"example-{n}" for n in range(4, 14))


@dataclass(frozen=True)
class Example:
    text: str
    standard: str
    measure: str
    progress: str


EXAMPLES = {
    "leading": (
        Example("带头参加义务劳动少", "每季度至少带头参加一次", "排出全年参加的日程", "按日程参加了两次，名单已公布"),
        Example("岗位承诺没有公开", "承诺上墙，年底公布结果", "重新写出承诺并公开", "承诺已贴在公开栏"),
    ),
    "part": (
        Example("联系的户走访得少", "每户每季度走访一次", "把户分到人，逐户走访", "已走访一遍，记下了各户要办的事"),
        Example(
            "村里议事时发言的人少", "议事会上人人可以发言", "会前三天把议题告诉每个人", "最近两次会上都有十人以上发言"
        ),
    ),
    "work": (
        Example("群众反映的事回复慢", "七天内答复", "指定专人登记和答复", "积压的几件都已答复"),
        Example("通知层层转发，到人太晚", "当天通知到人", "建一份能找到每个人的联系单", "联系单已核对，通知当天到人"),
    ),
    "": (
        Example("会议记录不全", "每次会议都有记录", "补齐缺的记录，今后当场记", "缺的三次记录已补齐"),
        Example("活动室常关着", "每天开放，有人值班", "排出值班表，公布开放时间", "值班表已公布，晚上也开放"),
        Example("学习资料放着没有发", "资料到了一周内发到人", "逐人核对，谁没有就送谁", "已核对名单，全部发出"),
        Example("公开栏内容过期", "每月更新一次", "指定专人更新", "公开栏已更新"),
        Example("外出的人联系不勤", "每月联系一次", "每人确定一个联系人", "联系人已确定，都通过话"),
        Example("年轻人参加活动少", "活动时间照顾上班的人", "把活动改到晚上或周末", "周末办了一次，来的人多了"),
        Example("图书借阅没有登记", "借还都有登记", "重新编号、建登记本", "书已编号，登记本已启用"),
        Example("意见箱长期没有开", "每周开箱一次", "两人一起开箱并登记", "已开箱，意见都已答复"),
    ),
}
NOT_YET = ("只做了一半，请继续", "现场看过，与登记的不一样", "还有几户没有走到")
AGAIN = ("又出现了同样的情况", "回头看时没有坚持")
POSTPONED = ("农忙，推迟半个月", "等新的橱窗做好", "负责的人调整，需要交接")
LAX = (
    "连续两个季度没有开过会，班子不齐",
    "议事不公开，群众意见多",
    "资料和账目长期没有人管",
    "年轻人都在外地，活动停了半年",
)
LIFTED = (
    ("working", Bucket.LATER),
    ("working", Bucket.WITHIN_20),
    ("working", Bucket.OVERDUE),
    ("fixed", Bucket.WITHIN_10),
)


def plan_problems(county: County) -> list[PlannedCase]:
    return [*Problems(county).cases, *liftings(county)]


class Problems:
    def __init__(self, county: County) -> None:
        self.county, self.stream = county, chance("problems")
        self.calendar = Calendar(county.period, self.stream)
        self.fates = shuffled(STANDING, self.stream) + ["withdrawn"] * WITHDRAWN
        aspects = shuffled([(aspect, 1) for aspect in (*NAMED, *UNNAMED)], self.stream)
        aspects += self.stream.choices(
            [*NAMED, *UNNAMED], [3, 3, 3, *[1] * len(UNNAMED)], k=len(self.fates) - len(aspects)
        )
        units = [unit for unit, share in self.shares() for _ in range(share)]
        self.stream.shuffle(units)
        found = zip(units, aspects, self.fates, strict=True)
        self.cases = [self.case(unit, aspect, fate) for unit, aspect, fate in found]

    def shares(self) -> list[tuple[PlannedUnit, int]]:
        """Most branches that have any have one or two; those of the recorders' logins have several."""
        shown = {post.unit for name, post in chosen_posts(self.county) if name.startswith("recorder")}
        branches = [unit for unit in self.county.branches if unit.founded <= self.county.period.start]
        others = [unit for unit in branches if unit.code not in shown]
        chosen = [unit for unit in branches if unit.code in shown] + self.stream.sample(others, BRANCHES - len(shown))
        weights = [8.0 if unit.code in shown else self.stream.uniform(0.3, 2) for unit in chosen]
        return list(zip(chosen, apportion(len(self.fates), weights, least=1), strict=True))

    def case(self, unit: PlannedUnit, aspect: str, fate: str) -> PlannedCase:
        told = self.stream.choice(EXAMPLES.get(aspect, EXAMPLES[""]))
        above = self.county.tree.by_code[self.county.tree.committee_of(unit.code, self.county.period.today)].name
        leader = self.county.by_number[self.owner(unit.code)].name if self.stream.random() < 0.4 else ""
        measures = (told.measure,) if fate != "open" or self.stream.random() < 0.3 else ()
        body = above if self.stream.random() < 0.15 else ""
        problem = Problem(told.text, aspect, told.standard, leader, body, measures=measures)
        late = fate in {"open", "fixed"}
        opened = self.calendar.day(0.72, 0.97) if late else self.calendar.day(0.05, 0.6)
        case = PlannedCase(Kind.FINDING, unit.code, opened, problem=problem)
        case.actions += [PlannedAction(ActionKind.MEASURE, opened, text) for text in measures]
        self.run(case, fate, told)
        return case

    def owner(self, unit: str) -> int:
        today = self.county.period.today
        holders = self.county.offices.workers(unit, today)
        return self.stream.choice(holders)

    def run(self, case: PlannedCase, fate: str, told: Example) -> None:
        bucket = self.stream.choices(list(BUCKETS), list(BUCKETS.values()))[0]
        if fate == "withdrawn":
            case.turn(Move.WITHDRAW, self.calendar.after(case.opened_on, 1, 9), reason="与另一条重复")
        elif fate == "open":
            case.due_on = None if self.stream.random() < UNDATED else self.calendar.due(bucket, case.opened_on)
        else:
            self.assign(case, bucket, closes="closed" in fate)
            for step in {"fixed": ("ask",), "closed": ("ask", "close"), **LONGER}.get(fate, ()):
                self.take(case, step, told, bucket)
            self.come_on(case, told)

    def assign(self, case: PlannedCase, bucket: Bucket, *, closes: bool) -> None:
        given = self.calendar.after(case.opened_on, 0, 8)
        owner, due = self.owner(case.unit), self.calendar.due(bucket, given)
        if closes:
            due = self.calendar.after(given, 30, 90, date.max)
        first = self.calendar.after(given, 10, 20, due) if self.stream.random() < 0.15 else due
        case.turn(Move.ASSIGN, given, owner=owner, due_on=first)
        if first != due:
            on = self.calendar.after(given, 3, 9)
            case.turn(Move.EXTEND, on, due_on=max(due, on), reason=self.stream.choice(POSTPONED))

    def take(self, case: PlannedCase, step: str, told: Example, bucket: Bucket) -> None:
        """``ask`` for the end, ``close``, send ``back`` or open ``again``."""
        on = self.calendar.after(case.last, 4, 26) if step in {"ask", "again"} else self.calendar.after(case.last, 1, 9)
        if step == "ask":
            case.actions.append(PlannedAction(ActionKind.PROGRESS, on, told.progress))
            case.turn(Move.REQUEST, on)
        elif step == "close":
            case.turn(Move.SETTLE, on)
        elif step == "back":
            case.turn(Move.RETURN, on, reason=self.stream.choice(NOT_YET))
        else:
            due = self.calendar.due(bucket, on)
            case.turn(Move.REOPEN, on, due_on=due, reason=self.stream.choice(AGAIN))

    def come_on(self, case: PlannedCase, told: Example) -> None:
        """Some of those being worked on tell how far they have come."""
        if not any(action.kind is ActionKind.PROGRESS for action in case.actions) and self.stream.random() < 0.6:
            on = self.calendar.after(case.last, 5, 40)
            case.actions.append(PlannedAction(ActionKind.PROGRESS, on, told.progress))


LONGER = {
    "returned": ("ask", "back"),
    "returned-closed": ("ask", "back", "ask", "close"),
    "again": ("ask", "close", "again"),
    "closed-again": ("ask", "close", "again", "ask", "close"),
}


def liftings(county: County) -> Iterator[PlannedCase]:
    """Some of the lax branches: the clerk above is responsible, the leader of the contact point helps."""
    stream, period = chance("liftings"), county.period
    calendar = Calendar(period, stream)
    clerks = {post.unit: post.holder for post in county.offices.posts if post.role == "clerk"}
    helpers = {point.unit: point.leader for point in county.offices.contact_points}
    for unit, (fate, bucket), text in zip(county.tree.with_trait("lax"), LIFTED, LAX, strict=False):
        opened = calendar.day(0.1, 0.4)
        case = PlannedCase(Kind.LIFTING, unit.code, opened, problem=Problem(text), helper=helpers[unit.code])
        case.owner, case.due_on = (
            clerks[county.tree.committee_of(unit.code, period.today)],
            calendar.due(bucket, opened),
        )
        case.actions.append(PlannedAction(ActionKind.MEASURE, opened, "派人驻点，先把班子配齐"))
        case.actions.append(PlannedAction(ActionKind.PROGRESS, calendar.after(opened, 20, 50), "班子已配齐，补开了会"))
        if fate == "fixed":
            case.turn(Move.REQUEST, calendar.before(period.today, 3, 9, case.actions[-1].on))
        yield case
