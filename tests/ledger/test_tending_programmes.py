from datetime import date
from typing import Any

import pytest

from qisong.ledger.models import Audience, Item, Obligation, Programme, Round
from qisong.ledger.programmes import (
    choose_units,
    create_audience,
    create_item,
    create_programme,
    create_title,
    end,
    find_items,
    find_programme,
    lift,
    open_items,
    owe,
    rename,
)
from qisong.ledger.terms import CountedBy, Recipient
from qisong.org.models import Journal
from qisong.words.text import Refusal
from tests.world import World

DAY = date(2026, 7, 1)
WORDS = {"zh": "县志", "en": "Chronicle"}
ITEM = {"code": "chronicle", **WORDS, "measure_zh": "本", "measure_en": "copies", "counted_by": CountedBy.COPIES}


@pytest.fixture
def programme(world: World) -> Programme:
    return find_programme("seven-deliveries")


def refused(verb: Any, **keys: Any) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        verb(by=None, **keys)
    return refusal.value.place, refusal.value.code


def last_kind() -> str:
    row = Journal.objects.order_by("seq").last()
    assert row is not None
    assert row.touched == {"county": True}
    return row.kind


def test_programme_stands_beneath_its_parent(programme: Programme) -> None:
    made = create_programme(by=None, code="reading", **WORDS, starts_on=DAY, parent=programme)
    assert (made.parent, str(made), last_kind()) == (programme, "县志", "programme.created")
    assert find_items(["rules"], DAY, programme)[0].code == "rules"


def test_programme_ends_after_it_began(programme: Programme) -> None:
    keys = {"code": "reading", **WORDS, "starts_on": DAY, "ends_on": date(2026, 6, 30)}
    assert refused(create_programme, **keys) == ("ends_on", "wrong-order")
    assert refused(end, thing=programme, on=date(2026, 1, 1)) == ("ends_on", "wrong-order")


def test_programme_that_ended_has_no_open_items(programme: Programme) -> None:
    end(by=None, thing=programme, on=DAY)
    assert (len(open_items(date(2026, 6, 30))), open_items(DAY)) == (8, [])
    assert last_kind() == "programme.ended"


def test_item_comes_last_in_its_programme(programme: Programme) -> None:
    made = create_item(by=None, programme=programme, **ITEM, theme="material", part_kind="hand-over")
    assert (made.measure, made.counted_by, made.theme, made.part_kind) == ("本", "copies", "material", "hand-over")
    assert open_items(DAY)[-1] == made
    assert last_kind() == "item.created"


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"code": "Chronicle"}, ("code", "wrong-code")),
        ({"code": "x" * 61}, ("code", "wrong-code")),
        ({"code": "rules"}, ("code", "code-taken")),
        ({"zh": " "}, ("zh", "empty")),
        ({"en": "x" * 201}, ("en", "empty")),
        ({"measure_zh": ""}, ("measure_zh", "empty")),
        ({"theme": "sport"}, ("", "unknown-word")),
        ({"part_kind": "dance"}, ("", "unknown-word")),
        ({"by_presence": True}, ("", "unknown-word")),
    ],
)
def test_item_that_makes_no_sense_is_refused(
    programme: Programme, keys: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(create_item, programme=programme, **(ITEM | keys)) == problem
    assert Item.objects.count() == 8


def test_title_belongs_to_its_item(programme: Programme) -> None:
    skills = Item.objects.get(code="skills")
    made = create_title(by=None, item=skills, code="elder", zh="助老手册", en="Helping elders")
    assert list(skills.titles.all())[-1] == made
    assert refused(create_title, item=skills, code="village", **WORDS) == ("code", "code-taken")


def test_rename_changes_the_label_only(programme: Programme) -> None:
    rules = Item.objects.get(code="rules")
    rename(by=None, thing=rules, zh=" 党内法规 ", en="Regulations")
    kept = Item.objects.get(code="rules")
    assert (kept.zh, kept.en, kept.measure_zh, last_kind()) == ("党内法规", "Regulations", "册", "item.renamed")


def test_audience_asks_for_known_words(programme: Programme) -> None:
    made = create_audience(
        by=None,
        programme=programme,
        code="new",
        **WORDS,
        recipient=Recipient.MEMBER,
        categories=["probationary"],
        traits=["village"],
    )
    assert (made.categories, made.traits, made.roles, made.chosen_only) == (["probationary"], ["village"], [], False)
    for condition in ({"roles": ["king"]}, {"categories": ["guest"]}, {"kinds": ["village"]}):
        keys = {"programme": programme, "code": "odd", **WORDS, "recipient": Recipient.MEMBER, **condition}
        assert refused(create_audience, **keys) == ("", "unknown-word")


def test_audience_may_be_chosen_units(programme: Programme, world: World) -> None:
    keys = {"programme": programme, "code": "few", **WORDS, "recipient": Recipient.UNIT}
    made = create_audience(by=None, **keys, chosen_units=[world.branch])
    assert (made.chosen_only, list(made.chosen.all())) == (True, [world.branch])
    choose_units(by=None, audience=made, units=[world.sibling, world.branch])
    assert (set(made.chosen.all()), last_kind()) == ({world.sibling, world.branch}, "audience.chosen")


def test_owe_sets_who_gets_how_much(programme: Programme) -> None:
    rules, once = Item.objects.get(code="rules"), Round.objects.get()
    workers = Audience.objects.get(code="workers")
    changed = owe(by=None, item=rules, round=once, audience=workers, quantity=2)
    assert (Obligation.objects.filter(item=rules).get(), changed.quantity) == (changed, 2)
    assert (changed.audience, last_kind()) == (workers, "obligation.set")
    assert refused(owe, item=rules, round=once, audience=workers, quantity=0) == ("quantity", "out-of-range")


def test_owe_keeps_within_one_programme(programme: Programme) -> None:
    other = create_programme(by=None, code="other", **WORDS, starts_on=DAY)
    round_ = Round.objects.create(programme=other, code="once", **WORDS, starts_on=DAY)
    keys = {"item": Item.objects.get(code="rules"), "round": round_, "audience": Audience.objects.get(code="workers")}
    assert refused(owe, **keys) == ("audience", "other-programme")


def test_lift_ends_an_obligation(programme: Programme) -> None:
    lift(by=None, obligation=Obligation.objects.get(item__code="rules"))
    assert (Obligation.objects.filter(item__code="rules").count(), last_kind()) == (0, "obligation.lifted")


def test_rounds_of_an_item_are_owed_all_to_households_or_none(world: World) -> None:
    item = Item.objects.get(code="badges")
    labels = {"zh": "各户", "en": "Households"}
    homes = create_audience(by=None, programme=item.programme, code="homes", recipient=Recipient.HOUSEHOLD, **labels)
    later = Round.objects.create(programme=item.programme, code="later", **labels, starts_on=DAY)
    with pytest.raises(Refusal) as refused:
        owe(by=None, item=item, round=later, audience=homes)
    assert (refused.value.code, refused.value.place) == ("mixed-households", "audience")
    owe(by=None, item=item, round=Round.objects.exclude(pk=later.pk).get(), audience=homes)
    assert owe(by=None, item=item, round=later, audience=homes).audience == homes
