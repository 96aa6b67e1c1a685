from datetime import date
from typing import Any

import pytest

from qisong.ledger.documents import MOST_COPIES, read_act
from qisong.ledger.terms import AnswerKind, Direction, Source, Task

LEAST: dict[str, Any] = {"id": "a", "on": "2026-05-19", "unit": "B1"}


def found(**keys: Any) -> list[tuple[str, str]]:
    _draft, reading = read_act(LEAST | keys)
    return sorted((problem.place, problem.code) for problem in reading.problems)


def test_read_act_asks_for_id_day_and_unit() -> None:
    draft, reading = read_act({})
    assert draft is None
    assert [(one.place, one.code) for one in reading.problems] == [
        ("id", "missing-key"),
        ("on", "missing-key"),
        ("unit", "missing-key"),
    ]


@pytest.mark.parametrize("document", [None, [], "act", 3])
def test_read_act_takes_objects_only(document: Any) -> None:
    draft, reading = read_act(document)
    assert (draft, [(one.place, one.code) for one in reading.problems]) == (None, [("", "wrong-type")])


def test_read_act_keeps_the_place_of_every_line() -> None:
    line = {"item": "rules", "to": ["0190c8d2-0000-7000-8000-000000000001"]}
    draft, reading = read_act(LEAST | {"received": [{"item": 1, "to": "present"}, line]})
    assert draft is not None
    assert [(one.at, one.item.at, one.to.members[0].at) for one in draft.received] == [
        ("received[1]", "received[1].item", "received[1].to[0]")
    ]
    assert [one.place for one in reading.problems] == ["received[0].item"]


def test_read_act_fills_what_is_usual() -> None:
    lines = {"received": [{"item": "rules", "to": "present"}], "custody": [{"item": "rules", "copies": 3}]}
    draft, _reading = read_act(LEAST | lines)
    assert draft is not None
    [handed], [taken] = draft.received, draft.custody
    assert (draft.on, handed.copies, handed.source, handed.to.present) == (date(2026, 5, 19), 1, None, True)
    assert (taken.direction, taken.giver, taken.unit) == (Direction.TAKEN, None, None)


def test_read_act_reads_closed_lists() -> None:
    who = {"unit": "B1", "name": "田守一"}
    draft, _reading = read_act(
        LEAST
        | {
            "participants": [{"task": "led", "person": who}],
            "received": [{"item": "rules", "to": {"units": ["B1", "B2"]}, "source": "custody"}],
            "answers": [{"member": who, "item": "rules", "answer": "later", "until": "2026-09-01"}],
        }
    )
    assert draft is not None
    assert (draft.participants[0].task, draft.received[0].source) == (Task.LED, Source.CUSTODY)
    assert [unit.code for unit in draft.received[0].to.units] == ["B1", "B2"]
    assert (draft.answers[0].answer, draft.answers[0].until) == (AnswerKind.LATER, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("to", "problem"),
    [
        ("everyone", ("received[0].to", "wrong-recipients")),
        ([], ("received[0].to", "wrong-recipients")),
        ({"units": []}, ("received[0].to.units", "empty")),
        ({"unit": "B1"}, ("received[0].to.unit", "unknown-key")),
        (["x"], ("received[0].to[0]", "wrong-identifier")),
        (None, ("received[0].to", "missing-key")),
    ],
)
def test_recipients_that_cannot_be_meant_are_named(to: Any, problem: tuple[str, str]) -> None:
    assert problem in found(received=[{"item": "rules", "to": to}])


@pytest.mark.parametrize("giver", [{}, {"unit": "D1", "person": {"unit": "D1", "name": "鲁望山"}}, {"unit": None}])
def test_giver_is_one(giver: dict[str, Any]) -> None:
    assert found(custody=[{"item": "rules", "copies": 1, "giver": giver}]) == [("custody[0].giver", "one-giver")]


@pytest.mark.parametrize("copies", [0, -1, MOST_COPIES + 1])
def test_copies_are_few_enough_to_be_counted(copies: int) -> None:
    assert found(custody=[{"item": "rules", "copies": copies}]) == [("custody[0].copies", "out-of-range")]


def test_minutes_are_kept_whole() -> None:
    draft, _reading = read_act(LEAST | {"minutes": {"agenda": "一、学习\n二、讨论", "starts": "19:30"}})
    assert draft is not None
    assert draft.minutes is not None
    assert draft.minutes.as_json() == {"agenda": "一、学习\n二、讨论", "decisions": "", "starts": "19:30", "ends": ""}


def test_correction_needs_an_act_and_a_reason() -> None:
    assert found(corrects={"act": "x", "reason": " "}) == [
        ("corrects.act", "wrong-identifier"),
        ("corrects.reason", "empty"),
    ]


def test_problems_of_all_keys_come_together() -> None:
    assert found(on="2026-13-01", guests=[{"count": 0}], absent=[{"reason": "leave"}], place="村" * 101, hats=1) == [
        ("absent[0].member", "missing-key"),
        ("guests[0].count", "out-of-range"),
        ("hats", "unknown-key"),
        ("on", "wrong-date"),
        ("place", "too-long"),
    ]
