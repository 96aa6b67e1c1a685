from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from qisong.ledger.models import Activity, Answer, Custody, Item, Receipt
from qisong.ledger.programmes import end
from qisong.ledger.recording import Acknowledgement
from qisong.ledger.stock import on_hand
from tests.ledger.conftest import Record
from tests.ledger.saying import AWAY, ELDER, YOUNG, person, problems, received
from tests.world import World

ActOf = Callable[[Acknowledgement], Activity]
LED = {"participants": [{"task": "led", "person": person("高远行", "C0")}]}
TAKEN = {"item": "rules", "copies": 30}


def origin(receipt: Receipt) -> tuple[str | None, str | None, str, str | None]:
    """Giving person, giving unit, source, holder."""
    return (
        receipt.giver_person.name if receipt.giver_person else None,
        receipt.giver_unit.code if receipt.giver_unit else None,
        receipt.source,
        receipt.holder.code if receipt.holder else None,
    )


def rules(world: World, unit: str = "B1", on: date = date(2026, 12, 31)) -> int:
    return on_hand(world.unit(unit), Item.objects.get(code="rules"), on)


# ---- receipts -------------------------------------------------------------------------------------------------------


def test_hand_over_to_those_present_gives_each_a_receipt(put: Record, act_of: ActOf) -> None:
    act = act_of(put(present=[person(ELDER), person(YOUNG)], received=[received("rules", copies=2)]))
    found = act.receipts.filter(item__code="rules").values_list("member__person__name", "copies", "unit", "title")
    assert sorted(found) == [(ELDER, 2, None, None), (YOUNG, 2, None, None)]


def test_hand_over_to_named_people_needs_no_presence(put: Record, act_of: ActOf) -> None:
    act = act_of(put(received=[received("skills", [person(ELDER)], title="village", channel="visit")]))
    receipt = act.receipts.get()
    assert receipt.title is not None
    assert (receipt.member.person.name, receipt.title.code, receipt.channel) == (ELDER, "village", "visit")


def test_hand_over_to_units_is_received_by_the_unit(put: Record, act_of: ActOf, world: World) -> None:
    act = act_of(put("clerk", unit="D1", received=[received("flags", {"units": ["B1", "B2"]})]))
    found = act.receipts.order_by("id").values_list("unit__code", "member", "giver_unit__code", "source")
    assert list(found) == [("B1", None, "D1", "giver"), ("B2", None, "D1", "giver")]


def test_hand_over_to_nobody_present_is_refused(put: Record) -> None:
    assert problems(put(received=[received("rules")])) == [("received[0].to", "nobody-present")]


def test_hand_over_to_a_unit_of_others_is_refused(put: Record) -> None:
    lines = [received("flags", {"units": ["B1", "B2", "B9"]})]
    assert problems(put(received=lines)) == [
        ("received[0].to.units[1]", "not-allowed"),
        ("received[0].to.units[2]", "unknown-unit"),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (received("hats", [person(ELDER)]), ("received[0].item", "unknown-item")),
        (received("skills", [person(ELDER)], title="cooking"), ("received[0].title", "unknown-title")),
        (received("rules", [person("无此人")]), ("received[0].to[0]", "unknown-person")),
        (received("rules", [person(ELDER)], giver={"unit": "B9"}), ("received[0].giver.unit", "unknown-unit")),
        (
            received("rules", [person(ELDER)], giver={"person": person("无此人")}),
            ("received[0].giver.person", "unknown-person"),
        ),
        (
            received("rules", [person(ELDER)], source="giver", holder="B1"),
            ("received[0].holder", "holder-without-custody"),
        ),
        (received("rules", [person(ELDER)], holder="B2"), ("received[0].holder", "not-allowed")),
    ],
)
def test_line_that_is_wrong_says_where(put: Record, line: dict[str, Any], problem: tuple[str, str]) -> None:
    assert problems(put(received=[line])) == [problem]


def test_same_thing_twice_to_one_person_is_refused(put: Record) -> None:
    lines = [received("rules"), received("constitutions"), received("rules", [person(YOUNG), person(ELDER)])]
    answer = put(present=[person(ELDER)], received=lines)
    assert problems(answer) == [("received[2].to[1]", "received-twice")]


def test_other_titles_of_one_item_are_other_things(put: Record, act_of: ActOf) -> None:
    lines = [received("skills", [person(ELDER)], title=title) for title in ("village", "method")]
    assert act_of(put(received=lines)).receipts.count() == 2


def test_lesson_heard_by_being_present_is_not_written_again(put: Record) -> None:
    answer = put(parts=[{"kind": "lesson"}], present=[person(ELDER), person(YOUNG)], received=[received("lessons")])
    assert problems(answer) == [("received[0].to", "received-twice")]


# ---- giver and source -----------------------------------------------------------------------------------------------


def test_giver_unsaid_is_whoever_led(put: Record, act_of: ActOf) -> None:
    act = act_of(put(received=[received("rules", [person(ELDER)])], **LED))
    assert origin(act.receipts.get()) == ("高远行", None, "giver", None)


def test_giver_unsaid_and_nobody_led_is_the_recording_unit(put: Record, act_of: ActOf) -> None:
    act = act_of(put(received=[received("rules", [person(ELDER)])], participants=[{"task": "led", "name": "某教授"}]))
    assert origin(act.receipts.get()) == (None, "B1", "giver", None)


def test_giver_unsaid_is_the_branch_that_holds_copies(put: Record, act_of: ActOf, world: World) -> None:
    put(on="2026-05-01", custody=[TAKEN])
    act = act_of(put(on="2026-05-02", received=[received("rules", [person(ELDER)], copies=2)], **LED))
    assert origin(act.receipts.get()) == (None, "B1", "custody", "B1")
    assert rules(world) == 28


def test_copies_taken_later_are_not_handed_out_before(put: Record, act_of: ActOf) -> None:
    put(on="2026-05-03", custody=[TAKEN])
    act = act_of(put(on="2026-05-02", received=[received("rules", [person(ELDER)])], **LED))
    assert origin(act.receipts.get()) == ("高远行", None, "giver", None)


def test_copies_taken_in_the_same_act_are_handed_on(put: Record, act_of: ActOf, world: World) -> None:
    act = act_of(put(custody=[TAKEN], received=[received("rules", [person(ELDER), person(YOUNG)])], **LED))
    assert {origin(one) for one in act.receipts.all()} == {(None, "B1", "custody", "B1")}
    assert rules(world) == 28


def test_last_copies_go_and_the_next_come_from_elsewhere(put: Record, act_of: ActOf) -> None:
    put(custody=[TAKEN | {"copies": 1}])
    lines = [received("rules", [person(ELDER)]), received("rules", [person(YOUNG)])]
    act = act_of(put(received=lines, **LED))
    assert [origin(one)[2] for one in act.receipts.order_by("id")] == ["custody", "giver"]


def test_act_is_never_refused_for_stock(put: Record, act_of: ActOf, world: World) -> None:
    act_of(put(received=[received("rules", [person(ELDER)], copies=7, source="custody")]))
    assert rules(world) == -7


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"giver": {"unit": "D1"}}, (None, "D1", "giver", None)),
        ({"giver": {"person": person("鲁望山", "D1")}}, ("鲁望山", None, "giver", None)),
        ({"giver": {"unit": "B1"}}, (None, "B1", "custody", "B1")),
        ({"giver": {"unit": "B1"}, "source": "giver"}, (None, "B1", "giver", None)),
        ({"giver": {"person": person("高远行", "C0")}, "source": "custody"}, ("高远行", None, "custody", "B1")),
        ({"source": "giver"}, ("高远行", None, "giver", None)),
        ({"source": "custody"}, (None, "B1", "custody", "B1")),
        ({"holder": "B2"}, (None, "B2", "custody", "B2")),
        ({"giver": {"unit": "B1"}, "holder": "B2"}, (None, "B1", "custody", "B2")),
    ],
)
def test_giver_and_source_are_as_said(
    put: Record, act_of: ActOf, said: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    put(custody=[TAKEN])
    act = act_of(put("clerk", received=[received("rules", [person(ELDER)], **said)], **LED))
    assert origin(act.receipts.get()) == expected


# ---- custody --------------------------------------------------------------------------------------------------------


def test_custody_comes_from_the_unit_above(put: Record, act_of: ActOf, world: World) -> None:
    row = act_of(put(custody=[TAKEN | {"title": None}])).custody.get()
    assert (row.unit.code, row.giver_unit.code, row.copies, row.direction) == ("B1", "D1", 30, "taken")
    assert rules(world) == 30


def test_custody_names_its_giver(put: Record, act_of: ActOf) -> None:
    lines = [TAKEN | {"giver": {"unit": "C0"}}, TAKEN | {"giver": {"person": person("高远行", "C0")}}]
    act = act_of(put(custody=lines))
    found = act.custody.order_by("id").values_list("giver_unit__code", "giver_person__name")
    assert list(found) == [("C0", None), (None, "高远行")]


def test_custody_given_back_leaves_the_stock(put: Record, act_of: ActOf, world: World) -> None:
    act_of(put(custody=[TAKEN, TAKEN | {"copies": 4, "direction": "returned"}]))
    assert (rules(world), Custody.objects.count()) == (26, 2)


def test_custody_of_other_units_is_their_own_affair(put: Record, act_of: ActOf, world: World) -> None:
    assert problems(put(custody=[TAKEN | {"unit": "B2"}])) == [("custody[0].unit", "not-allowed")]
    act_of(put("clerk", unit="D1", custody=[TAKEN | {"unit": "B2"}]))
    assert (rules(world, "B1"), rules(world, "B2")) == (0, 30)


def test_custody_of_the_root_names_its_giver(put: Record) -> None:
    assert problems(put("office", unit="C0", custody=[TAKEN])) == [("custody[0]", "giver-needed")]


# ---- answers --------------------------------------------------------------------------------------------------------


def test_answer_in_an_act_is_kept_with_its_round(put: Record, act_of: ActOf, world: World) -> None:
    said = [
        {"member": person(AWAY), "item": "rules", "answer": "later", "until": "2026-09-01"},
        {"member": person(ELDER), "item": "badges", "answer": "declined"},
    ]
    act = act_of(put(answers=said))
    found = Answer.objects.order_by("id").values_list(
        "member__person__name", "item__code", "round__code", "kind", "until"
    )
    assert list(found) == [
        (AWAY, "rules", "once", "later", date(2026, 9, 1)),
        (ELDER, "badges", "once", "declined", None),
    ]
    assert {(one.activity, one.recorded_by) for one in Answer.objects.all()} == {(act, world.recorder)}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"answer": "later"}, ("answers[0].until", "until-needed")),
        ({"answer": "later", "until": "2026-05-19"}, ("answers[0].until", "until-needed")),
        ({"answer": "has", "until": "2026-09-01"}, ("answers[0].until", "until-unneeded")),
        ({"answer": "never"}, ("answers[0].answer", "unknown-choice")),
        ({"item": "books"}, ("answers[0].item", "no-open-round")),
        ({"item": "hats"}, ("answers[0].item", "unknown-item")),
        ({"member": person("无此人")}, ("answers[0].member", "unknown-person")),
    ],
)
def test_answer_that_cannot_hold_is_refused(put: Record, said: dict[str, Any], problem: tuple[str, str]) -> None:
    line = {"member": person(ELDER), "item": "rules", "answer": "has"} | said
    assert problems(put(answers=[line])) == [problem]


def test_answer_outside_any_round_is_refused(put: Record, world: World) -> None:
    line = {"member": person(ELDER), "item": "rules", "answer": "has"}
    assert problems(put(on="2026-01-31", answers=[line])) == [("answers[0].item", "no-open-round")]
    end(by=None, thing=Item.objects.get(code="rules").obligations.get().round, on=date(2026, 5, 1))
    assert problems(put(on="2026-05-01", answers=[line])) == [("answers[0].item", "no-open-round")]
    assert problems(put(on="2026-04-30", answers=[line])) == []


def test_one_answer_for_one_thing(put: Record) -> None:
    said = [{"member": person(ELDER), "item": "rules", "answer": answer} for answer in ("has", "owed")]
    assert problems(put(answers=said)) == [("answers[1]", "twice")]
