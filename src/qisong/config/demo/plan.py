"""Everything that happens in the demo county, in the order in which it happened. Pure: no row is written here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from qisong.config.demo.acts import Act
from qisong.config.demo.cases import PlannedCase
from qisong.config.demo.chance import chance
from qisong.config.demo.county import County, plan_county
from qisong.config.demo.gifts import Books, Handbooks, plan_flags
from qisong.config.demo.handing import Branch, Committees, Hands, plan_hands
from qisong.config.demo.lacking import EVERYONE, Lacking, plan_lacking
from qisong.config.demo.mistakes import Mistakes, plan_mistakes
from qisong.config.demo.oaths import Oaths
from qisong.config.demo.period import period_until
from qisong.config.demo.problems import plan_problems
from qisong.config.demo.sayings import speak
from qisong.config.demo.searches import plan_searches
from qisong.config.demo.sessions import Gatherings

EXEMPTIONS = 9


@dataclass(frozen=True)
class PlannedExemption:
    member: int
    item: str
    on: date


@dataclass
class Plan:
    county: County
    lacking: Lacking
    acts: list[Act] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    exemptions: list[PlannedExemption] = field(default_factory=list)
    mistakes: Mistakes = field(default_factory=Mistakes)
    cases: list[PlannedCase] = field(default_factory=list)


def plan(*, today: date, starts_on: date) -> Plan:
    """The whole county until ``today``, for a programme that starts on ``starts_on``; equal for equal dates."""
    county = plan_county(period_until(today, starts_on))
    whole = Plan(county, plan_lacking(county))
    exempt(whole)
    gatherings, oaths = Gatherings(county, whole.lacking), Oaths(county, whole.lacking)
    gatherings.plan()
    hands = plan_hands(county, whole.lacking, oaths.given, gatherings.heard())
    committees = Committees(county, hands)
    errands = play_branches(county, hands, committees, gatherings)
    speak(county, whole.lacking, gatherings)
    whole.flagged, flags = plan_flags(county)
    books = Books(county, already=oaths.books())
    handbooks = Handbooks(county, whole.lacking)
    gathered = [*gatherings.acts(), *oaths.acts]
    whole.acts = [*gathered, *errands, *committees.acts, *flags, *handbooks.acts, *books.acts]
    whole.acts.sort(key=lambda act: act.on)
    for number, act in enumerate(whole.acts, 1):
        act.key = f"demo-{number:05}"
    whole.mistakes = plan_mistakes(county, whole.lacking, whole.acts)
    whole.cases = [*plan_searches(county), *plan_problems(county)]
    return whole


def play_branches(county: County, hands: Hands, committees: Committees, gatherings: Gatherings) -> list[Act]:
    """Those merged into others come first, so that what their people said there is known afterwards."""
    errands: list[Act] = []
    gone = county.tree.gone
    for unit in sorted(county.tree.branches, key=lambda unit: unit.code not in gone):
        branch = Branch(unit.code, county, hands, chance(f"branch {unit.code}"))
        branch.play(committees.arrivals[unit.code], gatherings.by_branch[unit.code])
        errands += branch.acts
    return errands


def exempt(whole: Plan) -> None:
    """A few who lack something are exempt from it by a decision of their branch."""
    stream, today = chance("exemptions"), whole.county.period.today
    reachable = [
        (number, item)
        for item in EVERYONE
        for number in sorted(whole.lacking.of[item])
        if not whole.county.by_number[number].spell(today, "out-of-contact")
    ]
    for number, item in stream.sample(reachable, EXEMPTIONS):
        whole.lacking.of[item].discard(number)
        whole.lacking.exempted.add((number, item))
        whole.exemptions.append(PlannedExemption(number, item, whole.county.period.day(stream.uniform(0.5, 0.95))))
