"""Random walks through the real verbs against a table written from docs/casework.md, and every pair of a machine."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise, product

import pytest
from django.db.models import QuerySet

from qisong.casework.assigning import assign, entrust, extend
from qisong.casework.machines import MACHINES
from qisong.casework.models import Case, Lead, Step
from qisong.casework.rectifying import act, request_closure
from qisong.casework.terms import ActionKind, Kind, LeadKind, Move, State
from qisong.casework.tracing import Decision, Told, add_lead, give_up, propose, record_found
from qisong.casework.verifying import reopen, send_back, settle, withdraw
from qisong.words.text import Refusal
from tests.casework.cases import MARCH, day, lifting, problem, search, tried
from tests.counts import SEED, count
from tests.world import World

Table = dict[str, dict[str, str]]
RIGHTING: Table = {
    "open": {"assign": "working", "extend": "open", "entrust": "open", "withdraw": "withdrawn"},
    "working": {
        "assign": "working",
        "extend": "working",
        "entrust": "working",
        "request": "fixed",
        "withdraw": "withdrawn",
    },
    "fixed": {"assign": "fixed", "extend": "fixed", "entrust": "fixed", "return": "working", "settle": "closed"},
    "closed": {"reopen": "working"},
    "withdrawn": {},
}
SEARCHING: Table = {
    "open": {
        "assign": "working",
        "extend": "open",
        "entrust": "open",
        "find": "found",
        "withdraw": "withdrawn",
        "follow": "open",
    },
    "working": {
        "assign": "working",
        "extend": "working",
        "entrust": "working",
        "find": "found",
        "give-up": "lost",
        "withdraw": "withdrawn",
        "follow": "working",
    },
    "found": {
        "assign": "found",
        "extend": "found",
        "entrust": "found",
        "propose": "proposed",
        "return": "working",
        "settle": "closed",
        "withdraw": "withdrawn",
        "follow": "found",
    },
    "lost": {
        "assign": "lost",
        "extend": "lost",
        "entrust": "lost",
        "find": "found",
        "propose": "proposed",
        "withdraw": "withdrawn",
        "follow": "lost",
    },
    "proposed": {
        "assign": "proposed",
        "extend": "proposed",
        "entrust": "proposed",
        "find": "found",
        "return": "working",
        "settle": "closed",
        "withdraw": "withdrawn",
        "follow": "proposed",
    },
    "closed": {"reopen": "working"},
    "withdrawn": {},
}
TABLES = {Kind.TRACING: SEARCHING, Kind.FINDING: RIGHTING, Kind.PERSONAL: RIGHTING, Kind.LIFTING: RIGHTING}
ENDS = {"closed", "withdrawn"}
WALKS, LENGTH = count(ci=2, full=40), 16


@pytest.mark.parametrize("kind", list(Kind))
def test_every_pair_of_a_machine_is_as_the_table_says(kind: Kind) -> None:
    def led(state: State, move: Move) -> str:
        try:
            return MACHINES[kind].take(state, move)[1]
        except Refusal as refusal:
            return refusal.code

    pairs = list(product(State, Move))
    assert {pair: led(*pair) for pair in pairs} == {
        (state, move): TABLES[kind].get(state, {}).get(move, "illegal-move") for state, move in pairs
    }


def reachable(table: Table, start: str) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        fresh = set(table[waiting.pop()].values()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


@pytest.mark.parametrize("kind", list(Kind))
def test_every_state_is_reached_and_every_unended_one_reaches_an_end(kind: Kind) -> None:
    table = {
        str(state): {str(move): str(MACHINES[kind].take(state, move)[1]) for move in MACHINES[kind].moves_from(state)}
        for state in State
    }
    assert reachable(table, "open") == set(TABLES[kind])
    assert all(reachable(table, state) & ENDS for state in TABLES[kind])


@dataclass
class Walk:
    """A case, and what it should be."""

    world: World
    case: Case
    dice: random.Random
    state: str
    on: date = MARCH
    reopened: int = 0
    moves: list[tuple[str, date, str]] = field(default_factory=list)

    def verb(self, move: str, on: date) -> Callable[[], object]:
        case, clerk, office, n = self.case, self.world.clerk, self.world.office, len(self.moves)
        proposal = "correct" if self.state == "found" else "lapse"
        verbs: dict[str, Callable[[], object]] = {
            "assign": lambda: assign(by=clerk, case=case, owner=self.world.recorder.person, due_on=day(300), on=on),
            "extend": lambda: extend(by=clerk, case=case, due_on=day(320 + n), on=on, reason="农忙"),
            "entrust": lambda: entrust(by=clerk, case=case, verifier=office.person, on=on),
            "find": lambda: record_found(by=clerk, case=case, on=on),
            "give-up": lambda: give_up(by=clerk, case=case, on=on, reason="都问过了"),
            "propose": lambda: propose(by=clerk, case=case, on=on, decision=Decision(proposal)),
            "request": lambda: request_closure(by=self.world.recorder, case=case, on=on),
            "return": lambda: send_back(by=office, case=case, on=on, reason="没有做完"),
            "settle": lambda: settle(by=office, case=case, on=on),
            "reopen": lambda: reopen(by=office, case=case, due_on=day(310), on=on, reason="又有了"),
            "withdraw": lambda: withdraw(by=office, case=case, on=on, reason="误立"),
        }
        return verbs[move]

    def try_one(self) -> None:
        """Any move on any day; withdrawing seldom, for nothing follows it."""
        possible = [
            m for m in Move if m not in {Move.OPEN, Move.FOLLOW} and (m != Move.WITHDRAW or len(self.moves) > 9)
        ]
        legal = [m for m in possible if m in TABLES[Kind(self.case.kind)][self.state]]
        move = str(self.dice.choice(legal if legal and self.dice.random() < 0.6 else possible))
        on = day((self.on - MARCH).days + self.dice.choice([-1, 0, 0, 1, 2]))
        target = TABLES[Kind(self.case.kind)][self.state].get(move)
        if target is None or on < self.on:
            self.refused(self.verb(move, on), {"illegal-move"} if target is None else {"too-early"})
            return
        self.verb(move, on)()
        self.reopened += move == "reopen"
        self.state, self.on = target, on
        self.moves.append((move, on, target))

    def refused(self, verb: Callable[[], object], codes: set[str]) -> None:
        before = self.rows()
        with pytest.raises(Refusal) as refusal:
            verb()
        assert {refusal.value.code} == codes
        assert self.rows() == before

    def rows(self) -> list[object]:
        leads = Lead.objects.filter(case=self.case).values_list("sealed", flat=True)
        return [Case.objects.filter(pk=self.case.pk).values().get(), list(self.steps().values()), list(leads)]

    def steps(self) -> QuerySet[Step]:
        return Step.objects.filter(case=self.case).order_by("number")

    def check(self) -> None:
        case, steps = Case.objects.get(pk=self.case.pk), list(self.steps())
        ended = self.on if self.state in ENDS else None
        assert (case.state, case.reopened, case.ended_on) == (self.state, self.reopened, ended)
        assert [(step.move, step.on, step.state) for step in steps] == self.moves
        assert [step.number for step in steps] == list(range(1, len(steps) + 1))
        assert all(one.until == two.on and one.on <= two.on for one, two in pairwise(steps))
        assert (steps[-1].until, steps[-1].due_on, steps[-1].owner_id) == (None, case.due_on, case.owner_id)
        erased = any(state in ENDS for _move, _on, state in self.moves)
        assert {bool(lead.sealed) for lead in Lead.objects.filter(case=case)} <= {not erased}


def begun(world: World, kind: Kind, dice: random.Random) -> Walk:
    if kind == Kind.TRACING:
        case = search(world, owner=None, due_on=None)
        add_lead(by=world.clerk, case=case, kind=LeadKind.FRIEND, told=Told("何水"), on=MARCH)
        tried(case, world)
    else:
        case = problem(world, owner=None, due_on=None) if kind == Kind.FINDING else lifting(world)
        act(by=world.recorder, case=case, kind=ActionKind.PROGRESS, text="补上了", on=MARCH)
    return Walk(world, case, dice, str(case.state), moves=[("open", MARCH, str(case.state))])


@pytest.mark.gate
@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(WALKS))
@pytest.mark.parametrize("kind", [Kind.TRACING, Kind.FINDING, Kind.LIFTING])
def test_a_walk_through_the_verbs_keeps_to_the_table(world: World, kind: Kind, seed: int) -> None:
    walk = begun(world, kind, random.Random(f"{SEED}-{kind}-{seed}"))
    for _ in range(LENGTH):
        walk.try_one()
        walk.check()
