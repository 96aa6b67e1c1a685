"""How members out of contact are looked for: a search each, with its attempts and leads, and what it came to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qisong.casework.telling import Hint
from qisong.casework.terms import Bucket, Kind, LeadKind, Move, Result
from qisong.casework.tracing import Decision, Loss, Told
from qisong.config.demo import names
from qisong.config.demo.cases import Calendar, PlannedAttempt, PlannedCase, shuffled
from qisong.config.demo.chance import chance
from qisong.config.demo.county import County
from qisong.config.demo.lives import OUT_OF_CONTACT, RECONTACTED, lost_since
from qisong.config.demo.members import MOBILE, PlannedMember, Spell

# Of those not spoken with yet, how their searches stand today; all others are being worked on.
STANDING = (("open", 70), ("found", 22), ("lost", 38), ("proposed-lost", 18), ("proposed-found", 6), ("decided", 20))
SENT_BACK, OPENED_AGAIN, OPENED_TWICE = 14, 6, 6
BUCKETS = {Bucket.OVERDUE: 3, Bucket.WITHIN_10: 4, Bucket.WITHIN_20: 4, Bucket.LATER: 7}
UNDATED = 0.85  # of the searches that nobody has
LOSSES = {
    "firm": ("reformed", "new-work", "new-work", "work-away", "other"),
    "school": ("new-work", "graduated"),
    "": ("work-away", "work-away", "work-away", "moved", "moved", "graduated", "abroad", "new-work", "other"),
}
ESTABLISHMENTS = {
    "village": "rural",
    "community": "neighbourhood",
    "office": "office",
    "service": "institution",
    "health": "institution",
    "school": "school",
    "firm": "private-firm",
}
CHANNELS = ("phone", "phone", "phone", "wechat", "wechat", "visit", "visit", "post", "online")
IN_VAIN = (Result.NO_ANSWER, Result.NO_ANSWER, Result.WRONG, Result.UNKNOWN, Result.PASSED_ON, Result.DECLINED)
UNANSWERED = (Result.NO_ANSWER, Result.NO_ANSWER, Result.WRONG)
RELATIONS = {
    LeadKind.RELATIVE: ("哥哥", "妹妹", "堂弟", "舅舅", "侄女"),
    LeadKind.FRIEND: ("同学", "战友", "同乡"),
    LeadKind.MEMBER: ("原来同组", "介绍人"),
    LeadKind.EMPLOYER: ("原来的单位",),
    LeadKind.NEIGHBOUR: ("邻居",),
    LeadKind.RECORD: ("缴费登记本", "转接材料"),
}
IN_VAIN_REASON = (
    "亲友和原单位都问过，都不知道去向",
    "登记的号码都已停用，邻居也没有消息",
    "托人带话几次，一直没有回音",
)


def plan_searches(county: County) -> list[PlannedCase]:
    return Searches(county).cases


class Searches:
    def __init__(self, county: County) -> None:
        self.county, self.stream = county, chance("searches")
        self.calendar = Calendar(county.period, self.stream)
        self.sent_back = 0
        self.screened: dict[str, date] = {}
        lost = [one for one in county.members if lost_since(one, county.period.start)]
        fates = shuffled(STANDING, self.stream)
        fates += ["working"] * (OUT_OF_CONTACT - RECONTACTED - self.suspended(lost) - len(fates))
        self.stream.shuffle(fates)
        still = [one for one in lost if one.spell(county.period.today, "out-of-contact")]
        self.fates = dict(zip((one.number for one in still), fates, strict=True))
        self.again = set(self.stream.sample([n for n, fate in self.fates.items() if fate == "working"], OPENED_AGAIN))
        twice = set(self.stream.sample([one.number for one in lost], OPENED_TWICE))
        self.cases = [case for one in lost for case in self.searches_of(one, opened_twice=one.number in twice)]

    def suspended(self, lost: list[PlannedMember]) -> int:
        return sum(one.spell(self.county.period.today, "suspended") for one in lost)

    def searches_of(self, member: PlannedMember, *, opened_twice: bool) -> Iterator[PlannedCase]:
        spell = lost_since(member, self.county.period.start)
        if spell is None:
            return
        case = self.opened(member, spell)
        if opened_twice:
            wrong = PlannedCase(Kind.TRACING, case.unit, case.opened_on, member=member.number, loss=case.loss)
            wrong.turn(Move.WITHDRAW, case.opened_on, reason="登记时选错了情形，重新立案")
            yield wrong
        if spell.until and member.spell(self.county.period.today, "suspended"):
            self.decide(case, spell.until)
        elif spell.until:
            self.find(case, spell.until)
        else:
            self.go_on(case, self.fates[member.number])
        follow(case, member)
        yield case

    # ---- beginning -----------------------------------------------------------------------------------------------

    def opened(self, member: PlannedMember, spell: Spell) -> PlannedCase:
        """Branches look through their rosters in the first weeks; of some it is noticed later."""
        period = self.county.period
        unit = next((stay.unit for stay in member.stays if stay.holds_on(period.start)), member.home)
        day = self.screened.setdefault(unit, self.calendar.day(0.01, 0.14))
        if self.stream.random() < 0.3:
            day = self.calendar.day(0.2, 0.75)
        if spell.until:
            day = min(day, period.start + (spell.until - period.start) * 0.6)
        unit = next((stay.unit for stay in member.stays if stay.holds_on(day)), member.home)
        return PlannedCase(Kind.TRACING, unit, day, member=member.number, loss=self.loss(unit, spell))

    def loss(self, unit: str, spell: Spell) -> Loss:
        profile = self.county.tree.by_code[unit].profile
        since = f"{spell.since:%Y}" if self.stream.random() < 0.15 else f"{spell.since:%Y-%m}"
        reason = self.stream.choice(LOSSES.get(profile, LOSSES[""]))
        return Loss(since, reason, ESTABLISHMENTS.get(profile, "other"))

    def assign(self, case: PlannedCase, on: date, due_on: date) -> None:
        """To the secretary, or the recorder; some deadlines are put off later."""
        day = self.county.period.today
        owner = self.county.secretary(case.unit, day) if self.stream.random() < 0.7 else None
        owner = owner or self.county.recorder(case.unit, day) or self.county.secretary(self.home(case), day)
        case.turn(Move.ASSIGN, on, owner=owner, due_on=due_on)

    def home(self, case: PlannedCase) -> str:
        return self.county.by_number[case.member or 0].home

    # ---- looking -------------------------------------------------------------------------------------------------

    def look(self, case: PlannedCase, until: date, least: int = 1) -> None:
        """Attempts by several ways, and whom to ask."""
        tried_by = self.county.by_number[self.owner(case)].name
        for on in self.calendar.between(case.last, until, self.stream.randint(least, 5)):
            channel = self.stream.choice(CHANNELS)
            result = self.stream.choice(IN_VAIN if channel in {"phone", "visit"} else UNANSWERED)
            case.attempts.append(PlannedAttempt(on, channel, result, tried_by))
        for on in self.calendar.between(case.last, until, self.stream.choice((0, 1, 1, 2, 3))):
            case.hints.append(self.hint(on))

    def owner(self, case: PlannedCase) -> int:
        return next(turn.owner for turn in reversed(case.turns) if turn.owner is not None)

    def hint(self, on: date) -> Hint:
        kind = self.stream.choice([*RELATIONS, LeadKind.RELATIVE, LeadKind.RELATIVE, LeadKind.FRIEND])
        relation = self.stream.choice(RELATIONS[kind])
        if kind is LeadKind.RECORD:
            return Hint(kind, Told(relation), on)
        name = names.person_name(self.stream, self.stream.choice(("female", "male")))
        reach = f"{MOBILE}{self.stream.randrange(10**8):08}" if self.stream.random() < 0.7 else "逢年过节回来"
        return Hint(kind, Told(name, relation, reach), on)

    # ---- ends ----------------------------------------------------------------------------------------------------

    def find(self, case: PlannedCase, settled: date) -> None:
        """Spoken with, and confirmed by somebody else on the day from which the roster knows it."""
        given = self.calendar.after(case.opened_on, 0, 9, settled)
        self.assign(case, given, self.calendar.after(given, 60, 150, date.max))
        found = self.calendar.before(settled, 0, 6, given)
        self.look(case, found, 0)
        self.speak(case, found)
        case.turn(Move.SETTLE, settled)

    def speak(self, case: PlannedCase, on: date) -> None:
        channel, who = self.stream.choice(CHANNELS[:-2]), self.county.by_number[self.owner(case)].name
        case.attempts.append(PlannedAttempt(on, channel, Result.SPOKEN, who))
        case.turn(Move.FIND, on)

    def decide(self, case: PlannedCase, settled: date) -> None:
        """Looked for in vain, and decided on; what the roster says of it, the roster's own verbs say."""
        given, given_up, met, approved = self.calendar.between(case.opened_on, settled, 4)
        self.assign(case, given, self.calendar.after(given, 60, 150, date.max))
        self.give_up(case, given_up)
        case.turn(Move.PROPOSE, approved, decision=self.decision("suspend", met, approved, case))
        case.turn(Move.SETTLE, settled)

    def give_up(self, case: PlannedCase, on: date) -> None:
        self.look(case, on, 2)
        case.attempts.append(PlannedAttempt(on, "phone", Result.NO_ANSWER, case.attempts[-1].tried_by))
        case.turn(Move.GIVE_UP, on, reason=self.stream.choice(IN_VAIN_REASON))

    def decision(self, proposal: str, met: date, approved: date, case: PlannedCase) -> Decision:
        above = self.county.tree.by_code[self.county.tree.committee_of(self.home(case), approved)].name
        until = self.calendar.after(approved, 90, 300, date.max) if proposal == "correct" else None
        return Decision(proposal, met, until, above, approved)

    # ---- those that go on ----------------------------------------------------------------------------------------

    def go_on(self, case: PlannedCase, fate: str) -> None:
        today = self.county.period.today
        bucket = self.stream.choices(list(BUCKETS), list(BUCKETS.values()))[0]
        if fate == "open":
            case.due_on = None if self.stream.random() < UNDATED else self.calendar.due(bucket, case.opened_on)
            return
        if fate == "decided":
            self.decide(case, self.calendar.after(case.opened_on, 40, 120))
            return
        given = self.calendar.after(case.opened_on, 0, 12)
        due = self.calendar.due(bucket, given)
        put_off = bucket is not Bucket.OVERDUE and self.stream.random() < 0.2
        self.assign(case, given, self.calendar.after(given, 30, 60) if put_off else due)
        if fate == "working":
            self.work(case, today)
        elif fate.endswith("found"):
            found = self.calendar.before(today, 2, 12, given) if fate == "found" else self.calendar.day(0.8, 0.9)
            found = max(found, given)
            self.look(case, found, 0)
            self.speak(case, found)
        else:
            self.give_up(case, max(case.last, self.calendar.day(0.8, 0.92)))
        if put_off:
            case.turn(Move.EXTEND, max(case.last, self.calendar.after(case.last, 0, 9)), due_on=due, reason=PUT_OFF)
        if fate.startswith("proposed"):
            self.propose(case, "correct" if fate.endswith("found") else self.stream.choice(("suspend", "lapse")))

    def work(self, case: PlannedCase, today: date) -> None:
        """Being looked for; some were thought to be found, or given up, and are looked for again."""
        due, given = case.turns[-1].due_on, case.last
        self.look(case, today, 1)
        if case.member in self.again:
            stop = given + (today - given) * 0.5
            self.give_up(case, stop)
            met, approved, settled = self.calendar.between(stop, given + (today - given) * 0.8, 3)
            case.turn(Move.PROPOSE, approved, decision=self.decision("suspend", met, approved, case))
            case.turn(Move.SETTLE, settled)
            later = self.calendar.due(Bucket.LATER, today)
            case.turn(
                Move.REOPEN, max(settled, self.calendar.day(0.85, 0.95)), due_on=later, reason="亲属来电，有了新线索"
            )
        elif self.sent_back < SENT_BACK and due is not None and self.stream.random() < 0.3:
            self.sent_back += 1
            found = given + (today - given) * self.stream.uniform(0.3, 0.7)
            case.turn(Move.FIND, found)
            case.turn(Move.RETURN, self.calendar.after(found, 1, 6), reason="核实时不是本人接的电话，请继续查找")

    def propose(self, case: PlannedCase, proposal: str) -> None:
        met = self.calendar.after(case.last, 0, 12)
        case.turn(Move.PROPOSE, met, decision=self.decision(proposal, met, met, case))


PUT_OFF = "外出的同乡过节才回来，还要等一段时间"


def follow(case: PlannedCase, member: PlannedMember) -> None:
    """To the branch where the member has come to belong while the search was under way."""
    ended = case.last if case.turns and case.turns[-1].move == Move.SETTLE else date.max
    for stay in member.stays[1:]:
        if case.opened_on < stay.since <= ended:
            before = [turn for turn in case.turns if turn.on < stay.since]
            after = case.turns[len(before) :]
            case.turns = before
            case.turn(Move.FOLLOW, stay.since, unit=stay.unit)
            case.turns += after
