"""Cases in the small world, for every test of the room."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from qisong.casework.models import Case
from qisong.casework.rectifying import Problem, act, open_lifting, raise_finding, request_closure
from qisong.casework.terms import ActionKind, Result
from qisong.casework.tracing import Loss, attempt, open_search
from tests.world import World

MARCH = date(2026, 3, 2)


def day(n: int) -> date:
    """``n`` days after the cases were opened."""
    return MARCH + timedelta(days=n)


def soon(days: int = 5) -> date:
    return timezone.localdate() + timedelta(days=days)


def problem(world: World, text: str = "学习记录缺三次", **said: object) -> Case:
    told = {"unit": world.branch, "on": MARCH, "owner": world.recorder.person, "due_on": day(30)} | said
    return raise_finding(by=world.clerk, problem=Problem(text, aspect="work"), **told)  # type: ignore[arg-type]


def fixed(world: World, **said: object) -> Case:
    """A problem of which its owner says that it is put right."""
    case = problem(world, **said)
    act(by=world.recorder, case=case, kind=ActionKind.PROGRESS, text="补上了三次记录", on=day(3))
    return request_closure(by=world.recorder, case=case, on=day(4))


def search(world: World, name: str = "何渺", **said: object) -> Case:
    loss = Loss(since="2025-06", reason="work-away")
    told = {"on": MARCH, "owner": world.recorder.person, "due_on": day(60), "loss": loss} | said
    return open_search(by=world.clerk, member=world.member(name), **told)  # type: ignore[arg-type]


def tried(case: Case, world: World, result: Result = Result.NO_ANSWER) -> None:
    attempt(by=world.recorder, case=case, on=day(2), channel="phone", result=result, tried_by="东方晓")


def lifting(world: World, **said: object) -> Case:
    told = {"unit": world.branch, "on": MARCH, "due_on": day(180), "owner": world.clerk.person, "helper": world.leader}
    return open_lifting(by=world.office, reasons="半年没有开会", **told | said)  # type: ignore[arg-type]
