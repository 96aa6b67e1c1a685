"""Tells the planned cases, and lets some of those with a login write down what they found in themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from qisong.casework.models import Action, Case, ContactAttempt, Finding, LiftingCase, TracingCase
from qisong.casework.rectifying import Problem, act, raise_own, request_closure
from qisong.casework.telling import Course, Turn, tell
from qisong.casework.terms import ActionKind, Kind
from qisong.casework.verifying import settle
from qisong.config.demo.cases import PlannedCase, PlannedTurn
from qisong.config.demo.period import Period
from qisong.org.models import Account, Person, Unit
from qisong.org.scope import scope_of

if TYPE_CHECKING:
    from uuid import UUID

# Who found what, who verifies it, and how far it has come (of three steps).
OWN = (
    ("recorder", "clerk", "读原文不够，多靠听别人讲", 0),
    ("recorder", "clerk", "记录拖到月底才补", 3),
    ("recorder-2", "clerk", "下户走访少，多用电话", 1),
    ("clerk", "office", "催报多，到现场帮得少", 2),
    ("leader", "office", "一年只到联系点两次", 1),
)


class Filer:
    """Knows the rows that stand for planned units and people."""

    def __init__(self, units: Mapping[str, Unit], people: Mapping[int, UUID]) -> None:
        self.units, self.people = units, people
        self.persons: dict[UUID, Person] = {}

    def file(self, cases: list[PlannedCase]) -> None:
        named = {self.people[one] for case in cases for one in named_in(case)}
        self.persons = Person.objects.in_bulk(list(named))
        tell([self.course(case) for case in cases])

    def course(self, plan: PlannedCase) -> Course:
        case = Case(
            kind=plan.kind,
            unit=self.units[plan.unit],
            member_id=plan.member and self.people[plan.member],
            subject=plan.problem.text,
            opened_on=plan.opened_on,
            due_on=plan.due_on,
            owner=self.person(plan.owner),
        )
        return Course(
            case,
            self.part(case, plan),
            [self.turn(turn) for turn in plan.turns],
            plan.hints,
            [
                ContactAttempt(case=case, on=one.on, channel=one.channel, result=one.result, tried_by=one.tried_by)
                for one in plan.attempts
            ],
            [Action(case=case, kind=one.kind, on=one.on, text=one.text) for one in plan.actions],
        )

    def part(self, case: Case, plan: PlannedCase) -> TracingCase | Finding | LiftingCase:
        if plan.kind == Kind.TRACING:
            loss = plan.loss
            return TracingCase(case=case, lost_since=loss.since, reason=loss.reason, establishment=loss.establishment)
        if plan.kind == Kind.LIFTING:
            return LiftingCase(case=case, helper=self.person(plan.helper))
        told = plan.problem
        return Finding(case=case, aspect=told.aspect, standard=told.standard, leader=told.leader, body=told.body)

    def turn(self, plan: PlannedTurn) -> Turn:
        unit = self.units[plan.unit] if plan.unit else None
        return Turn(plan.move, plan.on, plan.reason, self.person(plan.owner), plan.due_on, unit, plan.decision)

    def person(self, number: int | None) -> Person | None:
        return None if number is None else self.persons[self.people[number]]


def named_in(case: PlannedCase) -> set[int]:
    return {one for one in (case.owner, case.helper, *(turn.owner for turn in case.turns)) if one is not None}


def find_in_themselves(period: Period) -> None:
    """A handful, by the logins that the demo prints."""
    accounts = Account.objects.select_related("person").in_bulk(field_name="username")
    for number, (name, verifier, text, far) in enumerate(OWN):
        by, other = accounts[name], accounts[verifier]
        home = scope_of(by).home
        if home is None:
            continue
        on = period.day(0.5 + 0.06 * number)
        due = period.today + timedelta(days=8 * number - 5)
        case = raise_own(by=by, unit=home, problem=Problem(text), on=on, verifier=other.person, due_on=due)
        if far > 0:
            act(by=by, case=case, kind=ActionKind.PROGRESS, text="已开始做，每周记一次", on=period.day(0.85))
        if far > 1:
            request_closure(by=by, case=case, on=period.day(0.9))
        if far > 2:
            settle(by=other, case=case, on=period.day(0.95))
