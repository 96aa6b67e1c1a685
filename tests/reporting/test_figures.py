from datetime import date
from uuid import UUID

import pytest
from django.db import transaction

from qisong.casework.rectifying import Problem, raise_own
from qisong.casework.tracing import record_found
from qisong.casework.verifying import reopen, settle, withdraw
from qisong.ledger.models import Activity, Receipt
from qisong.ledger.reversing import reverse
from qisong.org.appointing import give_post, name_contact_point
from qisong.org.scope import operator_scope
from qisong.org.tending import rename_unit
from qisong.reporting.figures import FIGURES, figure_rows, figures
from qisong.roster.editing import add_member
from qisong.words.text import Refusal
from tests.casework.cases import MARCH, day, fixed, lifting, problem, search
from tests.reporting.events import hand, hold, ids, lesson, programme, session, take
from tests.world import BEGINNING, World

pytestmark = pytest.mark.postgres

KEYS = [
    *("rules", "constitutions", "badges", "flags", "speeches", "lessons", "books_by_standing_committee", "handbooks"),
    *("committees", "organisations", "study_sessions", "attendances", "oath_leaders", "oath_members"),
    *("paired_units", "paired_villages", "paired_communities"),
    *("out_of_contact", "recontacted", "aspects", "findings", "findings_closed"),
]
EMPTY = {"committees": 3, "organisations": 4, "paired_units": 1, "paired_villages": 1}


def counted() -> dict[str, int]:
    """The figures that differ from those of the empty world."""
    return {key: value for key, value in figures(programme()).items() if value != EMPTY.get(key, 0)}


def undo(target: UUID) -> None:
    reverse(by=None, scope=operator_scope(), target=target, reason="记错了")


def test_keys_are_those_agreed_upon(world: World) -> None:
    assert list(figures(programme())) == KEYS == list(FIGURES)


def test_empty_county_has_a_tree_and_nothing_else(world: World) -> None:
    assert counted() == {}


def test_copies_from_a_committee_to_an_organisation_are_counted(world: World) -> None:
    take("B1", "rules", 30, "D1")
    take("B1", "badges", 5, "C0")  # the county is no committee of the 69
    take("D1", "rules", 90, "C0")
    assert counted() == {"rules": 30}


def test_what_a_unit_was_on_the_day_decides(world: World) -> None:
    take("B1", "rules", 30, "D1")
    rename_unit(by=None, unit=world.branch, traits=["village"], on=date(2026, 7, 1))
    assert counted() == {"rules": 30, "organisations": 3}


def test_reversed_custody_counts_no_more(world: World) -> None:
    act = take("B1", "rules", 30, "D1")
    take("B2", "rules", 3, "D1")
    undo(act)
    assert counted() == {"rules": 3}


def test_flags_are_those_that_units_received(world: World) -> None:
    line = {"item": "flags", "to": {"units": ["B1", "B2"]}, "giver": {"unit": "D1"}, "source": "giver"}
    hold("D1", units=["B1", "B2"], received=[line])
    assert counted() == {"flags": 2}


def test_joint_lesson_counts_once_and_a_disc_not_at_all(world: World) -> None:
    lesson(world, "B1", "田守一", "西门三", units=["B1", "B2"])
    hand(world, "B1", "lessons", ["何渺"], channel="disc")
    assert counted() == {"lessons": 1}


def test_lesson_at_a_session_counts_in_both_figures(world: World) -> None:
    hold(
        "B1",
        parts=[{"kind": "meeting", "meeting": "study"}, {"kind": "lesson"}],
        present=ids(world, "田守一", "东方晓"),
        guests=[{"whence": "村民代表", "count": 7}],
    )
    assert counted() == {"lessons": 1, "study_sessions": 1, "attendances": 2}


def test_attendances_are_person_times_and_fall_with_a_presence(world: World) -> None:
    session(world, "B1", "田守一", "东方晓")
    session(world, "B1", "田守一")
    hold("B1", parts=[{"kind": "meeting", "meeting": "board"}], present=ids(world, "田守一"))
    assert counted() == {"study_sessions": 2, "attendances": 3}
    undo(Receipt.objects.filter(member=world.member("东方晓"), item=None).get().pk)
    assert counted() == {"study_sessions": 2, "attendances": 2}


def test_books_count_while_the_giver_held_the_post(world: World) -> None:
    secretary = world.member("司农田").person
    give_post(by=None, person=secretary, unit=world.county, role="standing-committee", on=date(2026, 5, 1))
    giver = {"person": str(secretary.pk)}
    for on in ("2026-04-30", "2026-05-01"):
        line = {"item": "books", "copies": 6, "unit": "B1", "direction": "taken", "giver": giver}
        hold("B1", on, custody=[line])
    hand(world, "B1", "books", ["田守一", "何渺"], giver=giver)
    hand(world, "B1", "books", ["田春禾"], giver={"unit": "B1"}, source="custody")
    assert counted() == {"books_by_standing_committee": 8}


def test_handbooks_are_copies_that_people_received(world: World) -> None:
    hand(world, "B1", "skills", ["田守一", "何渺"], title="method")
    take("B2", "skills", 10, "D1")
    assert counted() == {"handbooks": 2}


def leader_on_the_roster(world: World) -> str:
    """高远行, who looks after B1, belongs to B4."""
    add_member(by=None, unit=world.county_unit, on=BEGINNING, name="高远行", category="full", person=world.leader)
    return str(world.leader.pk)


def test_oath_counts_the_leader_and_the_others_at_the_contact_point(world: World) -> None:
    leader = leader_on_the_roster(world)
    act = hold("B1", parts=[{"kind": "oath"}], present=[leader, *ids(world, "田守一", "东方晓")])
    hold("B1", parts=[{"kind": "oath"}], present=[leader, *ids(world, "田守一")])
    hold("B2", parts=[{"kind": "oath"}], present=[leader, *ids(world, "西门三")])  # nobody's contact point
    assert counted() == {"oath_leaders": 1, "oath_members": 2}
    undo(act)
    assert counted() == {"oath_leaders": 1, "oath_members": 1}


def test_leader_who_led_was_there(world: World) -> None:
    hold(
        "B1",
        parts=[{"kind": "oath"}],
        present=ids(world, "田守一"),
        participants=[{"task": "led", "person": str(world.leader.pk)}],
    )
    assert counted() == {"oath_leaders": 1, "oath_members": 1}


def test_two_leaders_of_one_place_are_two_leaders(world: World) -> None:
    other = world.member("司农田")
    name_contact_point(by=None, leader=other.person, unit=world.branch, on=BEGINNING)
    leader = leader_on_the_roster(world)
    hold("B1", parts=[{"kind": "oath"}], present=[leader, str(other.pk), *ids(world, "田守一")])
    assert counted() == {"oath_leaders": 2, "oath_members": 1}


def test_whoever_was_spoken_with_counts_once_somebody_else_confirmed_it(world: World) -> None:
    case, _other = search(world), search(world, "西门三")
    record_found(by=world.recorder, case=case, on=day(3))
    assert counted() == {"out_of_contact": 2}
    settle(by=world.clerk, case=case, on=day(4))
    assert counted() == {"out_of_contact": 2, "recontacted": 1}
    assert figures(programme(), day(3))["recontacted"] == 0


def test_a_member_searched_for_twice_is_one_and_a_withdrawn_search_none(world: World) -> None:
    settle(by=world.clerk, case=record_found(by=world.recorder, case=search(world), on=day(3)), on=day(4))
    search(world, on=day(5))
    withdraw(by=world.clerk, case=search(world, "西门三"), on=day(2), reason="立错了")
    assert counted() == {"out_of_contact": 1, "recontacted": 1}


def test_problems_of_units_count_and_nobodys_own(world: World) -> None:
    case = settle(by=world.clerk, case=fixed(world), on=day(5))
    problem(world, "活动室没有开放")
    withdraw(by=world.clerk, case=problem(world), on=day(1), reason="重复")
    told, verifier = Problem("读得少", aspect="part"), world.clerk.person
    raise_own(by=world.recorder, unit=world.branch, problem=told, on=MARCH, verifier=verifier)
    lifting(world)
    assert counted() == {"aspects": 1, "findings": 2, "findings_closed": 1}
    reopen(by=world.office, case=case, due_on=day(60), on=day(9), reason="又缺了一次")
    assert counted() == {"aspects": 1, "findings": 2}
    assert figures(programme(), day(8))["findings_closed"] == 1


def test_rows_of_cases_are_as_many_as_they_count(world: World) -> None:
    cases = [search(world), problem(world), settle(by=world.clerk, case=fixed(world), on=day(5))]
    found = {key: figure_rows(programme(), key) for key in KEYS[-5:]}
    assert {key: one.value for key, one in found.items()} == counted() | {"recontacted": 0}
    assert {row for one in found.values() for row in one.rows} == {("case", str(case.pk)) for case in cases}
    assert found["out_of_contact"].as_json()["rows"] == [{"id": str(cases[0].pk), "kind": "case", "reversible": False}]
    assert len(found["findings"].rows) == found["findings"].value


def test_act_of_another_programme_is_not_counted(world: World) -> None:
    session(world, "B1", "田守一")
    Activity.objects.get().programmes.clear()
    assert counted() == {}


def test_tree_figures_follow_the_day(world: World) -> None:
    rename_unit(by=None, unit=world.sibling, traits=["organisation", "community"], on=date(2026, 9, 1))
    before, after = (figures(programme(), day) for day in (date(2026, 8, 31), date(2026, 9, 1)))
    assert (before["paired_villages"], before["paired_communities"]) == (1, 0)
    assert (after["paired_villages"], after["paired_communities"]) == (0, 1)


def test_rows_open_each_figure_to_ids_that_can_be_reversed(world: World) -> None:
    take("B1", "rules", 30, "D1")
    take("B2", "rules", 3, "D1")
    rows = figure_rows(programme(), "rules").as_json()
    assert (rows["key"], rows["value"], [row["kind"] for row in rows["rows"]]) == ("rules", 33, ["custody", "custody"])
    undo(UUID(rows["rows"][0]["id"]))
    assert figures(programme())["rules"] == 3


def test_rows_of_a_figure_of_the_tree_are_codes(world: World) -> None:
    rows = figure_rows(programme(), "committees").as_json()["rows"]
    assert rows == [{"id": code, "kind": "unit", "reversible": False} for code in ("D1", "D2", "D3")]
    assert [row["kind"] for row in figure_rows(programme(), "paired_units").as_json()["rows"]] == ["pairing"]


def test_every_reversible_row_changes_its_figure(world: World) -> None:
    leader = leader_on_the_roster(world)
    take("B1", "speeches", 2, "D1")
    hand(world, "B1", "skills", ["田守一"], title="method")
    session(world, "B1", "田守一", "东方晓")
    hold("B1", parts=[{"kind": "oath"}, {"kind": "lesson"}], present=[leader, *ids(world, "田守一")])
    for key in [key for key in KEYS if figures(programme())[key] and key not in EMPTY]:
        with transaction.atomic():
            before = figure_rows(programme(), key)
            undo(UUID(before.rows[0][1]))
            assert figures(programme())[key] < before.value
            transaction.set_rollback(True)


def test_unknown_figure_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        figure_rows(programme(), "points")
    assert refused.value.code == "unknown-figure"
