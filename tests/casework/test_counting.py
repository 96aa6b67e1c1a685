"""Figures and lists of cases against a brute-force recount, and who knows of a case against a rule of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

import pytest

from qisong.casework.assigning import assign, extend
from qisong.casework.counting import Asked, reached, standing_cases, tallies
from qisong.casework.deadlines import in_bucket
from qisong.casework.models import Case, Step
from qisong.casework.rectifying import Problem, act, raise_own, request_closure
from qisong.casework.terms import ActionKind, Bucket, Kind, State
from qisong.casework.verifying import reopen, settle, withdraw
from qisong.org.models import Unit
from qisong.org.scope import operator_scope
from qisong.org.tending import merge_units
from qisong.org.terms import TreeView
from tests.casework.cases import MARCH, day, lifting, problem, search
from tests.counts import SEED, count
from tests.world import World

pytestmark = pytest.mark.postgres
MERGED_ON = 40
BENEATH = {"C0": {"C0", "D1", "B1", "B2", "D2", "B3", "D3", "B4"}, "D1": {"D1", "B1", "B2"}, "D2": {"D2", "B3"}}
PARENTS = {"D1": "C0", "D2": "C0", "D3": "C0", "B1": "D1", "B2": "D1", "B3": "D2", "B4": "D3"}


@dataclass
class Told:
    """A case as a list of what was done: day, state, deadline."""

    case: Case
    unit: str
    moves: list[tuple[date, str, date | None]] = field(default_factory=list)

    def on(self, when: date) -> tuple[str, date | None] | None:
        said = [(state, due) for on, state, due in self.moves if on <= when]
        return said[-1] if said else None


def live_through(world: World, dice: random.Random) -> Told:
    """A problem that somebody has, postpones, puts right, finds again or drops; every step on a day of chance."""
    unit, n = dice.choice(["B1", "B2", "B3", "D1"]), dice.randrange(30)
    due = day(n + dice.randrange(40)) if dice.random() < 0.6 else None
    case = problem(world, unit=world.unit(unit), on=day(n), owner=None, due_on=due)
    told = Told(case, unit, [(day(n), "open", due)])

    def step(state: str, verb: Callable[[date], object]) -> None:
        on = told.moves[-1][0] + timedelta(days=dice.choice([0, 1, 5, 20]))
        verb(on)
        told.moves.append((on, state, case.due_on))

    def later(on: date) -> date:
        return on + timedelta(days=dice.randrange(41, 60))

    who = world.recorder.person
    ways: list[tuple[str, Callable[[date], object]]] = [
        ("working", lambda on: assign(by=world.clerk, case=case, owner=who, due_on=later(on), on=on)),
        ("working", lambda on: extend(by=world.clerk, case=case, due_on=on + timedelta(days=3), on=on, reason="农忙")),
        ("fixed", lambda on: request_closure(by=world.recorder, case=case, on=on)),
        ("closed", lambda on: settle(by=world.office, case=case, on=on)),
        ("working", lambda on: reopen(by=world.office, case=case, due_on=later(on), on=on, reason="又有了")),
        ("withdrawn", lambda on: withdraw(by=world.office, case=case, on=on, reason="误立")),
    ]
    act(by=world.recorder, case=case, kind=ActionKind.PROGRESS, text="补上了", on=day(n))
    for state, verb in ways[: dice.randrange(len(ways) + 1)]:
        step(state, verb)
    return told


def recount(cases: list[Told], units: set[str], on: date) -> tuple[int, int, Counter[str]]:
    opened = waiting = 0
    buckets: Counter[str] = Counter()
    for one in cases:
        stood = one.on(on)
        if stood is None or one.unit not in units or stood[0] == "withdrawn":
            continue
        state, due = stood
        opened, waiting = opened + 1, waiting + (state == "fixed")
        left = None if due is None else (due - on).days
        buckets[bucket_of(State(state), left)] += 1
    return opened, waiting, buckets


def beneath(code: str, on: date, view: TreeView) -> set[str]:
    """B2 goes into B3 on a day; by the tree of a later day its cases are B3's."""
    merged = view is TreeView.NOW or on >= day(MERGED_ON)
    units = set(BENEATH.get(code, {code}))
    if merged:
        units = {unit for unit in units if unit != "B2"} | ({"B2"} if units & {"B3"} else set())
    return units


@pytest.mark.gate
@pytest.mark.parametrize("seed", range(count(ci=1, full=15)))
def test_figures_and_lists_equal_a_recount(world: World, seed: int) -> None:
    dice = random.Random(f"{SEED}-{seed}")
    cases = [live_through(world, dice) for _ in range(14)]
    merge_units(by=world.office, unit=world.sibling, into=world.other_branch, on=day(MERGED_ON))
    scope, names = operator_scope(), {str(one.case.pk): one for one in cases}
    for n, view in product([0, 12, 25, MERGED_ON - 1, MERGED_ON, 70], TreeView):
        asked = Asked(Kind.FINDING, day(n), view)
        gone = {"B2"} if view is TreeView.NOW or n >= MERGED_ON else set()
        units = {code: world.unit(code).pk for code in {*PARENTS, "C0"} - gone}
        counted = tallies(scope, asked, list(units.values()))
        for code, pk in units.items():
            inside = beneath(code, day(n), view)
            opened, waiting, buckets = recount(cases, inside, day(n))
            got = counted[pk]
            assert (got.opened, got.waiting, +got.buckets) == (opened, waiting, buckets), (code, n, view)
            for bucket in (None, *Bucket):
                listed = [str(step.case_id) for step in standing_cases(scope, asked, pk, bucket)]
                assert len(listed) == (opened if bucket is None else buckets[bucket]), (code, n, view, bucket)
                assert {names[one].unit for one in listed} <= inside


def bucket_of(state: State, left: int | None) -> str:
    if state in {State.CLOSED, State.WITHDRAWN}:
        return {State.CLOSED: "closed"}.get(state, "")
    if left is None:
        return "undated"
    return "overdue" if left < 0 else "within-10" if left <= 10 else "within-20" if left <= 20 else "later"


def test_every_case_is_in_exactly_one_bucket(world: World) -> None:
    case, on = problem(world), day(50)
    for state, left in product(State, [None, -400, -1, 0, 1, 10, 11, 20, 21, 400]):
        due = None if left is None else on + timedelta(days=left)
        Case.objects.filter(pk=case.pk).update(state=state, due_on=due)
        held = [bucket for bucket in Bucket if Case.objects.filter(in_bucket(bucket, on), pk=case.pk).exists()]
        assert "".join(held) == bucket_of(state, left), (state, left)


def all_kinds(world: World) -> list[Case]:
    own = {"unit": world.branch, "problem": Problem("读得少"), "on": MARCH, "verifier": world.clerk.person}
    return [
        search(world),
        search(world, "柳青禾", owner=None),
        problem(world, unit=world.sibling, owner=world.outsider.person),
        problem(world, unit=world.committee, owner=None),
        problem(world, unit=world.county_unit),
        problem(world, unit=world.other_committee, verifier=world.leader),
        raise_own(by=world.recorder, **own),  # type: ignore[arg-type]
        lifting(world),
        lifting(world, unit=world.other_branch),
    ]


# Role → the unit of its post and whether it answers for others; only these handle cases.
HANDLERS = {"office": ("C0", True), "clerk": ("D1", True), "recorder": ("B1", False), "outsider": ("B3", False)}


def knows(world: World, role: str, case: Case) -> bool:
    person = world.account(role).person_id
    if case.kind == Kind.PERSONAL:
        return person in {case.owner_id, case.verifier_id}
    home, over = HANDLERS.get(role, ("", False))
    mine = BENEATH.get(home, {home}) if over else {home}
    if case.kind == Kind.LIFTING:
        return over and case.unit.code in mine - {home}
    return case.unit.code in mine or person in {case.owner_id, case.verifier_id}


@pytest.mark.parametrize("role", [*HANDLERS, "visitor", "partner", "trainer", "auditor", "system-administrator"])
def test_whoever_knows_of_a_case_is_as_the_rule_says(world: World, role: str) -> None:
    cases, scope = all_kinds(world), world.scope(role)
    expected = {case.pk for case in cases if knows(world, role, case)}
    assert {case.pk for case in Case.objects.within(scope)} == expected
    assert {step.case_id for step in Step.objects.within(scope)} == expected
    for kind in (Kind.TRACING, Kind.FINDING, Kind.LIFTING):
        figures = set(Step.objects.filter(reached(scope, kind), kind=kind).values_list("case", flat=True))
        handled = {case.pk for case in cases if case.kind == kind and case.pk in expected}
        person = world.account(role).person_id
        charged = {case.pk for case in cases if person in {case.owner_id, case.verifier_id}}
        assert figures <= handled <= figures | charged


def test_units_of_the_small_world_stand_as_the_recount_takes_them(world: World) -> None:
    assert set(Unit.objects.values_list("code", flat=True)) == {*PARENTS, "C0"}
