"""Courses told at once stand as if each of their verbs had been called."""

import pytest

from qisong.casework.models import Action, Case, ContactAttempt, Finding, Lead, Step, TracingCase
from qisong.casework.telling import Course, Hint, Turn, tell
from qisong.casework.terms import ActionKind, Kind, LeadKind, Move, Result, State
from qisong.casework.tracing import Decision, Told, opened_lead
from qisong.org.models import Journal
from tests.casework.cases import MARCH, day
from tests.casework.test_journeys import code_of, states
from tests.world import World

pytestmark = pytest.mark.postgres

AUNT = Hint(LeadKind.RELATIVE, Told("何水", "姑姑", "15400000001"), day(1))


def course(world: World, *turns: Turn, tried: bool = True) -> Course:
    """A search; ``tried``: once, on the second day."""
    case = Case(kind=Kind.TRACING, unit=world.branch, member=world.member("何渺"), opened_on=MARCH)
    attempt = ContactAttempt(case=case, on=day(2), channel="phone", result=Result.NO_ANSWER, tried_by="东方晓")
    return Course(case, TracingCase(case=case, lost_since="2025-06"), list(turns), [AUNT], [attempt] * tried)


def repair(world: World, *turns: Turn) -> Course:
    """A problem about which something was done on the third day."""
    case = Case(kind=Kind.FINDING, unit=world.branch, subject="学习记录缺三次", opened_on=MARCH)
    done = Action(case=case, kind=ActionKind.PROGRESS, on=day(3), text="补上了")
    return Course(case, Finding(case=case, aspect="work"), list(turns), actions=[done])


def given(world: World) -> Turn:
    return Turn(Move.ASSIGN, day(1), owner=world.recorder.person, due_on=day(30))


def test_a_course_is_told_with_all_its_steps(world: World) -> None:
    told = course(world, given(world), Turn(Move.FIND, day(3)), Turn(Move.SETTLE, day(4)))
    tell([told])
    case = Case.objects.get()
    assert states(case) == [("open", "open"), ("assign", "working"), ("find", "found"), ("settle", "closed")]
    assert list(Step.objects.values_list("on", "until")) == [
        (MARCH, day(1)),
        (day(1), day(3)),
        (day(3), day(4)),
        (day(4), None),
    ]
    assert (case.state, case.owner, case.due_on, case.ended_on) == (
        State.CLOSED,
        world.recorder.person,
        day(30),
        day(4),
    )
    assert (case.tracing.spoken_on, case.attempts.count()) == (day(3), 1)
    entry = Journal.objects.latest("seq")
    assert (entry.kind, entry.touched) == ("case.told", {"case": [str(case.pk)]})


def test_leads_are_sealed_while_a_search_goes_on_and_empty_afterwards(world: World) -> None:
    tell([course(world, given(world))])
    lead = Lead.objects.get()
    assert opened_lead(lead) == AUNT.told
    assert "何水" not in lead.sealed
    Case.objects.all().delete()
    tell([course(world, Turn(Move.WITHDRAW, day(1), reason="重复"))])
    assert Lead.objects.get().sealed == ""


def test_what_was_said_of_the_end_goes_when_it_is_opened_again(world: World) -> None:
    turns = [
        *(given(world), Turn(Move.GIVE_UP, day(3), "问遍了"), Turn(Move.PROPOSE, day(4), decision=Decision("suspend"))),
        *(Turn(Move.SETTLE, day(5)), Turn(Move.REOPEN, day(9), "有了新线索", due_on=day(60))),
    ]
    tell([course(world, *turns)])
    case = Case.objects.get()
    assert (case.state, case.reopened, case.due_on, case.tracing.proposal) == (State.WORKING, 1, day(60), "")
    assert case.ended_on is None


@pytest.mark.parametrize(
    ("turns", "code"),
    [
        ([Turn(Move.SETTLE, day(1))], "illegal-move"),
        ([Turn(Move.WITHDRAW, day(1))], "reason-missing"),
        ([Turn(Move.FIND, day(-1))], "too-early"),
        ([Turn(Move.FIND, day(4000))], "day-to-come"),
        ([Turn(Move.FIND, day(2)), Turn(Move.PROPOSE, day(2), decision=Decision("lapse"))], "unfit-proposal"),
        ([Turn(Move.ASSIGN, day(3), due_on=day(2))], "due-too-early"),
    ],
)
def test_a_turn_is_judged_like_any_other(world: World, turns: list[Turn], code: str) -> None:
    assert code_of(lambda: tell([course(world, *turns)])) == code
    assert not Case.objects.exists()


def test_no_end_before_anything_was_tried_or_done(world: World) -> None:
    stop = Turn(Move.GIVE_UP, day(3), "问遍了")
    assert code_of(lambda: tell([course(world, given(world), stop, tried=False)])) == "never-tried"
    assert code_of(lambda: tell([repair(world, given(world), Turn(Move.REQUEST, day(2)))])) == "nothing-done"
    tell([repair(world, given(world), Turn(Move.REQUEST, day(3)))])
    assert Case.objects.get().state == State.FIXED
