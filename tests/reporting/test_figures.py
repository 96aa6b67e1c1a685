"""Figures are counted from live rows, and open to the rows that they counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qisong.ledger.models import Activity, Programme, Receipt
from qisong.ledger.recording import record
from qisong.ledger.reversing import reverse
from qisong.org.appointing import give_post, name_contact_point
from qisong.org.scope import operator_scope
from qisong.reporting.figures import figure_rows, figures
from qisong.reporting.indicators import BY_CODE
from qisong.words.text import Refusal
from tests.world import World

DAY = date(2026, 5, 19)


@pytest.fixture
def programme(world: World) -> Programme:
    return Programme.objects.get(code="seven-deliveries")


def recorded(world: World, **act: Any) -> Activity:
    document = {"id": f"act-{Activity.objects.count()}", "on": DAY.isoformat(), "unit": "B1"} | act
    answer = record(document, by=None, scope=operator_scope(), door="test")
    assert answer.verdict == "stored", answer.problems
    return Activity.objects.get(pk=answer.act)


def people(world: World, *names: str) -> list[str]:
    return [str(world.member(name).pk) for name in names]


def undo(target: object) -> None:
    reverse(by=None, scope=operator_scope(), target=str(target), reason="记错了")


def test_structure_counts_units_and_pairings(world: World, programme: Programme) -> None:
    counted = figures(programme, DAY)
    assert (counted["committees"], counted["organisations"]) == (3, 4)
    assert (counted["paired_units"], counted["paired_villages"], counted["paired_communities"]) == (1, 1, 0)


def test_custody_counts_copies_from_committee_until_reversed(world: World, programme: Programme) -> None:
    taken = {"item": "rules", "copies": 30, "unit": "B1", "direction": "taken", "giver": {"unit": "D1"}}
    recorded(world, custody=[taken, {**taken, "giver": {"unit": "B4"}, "copies": 7}])
    assert figures(programme)["rules"] == 30
    [row] = figure_rows(programme, "rules").ids
    undo(row)
    assert figures(programme)["rules"] == 0


def test_study_with_lesson_counts_in_both_figures(world: World, programme: Programme) -> None:
    parts = [{"kind": "meeting", "meeting": "study"}, {"kind": "lesson"}]
    act = recorded(world, parts=parts, present=people(world, "东方晓", "田春禾"), guests=[{"count": 5}])
    counted = figures(programme)
    assert (counted["study_sessions"], counted["lessons"], counted["attendances"]) == (1, 1, 2)
    undo(act.pk)
    counted = figures(programme)
    assert (counted["study_sessions"], counted["lessons"], counted["attendances"]) == (0, 0, 0)


def test_disc_is_no_lesson_held(world: World, programme: Programme) -> None:
    recorded(world, channel="disc", received=[{"item": "lessons", "to": people(world, "田守一")}])
    assert figures(programme)["lessons"] == 0


def test_attendance_falls_with_its_presence(world: World, programme: Programme) -> None:
    recorded(world, parts=[{"kind": "meeting", "meeting": "study"}], present=people(world, "东方晓", "田春禾"))
    undo(Receipt.objects.filter(item=None).first().pk)  # type: ignore[union-attr]
    assert figures(programme)["attendances"] == 1


def test_oath_tells_leaders_at_their_point_from_others(world: World, programme: Programme) -> None:
    leader = world.member("柳青禾")
    name_contact_point(by=None, leader=leader.person, unit=world.branch, on=date(2026, 5, 1))
    oath = {"parts": [{"kind": "oath"}]}
    recorded(world, present=people(world, "东方晓", "田春禾", "柳青禾"), **oath)
    recorded(world, unit="B2", present=people(world, "西门三", "柳青禾"), **oath)
    counted = figures(programme)
    assert (counted["oath_leaders"], counted["oath_members"]) == (1, 3)


def test_books_count_when_giver_held_the_post_that_day(world: World, programme: Programme) -> None:
    give_post(by=None, person=world.leader, unit=world.county, role="standing-committee", on=DAY)
    book = {"item": "books", "copies": 3, "unit": "B1", "direction": "taken", "giver": {"person": str(world.leader.pk)}}
    recorded(world, custody=[book])
    recorded(world, on="2026-05-18", custody=[book])
    assert figures(programme)["books_by_standing_committee"] == 3


def test_handbooks_count_copies_in_people_s_hands(world: World, programme: Programme) -> None:
    recorded(world, received=[{"item": "skills", "copies": 2, "to": people(world, "东方晓")}])
    recorded(world, custody=[{"item": "skills", "copies": 9, "unit": "B1", "giver": {"unit": "D1"}}])
    assert figures(programme)["handbooks"] == 2


def test_figures_stop_at_their_day(world: World, programme: Programme) -> None:
    recorded(world, parts=[{"kind": "lesson"}], present=people(world, "东方晓"))
    assert figures(programme, date(2026, 5, 18))["lessons"] == 0


@pytest.mark.parametrize("code", list(BY_CODE))
def test_rows_are_as_many_as_counted_or_carry_it(world: World, programme: Programme, code: str) -> None:
    found = figure_rows(programme, code)
    assert (found.count > 0) == bool(found.ids)


def test_unknown_figure_is_refused(world: World, programme: Programme) -> None:
    with pytest.raises(Refusal) as refusal:
        figure_rows(programme, "points")
    assert refusal.value.code == "unknown-key"


def test_labels_use_the_county_s_words(world: World) -> None:
    assert BY_CODE["rules"].label.zh == "党规：党委送到支部"
    assert BY_CODE["rules"].label.en == "Rules: from committee to branch"
