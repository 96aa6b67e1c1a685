from datetime import date

import pytest

from qisong.ledger.models import Audience
from qisong.org.appointing import name_contact_point
from qisong.org.tending import close_unit, merge_units
from qisong.reporting.indicators import find_indicator, indicators
from qisong.reporting.spans import Span
from qisong.reporting.terms import Dimension
from qisong.roster.editing import transfer_member
from qisong.words.text import Refusal
from tests.reporting.events import FIRST, LAST, hand, hold, ids, lesson, programme, session, span, take
from tests.world import BEGINNING, World


def count(world: World, code: str, unit: str = "C0", first: date = FIRST, last: date = LAST) -> int:
    asked = span(world.unit(unit), first, last)
    return find_indicator(code, asked).count(asked)


def counts(world: World, code: str, *units: str) -> list[int]:
    return [count(world, code, unit) for unit in units]


def test_each_system_of_the_first_cut_has_its_indicators(world: World) -> None:
    systems = {indicator.system for indicator in indicators(span(world.county)).values()}
    assert systems == {"S1", "S2", "S5", "S6", "S8", "S9", "S13", "S14"}


def test_people_and_person_times_have_different_measures(world: World) -> None:
    measures = {
        dimension: {one.measure for one in indicators(span(world.county)).values() if one.dimension is dimension}
        for dimension in (Dimension.PEOPLE, Dimension.PERSON_TIMES)
    }
    assert {measure.zh for measure in measures[Dimension.PEOPLE]} == {"人"}
    assert {measure.zh for measure in measures[Dimension.PERSON_TIMES]} == {"人次"}


def test_confidential_trait_has_no_indicator(world: World) -> None:
    assert [code for code in indicators(span(world.county)) if code.endswith(":lax")] == []


def test_unknown_indicator_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        count(world, "points")
    assert refused.value.code == "unknown-indicator"


def test_acts_count_within_their_period_only(world: World) -> None:
    session(world, "B1", "田守一", on="2026-06-01")
    days = (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 2))
    assert [count(world, "sessions", first=FIRST, last=day) for day in days] == [0, 1, 1]
    assert [count(world, "sessions", first=day) for day in days] == [1, 1, 0]


def test_acts_belong_to_the_units_they_served_and_those_above(world: World) -> None:
    lesson(world, "B1", "田守一", units=["B1", "B2"])
    assert counts(world, "held:lessons", "C0", "D1", "B1", "B2", "D2") == [1, 1, 1, 1, 0]


def test_what_people_received_belongs_to_their_branch_of_the_day(world: World) -> None:
    hold(
        "D1",
        units=["B1", "B2"],
        received=[{"item": "badges", "to": ids(world, "田守一", "西门三"), "giver": {"unit": "D1"}, "source": "giver"}],
    )
    transfer_member(by=None, member=world.member("田守一"), unit=world.other_branch, on=date(2026, 7, 1))
    assert counts(world, "handed:badges", "C0", "D1", "B1", "B2", "B3") == [2, 2, 1, 1, 0]


def test_custody_belongs_to_the_unit_that_took_it(world: World) -> None:
    take("B1", "rules", 5, "D1")
    take("D1", "rules", 50, "C0")
    assert counts(world, "taken:rules", "C0", "D1", "B1") == [55, 55, 5]


def test_on_hand_is_taken_less_returned_less_handed_on(world: World) -> None:
    take("B1", "rules", 9, "D1", on="2026-05-01")
    back = {"item": "rules", "copies": 2, "unit": "B1", "direction": "returned", "giver": {"unit": "D1"}}
    hold("B1", custody=[back])
    hand(world, "B1", "rules", ["田守一", "何渺"], giver={"unit": "B1"}, source="custody", holder="B1")
    hand(world, "B1", "rules", ["田春禾"])
    assert count(world, "on-hand:rules", "B1") == 5
    assert count(world, "on-hand:rules", "B1", last=date(2026, 5, 31)) == 9


def test_what_a_merged_unit_did_counts_with_its_successor(world: World) -> None:
    session(world, "B2", "西门三")
    merge_units(by=None, unit=world.sibling, into=world.other_branch, on=date(2026, 7, 1))
    assert counts(world, "sessions", "C0", "D1", "D2", "B3") == [1, 0, 1, 1]
    assert count(world, "sessions", "D1", last=date(2026, 6, 30)) == 1


def test_what_a_closed_unit_did_counts_with_its_last_parent(world: World) -> None:
    session(world, "B2", "西门三")
    for name in ("西门三", "西门四"):
        transfer_member(by=None, member=world.member(name), unit=world.branch, on=date(2026, 7, 1))
    close_unit(by=None, unit=world.sibling, on=date(2026, 7, 1))
    own = Span(world.committee, FIRST, LAST, programme(), own=True)
    assert counts(world, "sessions", "C0", "D1", "B1") == [1, 1, 0]
    assert find_indicator("sessions", own).count(own) == 1


def test_guests_are_person_times_apart_from_members(world: World) -> None:
    guests = [{"whence": "村民代表", "count": 7}, {"whence": "积极分子", "count": 2}]
    session(world, "B1", "田守一", guests=guests)
    session(world, "B1", "田守一", guests=guests[1:])
    assert [count(world, code) for code in ("attendances", "session-guests")] == [2, 11]


def test_training_counts_courses_and_each_person_once(world: World) -> None:
    for _ in range(2):
        hold("B1", parts=[{"kind": "training"}], present=ids(world, "田守一", "东方晓"))
    assert [count(world, code) for code in ("trainings", "trained")] == [2, 2]


def test_trip_counts_the_units_that_went(world: World) -> None:
    for _ in range(2):
        hold("D1", units=["B1", "B2"], parts=[{"kind": "trip"}], present=ids(world, "田守一"))
    assert [count(world, code) for code in ("trips", "trip-units")] == [2, 2]
    assert count(world, "trip-units", "B1") == 1


def test_paired_lesson_needs_the_partner(world: World) -> None:
    lesson(world, "B2", "西门三")
    assert count(world, "paired-lessons") == 0
    lesson(world, "B2", "西门三", units=["B2", "B4"])
    led = [{"task": "led", "person": str(world.account("partner").person.pk)}]
    lesson(world, "B2", "西门三", participants=led)
    lesson(world, "B1", "田守一", participants=led)
    assert counts(world, "paired-lessons", "C0", "B2", "B1") == [2, 2, 0]


def test_visit_counts_when_the_leader_of_the_place_came(world: World) -> None:
    led = [{"task": "led", "person": str(world.leader.pk)}]
    hold("B1", parts=[{"kind": "visit"}], participants=led)
    hold("B2", parts=[{"kind": "visit"}], participants=led)
    hold("B1", parts=[{"kind": "visit"}], participants=[{"task": "led", "name": "外乡人"}])
    assert [count(world, code) for code in ("contact-visits", "contact-leaders")] == [1, 1]


def test_leader_of_two_places_is_one_leader(world: World) -> None:
    name_contact_point(by=None, leader=world.leader, unit=world.other_branch, on=BEGINNING)
    assert counts(world, "contact-leaders", "C0", "D1", "D2", "B4") == [1, 1, 1, 0]


def test_units_and_pairs_stand_on_the_last_day(world: World) -> None:
    merge_units(by=None, unit=world.sibling, into=world.branch, on=date(2026, 7, 1))
    days = (date(2026, 6, 30), date(2026, 7, 1))
    for code, before, after in (("units:village", 3, 2), ("paired:village", 1, 0), ("partners", 1, 0)):
        assert [count(world, code, last=day) for day in days] == [before, after]


def test_coverage_counts_people_and_units(world: World) -> None:
    Audience.objects.get(code="flagged").chosen.set([world.branch, world.sibling])
    hand(world, "B1", "badges", ["田守一", "何渺"])
    parts = ("owed:badges", "received:badges", "missing:badges", "out-of-contact:badges", "owed:flags")
    assert [count(world, part, "B1") for part in parts] == [5, 2, 3, 0, 1]


def test_number_is_that_of_its_rows(world: World) -> None:
    take("B1", "rules", 5, "D1")
    session(world, "B1", "田守一", "东方晓")
    asked = span(world.branch)
    for indicator in indicators(asked).values():
        found = list(indicator.find(asked))
        heads = {one.who for one in found}
        once = indicator.dimension in {Dimension.PEOPLE, Dimension.UNITS}
        assert indicator.count(asked) == (len(heads) if once else sum(one.number for one in found))


def test_unit_not_yet_standing_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        count(world, "sessions", first=date(2019, 1, 1), last=date(2019, 2, 1))
    assert refused.value.code == "unit-not-standing"
