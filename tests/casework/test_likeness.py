"""What the county may know of somebody who is looked for, and to whom it is told."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.casework.likeness import likely
from qisong.casework.models import Case
from qisong.casework.tracing import Loss
from qisong.ledger.recording import record
from qisong.org.scope import operator_scope
from qisong.roster.attaching import propose_attachments
from qisong.roster.editing import add_member
from qisong.roster.households import join_household
from qisong.roster.models import ContactPerson, Member
from tests.casework.cases import search
from tests.world import BEGINNING, World


def told(world: World, role: str, case: Case) -> list[tuple[str, str]]:
    return [(one.why.en, one.member.person.name if one.member else "") for one in likely(world.scope(role), case)]


def newcomer(world: World, unit: str, **known: Any) -> Member:
    values = {"name": "何渺", "category": "full"} | known
    return add_member(by=None, unit=world.unit(unit), on=BEGINNING, **values)


def was_there(on: str) -> None:
    said = {"id": on, "on": on, "unit": "B1", "parts": [{"kind": "visit"}], "present": [{"unit": "B1", "name": "何渺"}]}
    answer = record(said, by=None, scope=operator_scope(), door="test")
    assert (answer.verdict, answer.problems) == ("stored", ())


SAME_NAME = ("the same name, and a date of birth that agrees", "何渺")


def test_a_namesake_whose_birth_agrees_is_offered(world: World) -> None:
    newcomer(world, "B3", born="1972-03-04")
    newcomer(world, "B4", born="1973-03-04")
    assert told(world, "office", search(world)) == [SAME_NAME]


def test_a_match_whom_the_reader_may_not_know_leaves_no_trace(world: World) -> None:
    newcomer(world, "B3", born="1972-03-04")
    case = search(world)
    assert [told(world, role, case) for role in ("clerk", "recorder")] == [[], []]


def test_a_search_that_the_reader_may_not_see_has_no_matches(world: World) -> None:
    newcomer(world, "B3", born="1972-03-04")
    assert told(world, "outsider", search(world)) == []


def test_the_same_telephone_is_offered_under_another_name(world: World) -> None:
    newcomer(world, "B3", name="罗帆", phone="13800001234")
    case = search(world, "罗远帆")
    assert told(world, "office", case) == [("the same telephone number", "罗帆")]
    assert told(world, "clerk", case) == []


def test_an_act_after_contact_was_lost_is_offered_and_none_before(world: World) -> None:
    for on in ("2025-06-30", "2025-07-01"):
        was_there(on)
    assert told(world, "recorder", search(world)) == [("recorded as present on 2025-07-01", "")]


def test_without_a_day_of_loss_the_roster_says_since_when(world: World) -> None:
    was_there("2025-06-30")
    case = search(world, loss=Loss())
    assert [one.act is not None and str(one.on) for one in likely(world.scope("recorder"), case)] == ["2025-06-30"]


def test_a_place_said_to_be_theirs_is_told_to_those_who_may_know(world: World) -> None:
    propose_attachments(by=None, home=world.branch, members=[world.member("何渺").pk], to=world.other_branch.pk)
    case = search(world)
    assert told(world, "recorder", case) == [("said to live where 柳河村党支部 is; not answered yet", "")]


def test_whoever_would_know_them_is_offered(world: World) -> None:
    lost = world.member("何渺")
    join_household(by=None, member=world.member("田春禾"), head=lost, on=BEGINNING)
    ContactPerson.objects.create(member=world.member("柳青禾"), helper=lost, valid_from=BEGINNING)
    ContactPerson.objects.create(member=lost, name="何水", relation="妹妹", valid_from=BEGINNING)
    case = search(world)
    near = ("lives in the same household", "田春禾"), ("contact person on the roster: 何水", "")
    assert told(world, "recorder", case) == [*near]
    assert told(world, "office", case) == [("names the member as their contact person", "柳青禾"), *near]


def test_more_members_ask_no_more_queries(world: World) -> None:
    case, scope = search(world), world.scope("office")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            likely(scope, case)
        return len(caught)

    likely(scope, case)
    newcomer(world, "B3", born="1972-03-04")
    one = queries()
    for code in ("B2", "B4", "B1"):
        newcomer(world, code, born=f"1972-0{code[1]}")
    assert queries() == one
