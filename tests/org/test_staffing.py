"""Many posts, contact points and pairings at once."""

from datetime import date

import pytest

from qisong.org.appointing import add_person
from qisong.org.models import ContactPoint, Journal, Pairing, Post
from qisong.org.staffing import staff
from qisong.words.text import Refusal
from tests.world import BEGINNING, World

pytestmark = pytest.mark.django_db
LATER = date(2024, 3, 1)


def test_staff_writes_every_kind_of_tie_in_one_verb(world: World) -> None:
    person = add_person(by=None, name="卜多余")
    before = Journal.objects.count()
    post = Post(person=person, unit=world.branch, role="secretary", valid_from=BEGINNING, valid_to=LATER)
    point = ContactPoint(leader=person, unit=world.other_branch, valid_from=LATER)
    pairing = Pairing(partner=world.county_unit, unit=world.branch, valid_from=LATER)
    staff(by=None, ties=[post, point, pairing])
    assert [Post.objects.get(role="secretary").holds_on(day) for day in (BEGINNING, LATER)] == [True, False]
    assert ContactPoint.objects.filter(leader=person, unit=world.other_branch, valid_from=LATER).count() == 1
    assert Pairing.objects.filter(partner=world.county_unit, unit=world.branch).count() == 1
    assert [row.kind for row in Journal.objects.filter(seq__gt=before)] == ["units.staffed"]


@pytest.mark.parametrize(
    ("role", "on", "code"),
    [("wizard", BEGINNING, "unknown-role"), ("secretary", date(2019, 12, 31), "not-standing")],
)
def test_staff_writes_nothing_when_one_tie_is_wrong(world: World, role: str, on: date, code: str) -> None:
    person = add_person(by=None, name="卜多余")
    before = Post.objects.count()
    right = Post(person=person, unit=world.branch, role="secretary", valid_from=LATER)
    with pytest.raises(Refusal) as refusal:
        staff(by=None, ties=[right, Post(person=person, unit=world.sibling, role=role, valid_from=on)])
    assert (refusal.value.code, Post.objects.count()) == (code, before)


@pytest.mark.parametrize("until", [None, date(2024, 3, 2)])
def test_staff_refuses_what_holds_already(world: World, until: date | None) -> None:
    person = add_person(by=None, name="卜多余")
    first = Post(person=person, unit=world.branch, role="secretary", valid_from=BEGINNING, valid_to=until)
    again = Post(person=person, unit=world.branch, role="secretary", valid_from=LATER)
    with pytest.raises(Refusal) as refusal:
        staff(by=None, ties=[first, again])
    assert refusal.value.code == "already-so"


def test_staff_gives_a_post_again_on_the_day_it_ended(world: World) -> None:
    person = add_person(by=None, name="卜多余")
    staff(
        by=None, ties=[Post(person=person, unit=world.branch, role="secretary", valid_from=BEGINNING, valid_to=LATER)]
    )
    staff(by=None, ties=[Post(person=person, unit=world.branch, role="secretary", valid_from=LATER)])
    assert Post.objects.filter(person=person, role="secretary").count() == 2


def test_staff_refuses_a_partner_that_does_not_stand(world: World) -> None:
    pairing = Pairing(partner=world.county_unit, unit=world.branch, valid_from=date(2019, 1, 1))
    with pytest.raises(Refusal) as refusal:
        staff(by=None, ties=[pairing])
    assert refusal.value.code == "not-standing"
