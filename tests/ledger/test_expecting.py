from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.ledger.expecting import Candidate, Expected, expected, same_as_last
from qisong.ledger.reversing import reverse
from qisong.org.scope import operator_scope
from qisong.org.tending import create_unit
from qisong.org.tree import tree_on
from qisong.roster.editing import (
    add_member,
    attach_member,
    begin_circumstance,
    end_circumstance,
    record_death,
    transfer_member,
)
from tests.ledger.conftest import Record
from tests.ledger.saying import AWAY, ELDER, LOST, RECORDER, YOUNG, person
from tests.world import BEGINNING, World

DAY = date(2026, 5, 19)


def names(candidates: list[Candidate]) -> list[str]:
    return [one.member.person.name for one in candidates]


def groups(found: Expected) -> dict[str, list[str]]:
    return {group: names(getattr(found, group)) for group in ("home", "homebound", "away", "attached", "due")}


def ids(world: World, *members: str) -> set[object]:
    return {world.member(name).pk for name in members}


def test_expected_lists_members_by_what_their_life_asks(world: World) -> None:
    assert groups(expected(world.branch, DAY)) == {
        "home": [RECORDER, YOUNG],
        "homebound": [ELDER],
        "away": [LOST, AWAY],
        "attached": ["西门四"],
        "due": [RECORDER, YOUNG],
    }


def test_expected_says_why_somebody_is_excused(world: World) -> None:
    [elder] = expected(world.branch, DAY).homebound
    assert (elder.member, elder.circumstances, elder.excused) == (world.member(ELDER), ("frail",), True)


def test_busy_member_stays_expected(world: World) -> None:
    begin_circumstance(by=None, member=world.member(YOUNG), kind="busy", on=BEGINNING, detail="")
    found = expected(world.branch, DAY)
    assert (names(found.due), found.home[1].circumstances, found.home[1].excused) == (
        [RECORDER, YOUNG],
        ("busy",),
        False,
    )


def test_farthest_circumstance_decides_the_group(world: World) -> None:
    begin_circumstance(by=None, member=world.member(ELDER), kind="away", on=DAY, detail="")
    assert groups(expected(world.branch, DAY - timedelta(days=1)))["homebound"] == [ELDER]
    assert ELDER in groups(expected(world.branch, DAY))["away"]


def test_expected_again_when_a_circumstance_has_ended(world: World) -> None:
    [frail] = world.member(ELDER).circumstances.all()
    end_circumstance(by=None, circumstance=frail, on=DAY)
    assert names(expected(world.branch, DAY).due) == [RECORDER, ELDER, YOUNG]
    assert names(expected(world.branch, DAY - timedelta(days=1)).due) == [RECORDER, YOUNG]


def test_expected_follows_transfers_and_deaths(world: World) -> None:
    transfer_member(by=None, member=world.member(YOUNG), unit=world.sibling, on=DAY)
    record_death(by=None, member=world.member(ELDER), on=DAY)
    assert groups(expected(world.branch, DAY))["due"] == [RECORDER]
    assert groups(expected(world.branch, DAY))["homebound"] == []
    assert groups(expected(world.sibling, DAY))["due"] == ["田春禾", "西门三", "西门四"]


def test_expected_of_a_committee_goes_branch_by_branch(world: World) -> None:
    assert names(expected(world.committee, DAY).due) == [RECORDER, YOUNG, "西门三", "西门四"]


def test_attached_beneath_the_same_committee_stands_once(world: World) -> None:
    assert groups(expected(world.committee, DAY))["attached"] == []


def test_groups_beneath_a_branch_belong_to_its_meeting(world: World) -> None:
    group = create_unit(by=None, code="G1", name="第一小组", kind="group", traits=[], parent=world.branch, on=BEGINNING)
    add_member(by=None, unit=group, on=BEGINNING, name="田组员", category="full")
    assert names(expected(world.branch, DAY).due) == [RECORDER, YOUNG, "田组员"]


def test_unit_that_did_not_stand_expects_nobody(world: World) -> None:
    assert expected(world.branch, BEGINNING - timedelta(days=1)) == Expected()


def test_queries_do_not_grow_with_the_members(world: World) -> None:
    tree = tree_on(DAY)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            expected(world.branch, DAY, tree)
        return len(caught)

    before = queries()
    for number in range(3):
        add_member(by=None, unit=world.branch, on=BEGINNING, name=f"田有{number}", category="full")
    assert (queries(), before) == (before, 3)


# ---- as last time ---------------------------------------------------------------------------------------------------


def gathered(put: Record, on: str, *names: str, kind: str = "lesson", **keys: object) -> UUID:
    units = {"西门三": "B2", "西门四": "B2", "柳青禾": "B3"}
    present = [person(name, units.get(name, "B1")) for name in names]
    answer = put("office", on=on, present=present, parts=[{"kind": kind}], **keys)
    assert answer.act
    return answer.act


def test_same_as_last_leaves_out_whoever_is_excused(put: Record, world: World) -> None:
    gathered(put, "2026-05-01", RECORDER, YOUNG, ELDER, AWAY, "西门四")
    assert same_as_last(world.branch, DAY) == ids(world, RECORDER, YOUNG, "西门四")


def test_same_as_last_is_the_last_gathering_up_to_that_day(put: Record, world: World) -> None:
    gathered(put, "2026-05-02", YOUNG)
    gathered(put, "2026-05-01", RECORDER)
    gathered(put, "2026-05-20", RECORDER, YOUNG)
    assert same_as_last(world.branch, DAY) == ids(world, YOUNG)
    assert same_as_last(world.branch, date(2026, 5, 1)) == ids(world, RECORDER)
    assert same_as_last(world.branch, date(2026, 4, 30)) == set()


def test_same_as_last_passes_over_home_visits(put: Record, world: World) -> None:
    gathered(put, "2026-05-01", RECORDER, YOUNG, kind="oath")
    gathered(put, "2026-05-02", YOUNG, kind="visit")
    assert same_as_last(world.branch, DAY) == ids(world, RECORDER, YOUNG)


def test_same_as_last_passes_over_what_was_reversed(put: Record, world: World) -> None:
    gathered(put, "2026-05-01", RECORDER)
    last = gathered(put, "2026-05-02", YOUNG)
    reverse(by=None, scope=operator_scope(), target=last, reason="没有开")
    assert same_as_last(world.branch, DAY) == ids(world, RECORDER)


def test_same_as_last_counts_joint_lessons_that_own_members_came_to(put: Record, world: World) -> None:
    gathered(put, "2026-05-01", YOUNG, "西门三", unit="D1", units=["B1", "B2"])
    gathered(put, "2026-05-02", "西门三", unit="D1", units=["B1", "B2"])
    assert same_as_last(world.branch, DAY) == ids(world, YOUNG)
    assert same_as_last(world.sibling, DAY) == ids(world, "西门三")


def test_same_as_last_never_names_an_attached_member_who_is_excused(put: Record, world: World) -> None:
    attach_member(by=None, member=world.member("西门三"), unit=world.branch, on=BEGINNING)
    begin_circumstance(by=None, member=world.member("西门三"), kind="homebound", on=BEGINNING, detail="")
    gathered(put, "2026-05-01", "西门三", "西门四")
    assert same_as_last(world.branch, DAY) == ids(world, "西门四")
