"""Each kind of case from its opening to its verified end, and what is refused on the way."""

from collections.abc import Callable

import pytest

from qisong.casework.assigning import assign, assign_many, extend
from qisong.casework.models import Case, Lead, Step
from qisong.casework.rectifying import Problem, act, raise_finding, raise_own, request_closure
from qisong.casework.terms import ActionKind, LeadKind, Result, State
from qisong.casework.tracing import (
    Decision,
    Loss,
    Told,
    add_lead,
    attempt,
    give_up,
    open_search,
    opened_lead,
    propose,
    record_found,
)
from qisong.casework.verifying import reopen, send_back, settle, withdraw
from qisong.org.models import Journal
from qisong.org.tending import merge_units
from qisong.roster.editing import record_death, transfer_member
from qisong.roster.models import Circumstance
from qisong.words.text import Refusal
from tests.casework.cases import MARCH, day, fixed, lifting, problem, search, tried
from tests.world import World

pytestmark = pytest.mark.postgres


def code_of(verb: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        verb()
    return refused.value.code


def states(case: Case) -> list[tuple[str, str]]:
    return list(Step.objects.filter(case=case).values_list("move", "state"))


def test_problem_goes_from_found_to_verified(world: World) -> None:
    case = raise_finding(by=world.clerk, unit=world.branch, problem=Problem("学习记录缺三次", aspect="work"), on=MARCH)
    assign(by=world.clerk, case=case, owner=world.recorder.person, due_on=day(30), on=day(1))
    act(by=world.recorder, case=case, kind=ActionKind.PROGRESS, text="补上了", on=day(2))
    request_closure(by=world.recorder, case=case, on=day(3))
    settle(by=world.clerk, case=case, on=day(4))
    assert states(case) == [
        ("open", "open"),
        ("assign", "working"),
        ("request", "fixed"),
        ("settle", "closed"),
    ]
    assert (case.state, case.ended_on) == (State.CLOSED, day(4))


def test_nobody_verifies_their_own_case(world: World) -> None:
    case = fixed(world)
    assert code_of(lambda: settle(by=world.recorder, case=case, on=day(5))) == "own-case"
    assert code_of(lambda: send_back(by=world.recorder, case=case, on=day(5), reason="不行")) == "own-case"
    assert Case.objects.get(pk=case.pk).state == State.FIXED


def test_whoever_asked_for_the_end_does_not_verify_it(world: World) -> None:
    case = problem(world)
    act(by=world.clerk, case=case, kind=ActionKind.PROGRESS, text="补上了", on=day(2))
    request_closure(by=world.clerk, case=case, on=day(3))
    assert code_of(lambda: settle(by=world.clerk, case=case, on=day(4))) == "own-case"
    assert settle(by=world.office, case=case, on=day(4)).state == State.CLOSED


def test_a_named_verifier_alone_verifies(world: World) -> None:
    case = fixed(world, verifier=world.office.person)
    assert code_of(lambda: settle(by=world.clerk, case=case, on=day(5))) == "not-the-verifier"
    assert settle(by=world.office, case=case, on=day(5)).state == State.CLOSED


def test_a_closed_case_opens_again_and_that_is_counted(world: World) -> None:
    case = settle(by=world.clerk, case=fixed(world), on=day(5))
    reopen(by=world.office, case=case, due_on=day(60), on=day(9), reason="又缺了一次")
    assert (case.state, case.reopened, case.ended_on, case.due_on) == (State.WORKING, 1, None, day(60))


def test_a_step_that_the_machine_does_not_know_is_refused_with_what_is_possible(world: World) -> None:
    case = problem(world)
    with pytest.raises(Refusal) as refused:
        settle(by=world.office, case=case, on=day(3))
    assert refused.value.code == "illegal-move"
    assert "办理中" in refused.value.text.zh
    assert "申请销号" in refused.value.text.zh


def test_closure_is_not_asked_for_before_anything_was_done(world: World) -> None:
    case = problem(world)
    assert code_of(lambda: request_closure(by=world.recorder, case=case, on=day(3))) == "nothing-done"
    assert Step.objects.filter(case=case).count() == 1


def test_steps_neither_precede_the_last_nor_lie_ahead(world: World) -> None:
    case = fixed(world)
    assert code_of(lambda: settle(by=world.clerk, case=case, on=day(3))) == "too-early"
    assert code_of(lambda: settle(by=world.clerk, case=case, on=day(4000))) == "day-to-come"


def test_another_deadline_needs_a_reason(world: World) -> None:
    case = problem(world)
    assert code_of(lambda: extend(by=world.clerk, case=case, due_on=day(90), on=day(2), reason=" ")) == "reason-missing"
    assert extend(by=world.clerk, case=case, due_on=day(90), on=day(2), reason="农忙").due_on == day(90)


def test_many_are_assigned_at_once_or_none(world: World) -> None:
    cases = [problem(world, owner=None, due_on=None), settle(by=world.clerk, case=fixed(world), on=day(5))]
    who = world.recorder.person
    code = code_of(lambda: assign_many(by=world.clerk, cases=cases, owner=who, due_on=day(50), on=day(6)))
    assert (code, Case.objects.get(pk=cases[0].pk).state) == ("illegal-move", State.OPEN)


def test_a_search_ends_when_the_member_was_spoken_with_and_somebody_confirms_it(world: World) -> None:
    case = search(world)
    attempt(by=world.recorder, case=case, on=day(3), channel="phone", result=Result.SPOKEN, tried_by="东方晓")
    record_found(by=world.recorder, case=case, on=day(3))
    assert code_of(lambda: settle(by=world.recorder, case=case, on=day(4))) == "own-case"
    settle(by=world.clerk, case=case, on=day(4))
    lost = Circumstance.objects.get(member=world.member("何渺"), kind="out-of-contact")
    assert (case.state, case.tracing.spoken_on, lost.valid_to) == (State.CLOSED, day(3), day(4))


def test_a_search_in_vain_ends_with_a_decision_and_the_membership_stays(world: World) -> None:
    case = search(world)
    assert code_of(lambda: give_up(by=world.recorder, case=case, on=day(3), reason="都问过了")) == "never-tried"
    tried(case, world)
    give_up(by=world.recorder, case=case, on=day(3), reason="都问过了")
    told = Decision("suspend", met_on=day(10), body="东岭镇党委", approved_on=day(12))
    propose(by=world.recorder, case=case, on=day(12), decision=told)
    settle(by=world.clerk, case=case, on=day(13))
    held = Circumstance.objects.filter(member=case.member, valid_to=None).values_list("kind", flat=True)
    assert (case.state, list(held)) == (State.CLOSED, ["out-of-contact"])


def test_a_proposal_fits_how_the_search_went(world: World) -> None:
    case = record_found(by=world.recorder, case=search(world), on=day(3))
    assert (
        code_of(lambda: propose(by=world.recorder, case=case, on=day(4), decision=Decision("lapse")))
        == "unfit-proposal"
    )
    long = Decision("correct", until=day(400))
    assert code_of(lambda: propose(by=world.recorder, case=case, on=day(4), decision=long)) == "until-out-of-range"
    assert (
        propose(by=world.recorder, case=case, on=day(4), decision=Decision("correct", until=day(90))).state
        == "proposed"
    )


def test_leads_are_erased_when_the_case_ends(world: World) -> None:
    case = search(world)
    lead = add_lead(
        by=world.recorder, case=case, kind=LeadKind.RELATIVE, told=Told("何水", "妹妹", "13700005678"), on=day(1)
    )
    assert opened_lead(lead) == Told("何水", "妹妹", "13700005678")
    withdraw(by=world.clerk, case=case, on=day(2), reason="重复立案")
    lead = Lead.objects.get(pk=lead.pk)
    assert (lead.sealed, lead.kind, opened_lead(lead)) == ("", LeadKind.RELATIVE, None)


def test_a_number_has_no_place_in_a_note(world: World) -> None:
    case = search(world)

    def noted() -> object:
        return attempt(
            by=world.recorder,
            case=case,
            on=day(2),
            channel="phone",
            result=Result.NO_ANSWER,
            tried_by="东方晓",
            note="打 1370000 5678",
        )

    assert code_of(noted) == "number-in-note"


def test_one_search_a_member(world: World) -> None:
    search(world)
    assert code_of(lambda: search(world)) == "searched-already"


def test_a_search_says_on_the_roster_that_contact_was_lost(world: World) -> None:
    search(world, "西门三")
    assert Circumstance.objects.filter(member=world.member("西门三"), kind="out-of-contact", valid_to=None).count() == 1


def test_a_search_follows_the_member(world: World) -> None:
    case = search(world)
    transfer_member(by=world.office, member=world.member("何渺"), unit=world.other_branch, on=day(5))
    assert Case.objects.get(pk=case.pk).unit == world.other_branch


def test_a_search_follows_a_merger(world: World) -> None:
    case = search(world)
    merge_units(by=world.office, unit=world.branch, into=world.sibling, on=day(5))
    assert Case.objects.get(pk=case.pk).unit == world.sibling


def test_nobody_looks_for_the_dead(world: World) -> None:
    case = search(world)
    record_death(by=world.office, member=world.member("何渺"), on=day(5))
    assert Case.objects.get(pk=case.pk).state == State.WITHDRAWN


def test_a_problem_of_a_closed_unit_is_its_heirs(world: World) -> None:
    case = problem(world)
    merge_units(by=world.office, unit=world.branch, into=world.other_branch, on=day(5))
    assert case in Case.objects.within(world.scope("outsider"))


def test_an_own_problem_is_its_authors_and_verifiers_alone(world: World) -> None:
    case = raise_own(
        by=world.recorder, unit=world.branch, problem=Problem("读得少"), on=MARCH, verifier=world.clerk.person
    )
    seen = {key for key in world.accounts if Case.objects.within(world.scope(key)).filter(pk=case.pk).exists()}
    assert seen == {"recorder", "clerk"}
    assert Journal.objects.latest("seq").unit is None


def test_a_lax_branch_is_told_only_to_those_above(world: World) -> None:
    case = lifting(world)
    seen = {key for key in world.accounts if Case.objects.within(world.scope(key)).filter(pk=case.pk).exists()}
    assert seen == {"office", "clerk"}


def test_neither_owner_nor_helper_reviews_a_lifted_branch(world: World) -> None:
    case = lifting(world)
    act(by=world.clerk, case=case, kind=ActionKind.PROGRESS, text="补开了会", on=day(20))
    request_closure(by=world.clerk, case=case, on=day(30))
    assert code_of(lambda: settle(by=world.clerk, case=case, on=day(31))) == "own-case"
    assert code_of(lambda: settle(by=world.account("visitor"), case=case, on=day(31))) == "own-case"
    assert settle(by=world.office, case=case, on=day(31)).state == State.CLOSED


def test_a_branch_is_lifted_once_at_a_time(world: World) -> None:
    lifting(world)
    assert code_of(lambda: lifting(world)) == "lifted-already"


def test_a_verifier_is_not_responsible(world: World) -> None:
    assert code_of(lambda: problem(world, verifier=world.recorder.person)) == "verifies-own"


def test_illness_is_not_written_down(world: World) -> None:
    assert code_of(lambda: problem(world, "因病没有来")) == "health-or-faith"


def test_a_search_for_somebody_on_no_roster_is_refused(world: World) -> None:
    gone = world.member("西门三")
    record_death(by=None, member=gone, on=day(-5))
    assert code_of(lambda: open_search(by=None, member=gone, on=MARCH, loss=Loss())) == "not-on-roster"
