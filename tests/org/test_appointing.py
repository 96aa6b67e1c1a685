from datetime import date

import pytest

from qisong.org.appointing import (
    add_person,
    end_contact_point,
    end_pairing,
    end_post,
    give_post,
    may_give,
    name_contact_point,
    pair_units,
)
from qisong.org.models import ContactPoint, Journal, Pairing, Person, Post
from qisong.org.tending import close_unit
from qisong.words.text import Refusal
from tests.world import BEGINNING, World

DAY, LATER = date(2024, 3, 1), date(2025, 3, 1)


def told(refusal: pytest.ExceptionInfo[Refusal]) -> tuple[str, str]:
    return refusal.value.code, refusal.value.place


def last_entry() -> tuple[str, dict[str, list[str]]]:
    entry = Journal.objects.order_by("-seq")[0]
    return entry.kind, entry.touched


def test_person_has_a_tidy_name(world: World) -> None:
    assert add_person(by=None, name=" 高　远 ").name == "高远"


@pytest.mark.parametrize("name", ["", "　", "远" * 61])
def test_person_without_a_proper_name_is_refused(world: World, name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        add_person(by=None, name=name)
    assert told(refusal) == ("bad-name", "name")


def test_given_post_is_held_until_ended(world: World) -> None:
    post = give_post(by=world.office, person=world.leader, unit=world.branch, role="secretary", on=DAY)
    assert last_entry() == ("post.given", {"post": [str(post.pk)], "person": [str(world.leader.pk)]})
    end_post(by=world.office, post=post, on=LATER)
    assert [post.holds_on(day) for day in (date(2024, 2, 29), DAY, date(2025, 2, 28), LATER)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("role", "on", "refusal"),
    [
        ("king", DAY, ("unknown-role", "role")),
        ("recorder", date(2019, 12, 31), ("not-standing", "unit")),
        ("visitor", DAY, ("already-so", "")),
    ],
)
def test_post_that_cannot_be_is_refused(world: World, role: str, on: date, refusal: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as said:
        give_post(by=None, person=world.leader, unit=world.county, role=role, on=on)
    assert told(said) == refusal
    assert Post.objects.filter(person=world.leader).count() == 1


def test_post_at_a_closed_unit_is_refused(world: World) -> None:
    close_unit(by=None, unit=world.branch, on=DAY)
    with pytest.raises(Refusal) as refusal:
        give_post(by=None, person=world.leader, unit=world.branch, role="recorder", on=DAY)
    assert told(refusal) == ("not-standing", "unit")


def test_ended_post_may_be_given_again(world: World) -> None:
    first = Post.objects.get(person=world.recorder.person)
    end_post(by=None, post=first, on=DAY)
    again = give_post(by=None, person=world.recorder.person, unit=world.branch, role="recorder", on=DAY)
    assert list(Post.objects.filter(person=world.recorder.person).on(DAY)) == [again]


def test_post_is_not_given_where_a_later_one_would_overlap(world: World) -> None:
    give_post(by=None, person=world.leader, unit=world.branch, role="secretary", on=LATER)
    with pytest.raises(Refusal) as refusal:
        give_post(by=None, person=world.leader, unit=world.branch, role="secretary", on=DAY)
    assert told(refusal) == ("already-so", "")


def test_post_ends_once_and_not_before_it_began(world: World) -> None:
    post = give_post(by=None, person=world.leader, unit=world.branch, role="secretary", on=DAY)
    with pytest.raises(Refusal) as refusal:
        end_post(by=None, post=post, on=date(2024, 2, 29))
    assert told(refusal) == ("ends-before-start", "on")
    end_post(by=None, post=post, on=LATER)
    with pytest.raises(Refusal) as refusal:
        end_post(by=None, post=post, on=LATER)
    assert told(refusal) == ("already-ended", "on")


def test_post_ended_on_its_first_day_was_never_held(world: World) -> None:
    post = give_post(by=None, person=world.leader, unit=world.branch, role="secretary", on=DAY)
    end_post(by=None, post=post, on=DAY)
    assert not Post.objects.filter(role="secretary").on(DAY).exists()


@pytest.mark.parametrize(
    ("role", "code", "given", "allowed"),
    [
        ("office", "C0", "office", True),
        ("office", "C0", "trainer", True),
        ("office", "C0", "auditor", False),  # reads the journal, which the office does not
        ("office", "C0", "security-administrator", False),
        ("office", "D1", "clerk", True),
        ("office", "B1", "recorder", True),
        ("clerk", "B1", "recorder", True),
        ("clerk", "B1", "secretary", True),
        ("clerk", "D1", "clerk", False),  # not one's own unit
        ("clerk", "D2", "recorder", False),
        ("clerk", "B1", "trainer", False),  # reaches the county
        ("clerk", "B1", "office", False),
        ("recorder", "B1", "recorder", False),
    ],
)
def test_nobody_hands_out_more_than_they_oversee(
    world: World, role: str, code: str, given: str, *, allowed: bool
) -> None:
    assert may_give(world.scope(role), world.unit(code), given) is allowed


def test_contact_point_is_named_and_ended(world: World) -> None:
    leader = Person.objects.create(name="岳登高")
    point = name_contact_point(by=None, leader=leader, unit=world.other_branch, on=DAY)
    assert last_entry() == ("contact-point.named", {"contact-point": [str(point.pk)], "person": [str(leader.pk)]})
    end_contact_point(by=None, point=point, on=LATER)
    assert [ContactPoint.objects.filter(leader=leader).on(day).count() for day in (DAY, LATER)] == [1, 0]


def test_contact_point_is_named_once_and_where_a_unit_stands(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        name_contact_point(by=None, leader=world.leader, unit=world.branch, on=DAY)
    assert told(refusal) == ("already-so", "")
    with pytest.raises(Refusal) as refusal:
        name_contact_point(by=None, leader=world.leader, unit=world.sibling, on=date(2019, 1, 1))
    assert told(refusal) == ("not-standing", "unit")


def test_units_are_paired_and_parted(world: World) -> None:
    pairing = pair_units(by=None, partner=world.county_unit, unit=world.other_branch, on=DAY)
    ids = [str(world.county_unit.pk), str(world.other_branch.pk)]
    assert last_entry() == ("units.paired", {"pairing": [str(pairing.pk)], "unit": ids})
    end_pairing(by=None, pairing=pairing, on=LATER)
    assert [Pairing.objects.filter(unit=world.other_branch).on(day).count() for day in (DAY, LATER)] == [1, 0]


@pytest.mark.parametrize(
    ("partner", "unit", "on", "refusal"),
    [
        ("B4", "B4", DAY, ("paired-with-itself", "partner")),
        ("B4", "B2", DAY, ("already-so", "")),
        ("B3", "B2", date(2019, 1, 1), ("not-standing", "partner")),
    ],
)
def test_pairing_that_cannot_be_is_refused(
    world: World, partner: str, unit: str, on: date, refusal: tuple[str, str]
) -> None:
    with pytest.raises(Refusal) as said:
        pair_units(by=None, partner=world.unit(partner), unit=world.unit(unit), on=on)
    assert told(said) == refusal
    assert Pairing.objects.get().valid_from == BEGINNING
