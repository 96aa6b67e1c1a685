"""Ends that nobody could reach, searches taken up again, and figures of days gone by."""

from uuid import uuid4

import pytest

from qisong.casework.assigning import assign, entrust
from qisong.casework.counting import Asked, tallies
from qisong.casework.models import Case
from qisong.casework.rectifying import Problem, act, raise_own, request_closure
from qisong.casework.terms import ActionKind, Kind, LeadKind, Result
from qisong.casework.tracing import Decision, Loss, Told, add_lead, attempt, open_searches, propose, record_found
from qisong.casework.verifying import reopen, settle, withdraw
from qisong.org.models import Journal
from qisong.roster.editing import record_death, transfer_member
from qisong.roster.models import Circumstance
from tests.casework.cases import day, fixed, lifting, problem, search
from tests.casework.test_journeys import code_of
from tests.world import World

pytestmark = pytest.mark.postgres


def spoken(world: World) -> Case:
    return settle(by=world.clerk, case=record_found(by=world.recorder, case=search(world), on=day(3)), on=day(4))


def test_a_verifier_does_not_become_responsible(world: World) -> None:
    case = problem(world, verifier=world.clerk.person)
    code = code_of(lambda: assign(by=world.office, case=case, owner=world.clerk.person, due_on=day(9), on=day(1)))
    assert code == "verifies-own"


def test_a_verifier_does_not_ask_for_the_end(world: World) -> None:
    case = problem(world, verifier=world.clerk.person)
    act(by=world.recorder, case=case, kind=ActionKind.PROGRESS, text="补上了", on=day(2))
    assert code_of(lambda: request_closure(by=world.clerk, case=case, on=day(3))) == "verifier-asks"


def test_whoever_was_spoken_with_is_in_contact_whatever_was_proposed(world: World) -> None:
    case = record_found(by=world.recorder, case=search(world), on=day(3))
    propose(by=world.recorder, case=case, on=day(4), decision=Decision("correct", until=day(90)))
    settle(by=world.clerk, case=case, on=day(5))
    assert not Circumstance.objects.filter(member=case.member, kind="out-of-contact", valid_to=None).exists()


def test_a_search_taken_up_again_says_so_on_the_roster(world: World) -> None:
    case = spoken(world)
    reopen(by=world.clerk, case=case, due_on=day(90), on=day(9), reason="又联系不上")
    assert Circumstance.objects.filter(member=case.member, kind="out-of-contact", valid_to=None).count() == 1


def test_a_search_is_taken_up_again_where_the_member_belongs_by_now(world: World) -> None:
    case = spoken(world)
    transfer_member(by=world.office, member=world.member("何渺"), unit=world.sibling, on=day(6))
    assert reopen(by=world.clerk, case=case, due_on=day(90), on=day(9), reason="又联系不上").unit == world.sibling


def test_a_search_for_the_dead_is_not_taken_up_again(world: World) -> None:
    case = spoken(world)
    record_death(by=world.office, member=world.member("何渺"), on=day(6))
    again = {"by": world.clerk, "case": case, "due_on": day(90), "on": day(9), "reason": "又联系不上"}
    assert code_of(lambda: reopen(**again)) == "not-on-roster"  # type: ignore[arg-type]


def test_a_search_is_not_taken_up_again_beside_another(world: World) -> None:
    case = spoken(world)
    search(world, on=day(6))
    again = {"by": world.clerk, "case": case, "due_on": day(90), "on": day(9), "reason": "又联系不上"}
    assert code_of(lambda: reopen(**again)) == "searched-already"  # type: ignore[arg-type]


def test_a_branch_is_not_lifted_again_beside_another(world: World) -> None:
    case = lifting(world)
    act(by=world.clerk, case=case, kind=ActionKind.PROGRESS, text="补开了会", on=day(2))
    request_closure(by=world.clerk, case=case, on=day(3))
    settle(by=world.office, case=case, on=day(4))
    withdraw(by=world.office, case=lifting(world, on=day(5)), on=day(6), reason="误开")
    lifting(world, on=day(6))
    again = {"by": world.office, "case": case, "due_on": day(90), "on": day(9), "reason": "又没有开会"}
    assert code_of(lambda: reopen(**again)) == "lifted-already"  # type: ignore[arg-type]


def test_a_number_has_no_place_in_how_contact_was_lost(world: World) -> None:
    assert code_of(lambda: search(world, "西门三", loss=Loss(note="原号 13700005678"))) == "number-in-note"


def test_a_number_has_no_place_in_the_reason_of_a_search(world: World) -> None:
    case = search(world)
    assert code_of(lambda: withdraw(by=world.clerk, case=case, on=day(2), reason="打 13700005678")) == "number-in-note"


def test_handing_the_case_on_makes_nobody_its_verifier(world: World) -> None:
    case = problem(world)
    act(by=world.recorder, case=case, kind=ActionKind.PROGRESS, text="补上了", on=day(2))
    request_closure(by=world.clerk, case=case, on=day(3))
    assign(by=world.clerk, case=case, owner=world.outsider.person, due_on=day(30), on=day(4))
    assert [code_of(lambda by=by: settle(by=by, case=case, on=day(5))) for by in (world.recorder, world.clerk)] == [  # type: ignore[misc]
        "own-case",
        "own-case",
    ]


def test_whoever_spoke_with_the_member_does_not_confirm_it_after_anothers_proposal(world: World) -> None:
    case = record_found(by=world.office, case=search(world), on=day(3))
    propose(by=world.clerk, case=case, on=day(4), decision=Decision("correct", until=day(90)))
    assert code_of(lambda: settle(by=world.office, case=case, on=day(5))) == "own-case"


def test_the_journal_tells_nothing_of_whom_or_why(world: World) -> None:
    case = search(world, loss=Loss(since="2025-06", note="村里人说搬走了"))
    told = Told("何水", "妹妹", "13700005678")
    add_lead(by=world.recorder, case=case, kind=LeadKind.RELATIVE, told=told, on=day(1))
    withdraw(by=world.clerk, case=case, on=day(2), reason="重复立案")
    written = str(list(Journal.objects.filter(kind__startswith="case.").values()))
    assert [word for word in ("何渺", "何水", "妹妹", "13700005678", "搬走", "重复立案") if word in written] == []


def found_on(world: World, n: int) -> int:
    return tallies(world.scope("office"), Asked(Kind.TRACING, day(n)), [world.county.pk])[world.county.pk].found


def test_a_search_taken_up_again_stays_found_on_earlier_days(world: World) -> None:
    reopen(by=world.clerk, case=spoken(world), due_on=day(90), on=day(9), reason="又联系不上")
    assert [found_on(world, n) for n in (2, 3, 4, 8, 9)] == [0, 1, 1, 1, 0]


def test_a_member_spoken_with_is_counted_while_the_proposal_waits(world: World) -> None:
    case = record_found(by=world.recorder, case=search(world), on=day(3))
    propose(by=world.recorder, case=case, on=day(4), decision=Decision("correct", until=day(90)))
    assert (found_on(world, 4), case.state) == (1, "proposed")


def test_another_verifier_is_named_and_alone_verifies(world: World) -> None:
    case = fixed(world)
    entrust(by=world.clerk, case=case, verifier=world.office.person, on=day(5))
    assert code_of(lambda: settle(by=world.clerk, case=case, on=day(6))) == "not-the-verifier"
    assert settle(by=world.office, case=case, on=day(6)).state == "closed"
    assert case.steps.get(move="entrust").reason == world.office.person.name


def test_whoever_is_a_party_is_not_named_to_verify(world: World) -> None:
    case = fixed(world)
    verifier = world.recorder.person
    assert code_of(lambda: entrust(by=world.clerk, case=case, verifier=verifier, on=day(5))) == "verifies-own"


def test_own_problem_keeps_a_verifier(world: World) -> None:
    told = {"unit": world.branch, "problem": Problem("读得少"), "on": day(0), "verifier": world.clerk.person}
    case = raise_own(by=world.recorder, **told)  # type: ignore[arg-type]
    assert code_of(lambda: entrust(by=world.recorder, case=case, verifier=None, on=day(1))) == "verifier-missing"
    assert entrust(by=world.recorder, case=case, verifier=world.office.person, on=day(1)).verifier_id == (
        world.office.person_id
    )


def test_what_is_sent_twice_is_written_once(world: World) -> None:
    key, case = uuid4(), problem(world)
    written = {"by": world.recorder, "case": case, "kind": ActionKind.PROGRESS, "text": "补", "on": day(1), "key": key}
    act(**written)  # type: ignore[arg-type]
    assert code_of(lambda: act(**written)) == "recorded-already"  # type: ignore[arg-type]
    assert [action.pk for action in case.actions.all()] == [key]


def test_no_telephone_number_stands_for_who_tried(world: World) -> None:
    told = {"channel": "phone", "result": Result.NO_ANSWER, "tried_by": "13800001234", "on": day(1)}
    code = code_of(lambda: attempt(by=world.recorder, case=search(world), **told))  # type: ignore[arg-type]
    assert code == "number-in-note"


def test_nobody_unknown_is_looked_for(world: World) -> None:
    assert code_of(lambda: open_searches(by=world.clerk, losses={uuid4(): Loss()}, on=day(1))) == "no-such-member"
