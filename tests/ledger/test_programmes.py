from datetime import date
from typing import Any

import pytest

from qisong.ledger.models import Item, Obligation, Programme, Title
from qisong.ledger.programmes import find_items, find_programme, load_programmes, open_items
from qisong.org.models import Journal
from qisong.words.text import Refusal

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 12)


@pytest.fixture
def loaded(preset: dict[str, Any]) -> list[Programme]:
    return load_programmes(preset)


def other_programme(code: str = "other", starts_on: date = TODAY, ends_on: date | None = None) -> Programme:
    programme = Programme.objects.create(code=code, zh=code, en=code, starts_on=starts_on, ends_on=ends_on, position=9)
    labels = {"zh": "制度", "en": "Rules", "measure_zh": "册", "measure_en": "copies", "position": 9}
    Item.objects.create(programme=programme, code="rules", counted_by="copies", **labels)
    return programme


def test_load_programmes_keeps_the_order_of_the_preset(loaded: list[Programme]) -> None:
    assert [(one.code, one.parent and one.parent.code) for one in loaded] == [
        ("study-education", None),
        ("seven-deliveries", "study-education"),
    ]
    assert [item.code for item in Item.objects.all()] == [
        "badges",
        "constitutions",
        "rules",
        "flags",
        "lessons",
        "speeches",
        "skills",
        "books",
    ]
    assert list(Title.objects.values_list("code", flat=True)) == [
        "method",
        "village",
        "newcomer",
        "community",
        "two-new",
    ]


def test_load_programmes_owes_an_item_to_its_audience_in_each_round(loaded: list[Programme]) -> None:
    owed = Obligation.objects.order_by("item__position").values_list("item__code", "audience__code", "round__code")
    assert list(owed) == [
        ("badges", "everyone", "once"),
        ("constitutions", "everyone", "once"),
        ("rules", "everyone", "once"),
        ("flags", "flagged", "once"),
        ("lessons", "everyone", "once"),
        ("speeches", "workers", "once"),
        ("skills", "workers", "once"),
    ]


def test_load_programmes_keeps_what_an_item_says_of_itself(loaded: list[Programme]) -> None:
    lessons = Item.objects.get(code="lessons")
    assert (lessons.counted_by, lessons.by_presence, lessons.part_kind) == ("acts", True, "lesson")
    assert (lessons.measure_zh, lessons.theme) == ("节", "lessons")


def test_load_programmes_is_journalled(loaded: list[Programme]) -> None:
    assert list(Journal.objects.values_list("kind", "touched")) == [("programmes.loaded", {"county": True})]


def test_open_items_are_those_of_running_programmes(loaded: list[Programme]) -> None:
    other_programme(starts_on=date(2026, 1, 1), ends_on=TODAY)
    assert [item.programme.code for item in open_items(TODAY)] == ["seven-deliveries"] * 8
    assert [item.programme.code for item in open_items(date(2026, 1, 20))] == ["other"]


def test_open_items_of_a_programme_include_those_beneath_it(loaded: list[Programme]) -> None:
    other = other_programme()
    assert [item.code for item in open_items(TODAY, loaded[0])][:2] == ["badges", "constitutions"]
    assert [item.programme for item in open_items(TODAY, other)] == [other]


def test_find_items_answers_in_the_order_asked_and_once(loaded: list[Programme]) -> None:
    found = find_items(["rules", "badges", "rules"], TODAY)
    assert [item.code for item in found] == ["rules", "badges"]


def test_find_items_refuses_an_unknown_code(loaded: list[Programme]) -> None:
    with pytest.raises(Refusal, match="没有“hats”这项内容") as refusal:
        find_items(["badges", "hats"], TODAY)
    assert refusal.value.code == "unknown-item"


def test_find_items_refuses_a_code_of_two_running_programmes(loaded: list[Programme]) -> None:
    other_programme()
    with pytest.raises(Refusal, match="seven-deliveries、other") as refusal:
        find_items(["rules"], TODAY)
    assert refusal.value.code == "ambiguous-item"


def test_find_items_prefers_the_programme_that_runs(loaded: list[Programme]) -> None:
    other_programme(ends_on=TODAY, starts_on=date(2026, 1, 1))
    assert [item.programme.code for item in find_items(["rules"], TODAY)] == ["seven-deliveries"]


def test_find_items_looks_only_beneath_the_programme_named(loaded: list[Programme]) -> None:
    other = other_programme()
    assert find_items(["rules"], TODAY, other)[0].programme == other
    assert find_items(["rules"], TODAY, "study-education")[0].programme == loaded[1]
    with pytest.raises(Refusal) as refusal:
        find_items(["badges"], TODAY, "other")
    assert refusal.value.code == "unknown-item"


def test_find_programme_refuses_an_unknown_code(loaded: list[Programme]) -> None:
    assert find_programme("study-education") == loaded[0]
    with pytest.raises(Refusal) as refusal:
        find_programme("none")
    assert refusal.value.code == "unknown-programme"
