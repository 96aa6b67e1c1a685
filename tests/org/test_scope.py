"""What each role may do where: in its own unit, beneath it, beside it and above it."""

from datetime import date, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from qisong.org.appointing import end_contact_point, end_pairing, end_post, give_post
from qisong.org.models import ContactPoint, Journal, Pairing, Post, Unit
from qisong.org.scope import operator_scope, scope_of
from qisong.org.tending import close_unit, create_unit, move_unit
from qisong.org.terms import Right
from tests.world import BEGINNING, World

BUSINESS = "cases export exempt figures import lessons names posts programmes record roster suggestions tree"
CLERK = "cases exempt export figures import names record roster suggestions"
RECORDER = "cases export figures names record roster"
EVERYWHERE = ("C0", "D1", "B1", "G1", "B2", "D2", "B3", "D3", "B4")


@pytest.fixture
def group(world: World) -> Unit:
    """A unit beneath the recorder's own."""
    return create_unit(by=None, code="G1", name="东岭一组", kind="group", traits=[], parent=world.branch, on=BEGINNING)


def rights(world: World, role: str) -> dict[str, set[str]]:
    """Code of every unit where anything is allowed → what."""
    scope = world.scope(role)
    units = {unit.code: unit for unit in Unit.objects.all()}
    held = {code: {right.value for right in Right if scope.allows(right, unit)} for code, unit in units.items()}
    return {code: allowed for code, allowed in held.items() if allowed}


def everywhere(allowed: str) -> dict[str, set[str]]:
    return {code: set(allowed.split()) for code in EVERYWHERE}


def test_office_does_all_business_in_the_county_and_keeps_accounts_below(world: World, group: Unit) -> None:
    assert rights(world, "office") == everywhere(BUSINESS + " accounts") | {"C0": set(BUSINESS.split())}


def test_clerk_reaches_the_own_subtree_and_appoints_below(world: World, group: Unit) -> None:
    below = set((CLERK + " accounts posts").split())
    assert rights(world, "clerk") == {"D1": set(CLERK.split()), "B1": below, "G1": below, "B2": below}


def test_recorder_reaches_the_own_branch_alone(world: World, group: Unit) -> None:
    assert rights(world, "recorder") == {"B1": set(RECORDER.split())}


def test_visiting_leader_reaches_the_own_contact_points(world: World, group: Unit) -> None:
    assert rights(world, "visitor") == {"B1": {"names", "record"}}


def test_partner_unit_reaches_the_units_it_is_paired_with(world: World, group: Unit) -> None:
    assert rights(world, "partner") == {"B2": {"names", "record"}}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("trainer", "lessons"),
        ("auditor", "figures journal"),
        ("system-administrator", "system"),
        ("security-administrator", "accounts"),
        ("audit-administrator", "journal"),
    ],
)
def test_role_without_members_reaches_the_county(world: World, group: Unit, role: str, allowed: str) -> None:
    assert rights(world, role) == everywhere(allowed)


def test_operator_may_do_everything_everywhere(world: World) -> None:
    scope = operator_scope()
    assert all(scope.allows(right, unit) for right in Right for unit in world.units.values())


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("office", ["C0", "D1", "B1", "B2", "D2", "B3", "D3", "B4"]),
        ("clerk", ["D1", "B1", "B2"]),
        ("recorder", ["B1"]),
        ("visitor", ["B1"]),
        ("partner", ["B2"]),
        ("system-administrator", []),
        ("audit-administrator", []),
    ],
)
def test_units_are_found_within_the_scope(world: World, role: str, codes: list[str]) -> None:
    assert list(Unit.objects.within(world.scope(role)).order_by("position").values_list("code", flat=True)) == codes


def test_posts_contact_points_and_pairings_are_found_within_the_scope(world: World) -> None:
    clerk, outsider = world.scope("clerk"), world.scope("outsider")
    assert set(Post.objects.within(clerk).values_list("unit__code", flat=True)) == {"D1", "B1"}
    assert set(Post.objects.within(outsider).values_list("unit__code", flat=True)) == {"B3"}
    assert [ContactPoint.objects.within(scope).count() for scope in (clerk, outsider)] == [1, 0]
    assert [Pairing.objects.within(scope).count() for scope in (clerk, outsider)] == [1, 0]


def test_right_held_anywhere(world: World) -> None:
    scope = world.scope("recorder")
    assert (scope.allows(Right.RECORD), scope.allows(Right.IMPORT)) == (True, False)


def test_ended_post_gives_nothing_more(world: World) -> None:
    today = timezone.localdate()
    end_post(by=None, post=Post.objects.get(person=world.recorder.person), on=today)
    assert rights(world, "recorder") == {}
    assert scope_of(world.recorder, today - timedelta(days=1)).allows(Right.RECORD, world.branch)


def test_ended_errands_give_nothing_more(world: World) -> None:
    today = timezone.localdate()
    end_contact_point(by=None, point=ContactPoint.objects.get(), on=today)
    end_pairing(by=None, pairing=Pairing.objects.get(), on=today)
    assert (rights(world, "visitor"), rights(world, "partner")) == ({}, {})


def test_rights_of_several_posts_add_up(world: World) -> None:
    give_post(by=None, person=world.recorder.person, unit=world.other_branch, role="recorder", on=BEGINNING)
    give_post(by=None, person=world.recorder.person, unit=world.county, role="trainer", on=BEGINNING)
    found = rights(world, "recorder")
    assert (found["B1"], found["B3"]) == (set((RECORDER + " lessons").split()),) * 2
    assert found["B2"] == {"lessons"}


def test_honorary_role_gives_nothing(world: World) -> None:
    give_post(by=None, person=world.recorder.person, unit=world.county, role="leader", on=BEGINNING)
    assert rights(world, "recorder") == {"B1": set(RECORDER.split())}


def test_scope_follows_the_tree_of_today(world: World) -> None:
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=timezone.localdate())
    assert sorted(rights(world, "clerk")) == ["B2", "D1"]


def test_closed_unit_belongs_to_the_office_alone(world: World) -> None:
    close_unit(by=None, unit=world.branch, on=date(2025, 1, 1))
    assert [world.branch.pk in world.scope(role).visible for role in ("office", "clerk", "recorder")] == [
        True,
        False,
        False,
    ]


def test_home_is_the_unit_of_the_longest_held_post(world: World) -> None:
    give_post(by=None, person=world.recorder.person, unit=world.county, role="trainer", on=date(2021, 1, 1))
    assert (world.scope("recorder").home, operator_scope().home) == (world.branch, None)


def test_journal_is_read_whole_by_the_county_and_in_own_lines_by_others(world: World) -> None:
    whole = Journal.objects.count()
    create_unit(by=world.clerk, code="G2", name="东岭二组", kind="group", traits=[], parent=world.branch, on=BEGINNING)
    assert Journal.objects.within(world.scope("auditor")).count() == whole + 1
    assert list(Journal.objects.within(world.scope("clerk")).values_list("kind", flat=True)) == ["unit.created"]
    assert Journal.objects.within(world.scope("recorder")).count() == 0


def test_reach_of_the_county_names_no_unit(world: World) -> None:
    office, clerk = world.scope("office"), world.scope("clerk")
    assert office.among(office.names) == Q(unit__isnull=False)
    assert clerk.among(clerk.names) == Q(unit__in=clerk.names)
    assert office.among(clerk.names) == Q(unit__in=clerk.names)
    assert set(Unit.objects.filter(office.among(office.names, "pk"))) == set(Unit.objects.all())
    nearly = office.names - {world.branch.pk}
    assert set(Unit.objects.filter(office.among(nearly, "pk")).values_list("pk", flat=True)) == nearly
    assert office.among(nearly) == Q(unit__isnull=False) & ~Q(unit__in=frozenset({world.branch.pk}))
