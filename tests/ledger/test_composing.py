from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from qisong.ledger.models import Activity, Part, Programme, Receipt
from qisong.ledger.recording import Acknowledgement
from qisong.org.models import Term
from tests.ledger.conftest import Record
from tests.ledger.saying import ELDER, YOUNG, person, problems, received
from tests.world import World

ActOf = Callable[[Acknowledgement], Activity]
LESSON = {"parts": [{"kind": "lesson", "subject": "党章第一章"}]}
VISIT = {"parts": [{"kind": "visit"}]}


def parts_of(act: Activity) -> list[tuple[str, str, str]]:
    return list(Part.objects.filter(activity=act).order_by("id").values_list("kind", "meeting", "subject"))


# ---- day ------------------------------------------------------------------------------------------------------------


def test_act_of_a_day_to_come_is_refused(put: Record) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert problems(put(on=tomorrow.isoformat(), **VISIT)) == [("on", "future")]


@pytest.mark.parametrize("days", [0, 1, 700])
def test_act_of_any_day_gone_by_is_recorded(put: Record, act_of: ActOf, days: int) -> None:
    day = timezone.localdate() - timedelta(days=days)
    assert act_of(put(on=day.isoformat(), **VISIT)).on == day


def test_unit_must_have_stood_that_day(put: Record) -> None:
    answer = put(on="2019-12-31", units=["B1", "B2"], **VISIT)
    assert problems(answer) == [("unit", "not-standing"), ("units[0]", "not-standing"), ("units[1]", "not-standing")]


# ---- right ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "unit", "allowed"),
    [
        ("recorder", "B1", True),
        ("recorder", "B2", False),
        ("clerk", "B1", True),
        ("clerk", "D1", True),
        ("clerk", "B3", False),
        ("office", "B3", True),
        ("visitor", "B1", True),
        ("visitor", "B2", False),
        ("partner", "B2", True),
        ("trainer", "B1", False),
        ("auditor", "B1", False),
        ("system-administrator", "B1", False),
    ],
)
def test_act_is_recorded_where_the_post_allows(put: Record, role: str, unit: str, *, allowed: bool) -> None:
    answer = put(role, unit=unit, **VISIT)
    assert problems(answer) == ([] if allowed else [("unit", "not-allowed")])


def test_unknown_unit_is_named(put: Record) -> None:
    assert problems(put(unit="B9", units=["X1"], **VISIT)) == [("unit", "unknown-unit"), ("units[0]", "unknown-unit")]


def test_trainer_records_a_lesson_without_members(put: Record, act_of: ActOf, world: World) -> None:
    teacher = [{"task": "led", "person": str(world.account("trainer").person_id)}, {"task": "host", "name": "某教授"}]
    act = act_of(put("trainer", unit="B2", participants=teacher, guests=[{"count": 3}], **LESSON))
    assert parts_of(act) == [("lesson", "", "党章第一章")]


@pytest.mark.parametrize(
    "keys",
    [
        {"present": [person(ELDER)]},
        {"absent": [{"member": person(ELDER)}]},
        {"received": [received("rules", [person(ELDER)])]},
        {"custody": [{"item": "rules", "copies": 1}]},
        {"answers": [{"member": person(ELDER), "item": "rules", "answer": "has"}]},
        {"participants": [{"task": "led", "person": person(ELDER)}]},
        {"parts": [{"kind": "lesson"}, {"kind": "visit"}]},
    ],
)
def test_trainer_records_nothing_about_members(put: Record, keys: dict[str, Any]) -> None:
    assert ("unit", "not-allowed") in problems(put("trainer", **(LESSON | keys)))


def test_members_of_other_branches_may_take_part(put: Record, act_of: ActOf, world: World) -> None:
    guests_of_the_lesson = [person(ELDER), person("西门三", "B2"), person("柳青禾", "B3")]
    act = act_of(put(units=["B1", "B2"], present=guests_of_the_lesson, **LESSON))
    assert sorted(act.served.values_list("unit__code", flat=True)) == ["B1", "B2"]
    assert act.receipts.filter(item=None).count() == 3


# ---- what it was ----------------------------------------------------------------------------------------------------


def test_act_that_says_nothing_is_refused(put: Record) -> None:
    assert problems(put(guests=[{"count": 3}], place="村部")) == [("", "empty-act")]


def test_act_keeps_what_it_says_of_itself(put: Record, act_of: ActOf, world: World) -> None:
    minutes = {"agenda": "一、学习", "decisions": "", "starts": "19:00", "ends": "20:30"}
    act = act_of(put(place="村部", subject="首轮送学", minutes=minutes, **VISIT))
    assert (act.unit, act.place, act.subject, act.minutes) == (world.branch, "村部", "首轮送学", minutes)
    assert (act.recorded_by, act.corrects) == (world.recorder, None)
    assert [one.unit for one in act.served.all()] == [world.branch]


def test_parts_are_those_stated_in_their_order_and_once(put: Record, act_of: ActOf) -> None:
    stated = [{"kind": "oath"}, {"kind": "meeting", "meeting": "study", "subject": "四月学习"}, {"kind": "oath"}]
    assert parts_of(act_of(put(parts=stated))) == [("oath", "", ""), ("meeting", "study", "四月学习")]


def test_parts_of_hand_over_and_badge_follow_from_the_items(put: Record, act_of: ActOf) -> None:
    act = act_of(put(present=[person(ELDER)], received=[received("rules"), received("badges")], **VISIT))
    assert [kind for kind, *_ in parts_of(act)] == ["visit", "hand-over", "badge"]


def test_part_stated_and_following_stands_once(put: Record, act_of: ActOf) -> None:
    act = act_of(put(parts=[{"kind": "badge"}], present=[person(ELDER)], received=[received("badges")]))
    assert [kind for kind, *_ in parts_of(act)] == ["badge"]


def test_custody_is_a_hand_over(put: Record, act_of: ActOf) -> None:
    assert [kind for kind, *_ in parts_of(act_of(put(custody=[{"item": "rules", "copies": 30}])))] == ["hand-over"]


def test_lesson_on_a_disc_is_a_receipt_and_no_lesson(put: Record, act_of: ActOf) -> None:
    act = act_of(put(received=[received("lessons", [person(ELDER)], channel="disc")]))
    assert (parts_of(act), act.receipts.get().channel) == ([], "disc")


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"kind": "meeting"}, ("parts[0].meeting", "wrong-meeting")),
        ({"kind": "oath", "meeting": "study"}, ("parts[0].meeting", "wrong-meeting")),
        ({"kind": "meeting", "meeting": "party"}, ("parts[0].meeting", "unknown-meeting")),
        ({"kind": "dance"}, ("parts[0].kind", "unknown-part")),
    ],
)
def test_part_of_an_unknown_kind_is_refused(put: Record, part: dict[str, str], problem: tuple[str, str]) -> None:
    assert problems(put(parts=[part])) == [problem]


# ---- channel --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "channel"),
    [(["visit"], "visit"), (["visit", "oath"], "gathering"), (["lesson"], "gathering"), ([], "gathering")],
)
def test_channel_follows_from_the_parts(put: Record, act_of: ActOf, kinds: list[str], channel: str) -> None:
    act = act_of(put(parts=[{"kind": kind} for kind in kinds], present=[person(ELDER)]))
    assert act.receipts.filter(item=None).get().channel == channel


def test_channel_of_a_line_wins_over_that_of_the_act(put: Record, act_of: ActOf) -> None:
    lines = [received("rules"), received("constitutions", channel="post")]
    act = act_of(put(channel="phone", present=[person(ELDER)], received=lines))
    found = act.receipts.order_by("id").values_list("item__code", "channel")
    assert list(found) == [(None, "phone"), ("rules", "phone"), ("constitutions", "post")]


def test_channel_unknown_is_refused(put: Record) -> None:
    lines = [received("rules", [person(ELDER)], channel="smoke")]
    assert problems(put(channel="drum", received=lines)) == [
        ("channel", "unknown-channel"),
        ("received[0].channel", "unknown-channel"),
    ]


def test_channel_must_be_named_where_the_preset_has_no_usual_one(put: Record) -> None:
    usual = Term.objects.get(category="channel", code="gathering")
    usual.data = {}
    usual.save()
    assert problems(put(present=[person(ELDER)])) == [("channel", "channel-needed")]


# ---- programmes -----------------------------------------------------------------------------------------------------


def programmes_of(act: Activity) -> list[str]:
    return sorted(act.programmes.values_list("code", flat=True))


def test_act_serves_the_programmes_that_run(put: Record, act_of: ActOf) -> None:
    assert programmes_of(act_of(put(**VISIT))) == ["seven-deliveries"]
    assert programmes_of(act_of(put(on="2026-01-15", **VISIT))) == ["study-education"]
    assert programmes_of(act_of(put(on="2025-12-31", **VISIT))) == []


def test_act_serves_the_programmes_of_its_items(put: Record, act_of: ActOf) -> None:
    act = act_of(put(on="2026-01-15", received=[received("rules", [person(ELDER)])]))
    assert programmes_of(act) == ["seven-deliveries"]


def test_act_serves_the_programmes_it_names(put: Record, act_of: ActOf) -> None:
    named = ["study-education", "seven-deliveries"]
    assert programmes_of(act_of(put(programmes=named, **VISIT))) == sorted(named)


def test_items_are_sought_in_the_programmes_named(put: Record) -> None:
    Programme.objects.create(code="other", zh="其他", en="Other", starts_on="2026-01-01")
    lines = [received("rules", [person(ELDER)])]
    assert problems(put(programmes=["other", "none"], received=lines)) == [
        ("programmes[1]", "unknown-programme"),
        ("received[0].item", "unknown-item"),
    ]


def test_lesson_is_received_only_where_its_programme_is_served(put: Record, act_of: ActOf) -> None:
    present = [person(ELDER), person(YOUNG)]
    act_of(put(on="2026-01-15", present=present, **LESSON))
    assert Receipt.objects.filter(item__code="lessons").count() == 0
    act_of(put(on="2026-02-01", present=present, **LESSON))
    assert Receipt.objects.filter(item__code="lessons").count() == 2
