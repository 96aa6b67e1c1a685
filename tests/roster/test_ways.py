from collections.abc import Collection
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qisong.org.appointing import give_post
from qisong.org.models import Journal
from qisong.org.tending import rename_unit
from qisong.org.terms import TermCategory
from qisong.org.words import terms
from qisong.roster.needs import begin_need, record_wish
from qisong.roster.ways import is_past, set_ways, ways_for
from qisong.words.text import Refusal
from tests.world import World, make_world

DAY = date(2026, 5, 19)


@pytest.fixture
def world(db: None) -> World:
    """With its people."""
    return make_world()


def ways(world: World, name: str, on: date = DAY, told: Collection[int] = ()) -> list[tuple[str, str, str]]:
    pk = world.member(name).pk
    return [(way.code, way.ground.value, way.source) for way in ways_for([pk], on, told=told)[pk]]


def of_group(group: str, *codes: str) -> list[tuple[str, str, str]]:
    return [(code, "group", group) for code in codes]


def give_trait(world: World, trait: str) -> None:
    rename_unit(by=None, unit=world.branch, name=world.branch.name, traits=["organisation", trait], on=DAY)


def test_groups_follow_circumstances_age_and_nothing_else(world: World) -> None:
    assert ways(world, "田守一") == of_group("veterans", "visit", "disc", "audio", "large-print")
    assert ways(world, "罗远帆") == of_group("away", "wechat", "online", "phone")
    assert ways(world, "柳青禾") == of_group("veterans", "visit", "disc", "audio", "large-print")
    assert ways(world, "田春禾") == []


def test_wish_comes_before_needs_and_both_before_what_is_usual(world: World) -> None:
    record_wish(by=None, member=world.member("罗远帆"), ways=["phone", "post"], topics="", on=DAY)
    begin_need(by=None, member=world.member("罗远帆"), kind="audio", on=DAY)
    assert ways(world, "罗远帆") == [
        ("phone", "wish", ""),
        ("post", "wish", ""),
        ("audio", "need", "audio"),
        ("wechat", "group", "away"),
        ("online", "group", "away"),
    ]


def test_what_a_need_bars_is_suggested_by_no_group_but_may_be_wished(world: World) -> None:
    begin_need(by=None, member=world.member("罗远帆"), kind="no-smartphone", on=DAY)
    assert ways(world, "罗远帆") == [("phone", "need", "no-smartphone")]
    record_wish(by=None, member=world.member("罗远帆"), ways=["wechat"], topics="", on=DAY)
    assert ways(world, "罗远帆")[0] == ("wechat", "wish", "")


def test_a_need_with_an_end_is_over_by_itself(world: World) -> None:
    until = DAY + timedelta(days=60)
    begin_need(by=None, member=world.member("田春禾"), kind="visit", on=DAY, until=until)
    assert ways(world, "田春禾", until - timedelta(days=1)) == [("visit", "need", "visit")]
    assert ways(world, "田春禾", until) == []


def test_confidential_group_is_named_only_for_units_told(world: World) -> None:
    give_trait(world, "lax")
    assert ways(world, "田春禾") == []
    assert ways(world, "田春禾", told={world.branch.pk}) == of_group("lax", "leader")


@pytest.mark.parametrize(("role", "told"), [("office", True), ("clerk", True), ("recorder", False), ("visitor", False)])
def test_confidential_traits_are_told_to_those_above(world: World, role: str, *, told: bool) -> None:
    assert (world.branch.pk in world.scope(role).confidential) is told


def test_traits_of_the_unit_and_new_posts_make_groups(world: World) -> None:
    give_trait(world, "two-new")
    give_post(by=None, person=world.member("田春禾").person, unit=world.branch, role="secretary", on=DAY)
    usual = of_group("two-new", "working-committee", "trip")
    assert ways(world, "田春禾") == [*usual, *of_group("new-secretary", "handbook", "training")]
    assert ways(world, "田春禾", DAY + timedelta(days=365)) == usual


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("1966-05-19", date(2026, 5, 18), False),
        ("1966-05-19", date(2026, 5, 19), True),
        ("1966", date(2026, 12, 30), False),
        ("1966", date(2026, 12, 31), True),
        ("", date(2026, 5, 19), False),
    ],
)
def test_years_have_passed_only_when_certain(born: str, on: date, *, expected: bool) -> None:
    assert is_past(born, 60, on) is expected


@pytest.mark.postgres
def test_as_many_queries_for_all_as_for_one(world: World) -> None:
    counts = []
    for people in (["田守一"], list(world.members)):
        with CaptureQueriesContext(connection) as queries:
            ways_for([world.member(name).pk for name in people], DAY)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_ways_of_a_group_are_changed_by_a_verb(world: World) -> None:
    set_ways(by=world.office, group="away", ways=["post", "online"])
    assert ways(world, "罗远帆") == of_group("away", "online", "post")
    entry = Journal.objects.latest("seq")
    assert (entry.kind, entry.actor, entry.touched) == ("group.changed", world.office, {"group": ["away"]})


def test_unknown_way_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        set_ways(by=None, group="away", ways=["pigeon"])
    assert (refusal.value.place, refusal.value.code) == ("ways", "unknown-way")


def test_every_way_that_the_preset_names_is_one(world: World) -> None:
    named = {
        code
        for category in (TermCategory.GROUP, TermCategory.NEED)
        for one in terms(category)
        for code in one.data["ways"]
    }
    assert named <= {one.code for one in terms(TermCategory.WAY)}
