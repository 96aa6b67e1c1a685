"""Who finds which rows: a door reaches the ledger only through ``within``."""

import pytest

from qisong.ledger.models import Activity, Answer, Custody, Receipt
from qisong.ledger.recording import record
from qisong.org.scope import operator_scope
from tests.ledger.saying import ELDER, person, received
from tests.world import World

ACTS = {
    "own": {"unit": "B1", "present": [person(ELDER)], "custody": [{"item": "rules", "copies": 1}]},
    "lesson": {"unit": "B2", "parts": [{"kind": "lesson"}], "present": [person("西门三", "B2")]},
    "joint": {"unit": "B3", "units": ["B1", "B3"], "present": [person("柳青禾", "B3")]},
    "far": {
        "unit": "B3",
        "received": [received("rules", [person("柳青禾", "B3")])],
        "answers": [{"member": person("柳青禾", "B3"), "item": "badges", "answer": "has"}],
    },
}


@pytest.fixture
def acts(world: World) -> World:
    for name, keys in ACTS.items():
        document = {"id": name, "on": "2026-05-19", "subject": name} | keys
        assert record(document, by=None, scope=operator_scope(), door="test").verdict == "stored"
    return world


@pytest.mark.parametrize(
    ("role", "seen", "people"),
    [
        ("office", {"own", "lesson", "joint", "far"}, {"own", "lesson", "joint", "far"}),
        ("clerk", {"own", "lesson", "joint"}, {"own", "lesson", "joint"}),
        ("recorder", {"own", "joint"}, {"own", "joint"}),
        ("outsider", {"joint", "far"}, {"joint", "far"}),
        ("visitor", {"own", "joint"}, {"own", "joint"}),
        ("partner", {"lesson"}, {"lesson"}),
        ("trainer", {"lesson"}, set()),
        ("auditor", set(), set()),
        ("system-administrator", set(), set()),
    ],
)
def test_acts_and_their_people_are_seen_within_the_scope(
    acts: World, role: str, seen: set[str], people: set[str]
) -> None:
    scope = acts.scope(role)
    assert set(Activity.objects.within(scope).values_list("subject", flat=True)) == seen
    assert set(Receipt.objects.within(scope).values_list("activity__subject", flat=True)) == people


def test_operator_sees_everything(acts: World) -> None:
    scope = operator_scope()
    found = [model.objects.within(scope).count() for model in (Activity, Receipt, Custody, Answer)]
    assert found == [4, 5, 1, 1]


def test_recorder_keeps_sight_of_an_act_that_was_recorded_elsewhere(acts: World) -> None:
    document = {"id": "mine", "on": "2026-05-19", "unit": "B2", "parts": [{"kind": "visit"}]}
    record(document, by=acts.recorder, scope=operator_scope(), door="test")
    assert Activity.objects.within(acts.scope("recorder")).filter(recorded_by=acts.recorder).count() == 1


def test_custody_and_answers_are_seen_where_they_belong(acts: World) -> None:
    assert [Custody.objects.within(acts.scope(role)).count() for role in ("recorder", "outsider")] == [1, 0]
    assert [Answer.objects.within(acts.scope(role)).count() for role in ("recorder", "outsider")] == [0, 1]
