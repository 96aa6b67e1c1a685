from collections.abc import Callable
from datetime import date

from qisong.ledger.models import Activity, Receipt
from qisong.ledger.recording import Acknowledgement
from qisong.roster.editing import add_member, record_death
from tests.ledger.conftest import Record
from tests.ledger.saying import AWAY, ELDER, LOST, YOUNG, person, problems
from tests.world import World

ActOf = Callable[[Acknowledgement], Activity]


def names(receipts: object) -> list[str]:
    return sorted(receipts.values_list("member__person__name", flat=True))  # type: ignore[attr-defined]


def test_everyone_present_has_a_presence(put: Record, act_of: ActOf, world: World) -> None:
    act = act_of(put(present=[person(ELDER), str(world.member(YOUNG).pk)]))
    assert names(act.receipts.filter(item=None)) == [ELDER, YOUNG]
    assert set(act.receipts.values_list("copies", "on", "giver_unit", "source")) == {(1, act.on, None, "")}


def test_lesson_follows_each_presence(put: Record, act_of: ActOf) -> None:
    act = act_of(put(parts=[{"kind": "lesson"}], present=[person(ELDER), person(YOUNG)]))
    heard = Receipt.objects.filter(activity=act, item__code="lessons").select_related("follows")
    assert names(heard) == [ELDER, YOUNG]
    assert all(one.follows.member_id == one.member_id and one.follows.item_id is None for one in heard)


def test_person_named_twice_is_a_problem_at_the_second_place(put: Record, world: World) -> None:
    answer = put(present=[person(ELDER), person(YOUNG), str(world.member(ELDER).pk)])
    assert problems(answer) == [("present[2]", "twice")]


def test_nobody_is_present_and_absent(put: Record) -> None:
    leave = [{"member": person(ELDER)}, {"member": person(AWAY)}, {"member": person(AWAY)}]
    assert problems(put(present=[person(ELDER)], absent=leave)) == [
        ("absent[0]", "present-and-absent"),
        ("absent[2]", "twice"),
    ]


def test_leave_keeps_its_reason(put: Record, act_of: ActOf) -> None:
    leave = [{"member": person(AWAY), "reason": "work"}, {"member": person(LOST)}]
    act = act_of(put(present=[person(ELDER)], absent=leave))
    assert sorted(act.absences.values_list("member__person__name", "reason")) == [(LOST, ""), (AWAY, "work")]


def test_leave_for_an_unknown_reason_is_refused(put: Record) -> None:
    answer = put(present=[person(ELDER)], absent=[{"member": person(AWAY), "reason": "ill"}])
    assert problems(answer) == [("absent[0].reason", "unknown-absence")]


def test_guests_are_counted_apart(put: Record, act_of: ActOf) -> None:
    act = act_of(put(present=[person(ELDER)], guests=[{"whence": "邻村", "count": 12}, {"count": 3}]))
    assert sorted(act.guests.values_list("whence", "count")) == [("", 3), ("邻村", 12)]
    assert act.receipts.count() == 1


def test_participants_are_known_people_or_names(put: Record, act_of: ActOf, world: World) -> None:
    taking_part = [
        {"task": "led", "person": person("高远行", "C0")},
        {"task": "chair", "person": person(ELDER)},
        {"task": "recorder", "name": "某大学生村官"},
    ]
    act = act_of(put(present=[person(ELDER)], participants=taking_part))
    assert list(act.participants.order_by("id").values_list("task", "person", "name")) == [
        ("led", world.leader.pk, ""),
        ("chair", world.member(ELDER).pk, ""),
        ("recorder", None, "某大学生村官"),
    ]


def test_participant_is_named_one_way_and_once(put: Record) -> None:
    taking_part = [
        {"task": "led"},
        {"task": "led", "person": person(ELDER), "name": ELDER},
        {"task": "chair", "person": person(ELDER)},
        {"task": "chair", "person": person(ELDER)},
        {"task": "dancer", "person": person(ELDER)},
    ]
    assert sorted(problems(put(present=[person(ELDER)], participants=taking_part))) == [
        ("participants[0]", "one-name"),
        ("participants[1]", "one-name"),
        ("participants[3]", "twice"),
        ("participants[4].task", "unknown-choice"),
    ]


# ---- whom a name means ----------------------------------------------------------------------------------------------


def test_name_unknown_in_the_unit_is_refused(put: Record, world: World) -> None:
    answer = put(present=[person("西门三"), person(ELDER, "B2"), person("西门三", "B9"), str(world.branch.pk)])
    assert problems(answer) == [
        ("present[3]", "wrong-identifier"),
        ("present[0]", "unknown-person"),
        ("present[1]", "unknown-person"),
        ("present[2]", "unknown-unit"),
    ]


def test_person_who_is_no_member_cannot_be_present(put: Record, world: World) -> None:
    answer = put(present=[str(world.leader.pk), person("高远行", "C0")])
    assert problems(answer) == [("present[0]", "unknown-person"), ("present[1]", "unknown-person")]


def namesake(world: World, born: str, on: str = "2026-01-01") -> str:
    member = add_member(
        by=None, unit=world.branch, on=date.fromisoformat(on), name=ELDER, born=born, category="full", sex="male"
    )
    return str(member.pk)


def test_namesakes_are_told_apart_by_birth(put: Record, act_of: ActOf, world: World) -> None:
    younger = namesake(world, "1970-05-01")
    answer = put(present=[person(ELDER)])
    assert problems(answer) == [("present[0]", "namesakes")]
    assert "1944-10、1970-05-01" in answer.problems[0].text.zh
    act = act_of(put(present=[person(ELDER, born="1970")]))
    assert str(act.receipts.get().member_id) == younger


def test_births_are_told_only_to_those_who_may_know_them(put: Record, world: World) -> None:
    namesake(world, "1970-05-01")
    answer = put("outsider", unit="B3", present=[person(ELDER)])
    assert problems(answer) == [("present[0]", "namesakes")]
    assert "19" not in answer.problems[0].text.both


def test_birth_that_agrees_with_nobody_is_refused(put: Record) -> None:
    assert problems(put(present=[person(ELDER, born="1945")])) == [("present[0]", "unknown-person")]


def test_whoever_belonged_that_day_is_meant_before_later_namesakes(put: Record, act_of: ActOf, world: World) -> None:
    younger = namesake(world, "1970-05-01", on="2026-06-01")
    act = act_of(put(on="2026-05-31", present=[person(ELDER)]))
    assert act.receipts.get().member_id == world.member(ELDER).pk
    assert problems(put(on="2026-06-01", present=[person(ELDER)])) == [("present[0]", "namesakes")]
    assert problems(put(on="2026-05-31", present=[younger])) == []


def test_member_who_joined_the_roster_later_may_have_been_there(put: Record, act_of: ActOf, world: World) -> None:
    newcomer = add_member(by=None, unit=world.branch, on=date(2026, 4, 1), name="田新来", category="full")
    act = act_of(put(on="2026-03-01", present=[person("田新来")]))
    assert act.receipts.get().member_id == newcomer.pk


def test_attached_member_is_found_where_attached(put: Record, act_of: ActOf, world: World) -> None:
    act = act_of(put(present=[person("西门四")]))
    assert act.receipts.get().member_id == world.member("西门四").pk


def test_the_dead_are_not_present_after_their_death(put: Record, act_of: ActOf, world: World) -> None:
    record_death(by=None, member=world.member(ELDER), on=date(2026, 5, 1))
    assert problems(put(on="2026-05-02", present=[person(ELDER)])) == [("present[0]", "died")]
    assert act_of(put(on="2026-04-30", present=[person(ELDER)])).receipts.count() == 1
