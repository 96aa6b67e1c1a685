from datetime import date

from qisong.org.appointing import give_post
from qisong.org.models import Person
from qisong.roster.contacts import Contact
from qisong.roster.erasing import erase_members, relations
from qisong.roster.models import Affiliation, Circumstance, ContactPerson, Member, Need, SealedIdentity, Wish
from qisong.roster.needs import begin_need, name_contact_person, record_wish
from tests.roster.people import member, number
from tests.roster.state import ties
from tests.world import BEGINNING, World

MAY = date(2026, 5, 1)


def test_member_nobody_speaks_of_is_gone(world: World) -> None:
    people = Person.objects.count()
    one = member(world.branch, identity=number())
    assert erase_members([one.pk]) == []
    left = [model.objects.count() for model in (Member, Affiliation, Circumstance, SealedIdentity)]  # type: ignore[attr-defined]
    assert (left, Person.objects.count()) == ([0, 0, 0, 0], people)


def test_member_with_a_post_stays_and_belongs_nowhere(world: World) -> None:
    one, two = member(world.branch), member(world.branch, "田守二")
    give_post(by=None, person=one.person, unit=world.branch, role="recorder", on=MAY)
    assert erase_members([one.pk, two.pk]) == [one.pk]
    assert ties(one) == [("B1", "formal", BEGINNING, BEGINNING, "reverted")]
    assert Member.objects.get().version == 2


def test_what_somebody_was_asked_goes_with_them_and_whoever_helps_another_stays(world: World) -> None:
    one, two = member(world.branch), member(world.branch, "田守二")
    begin_need(by=None, member=one, kind="visit", on=MAY)
    record_wish(by=None, member=one, ways=["phone"], topics="", on=MAY)
    name_contact_person(by=None, member=one, contact=Contact(), helper=two, on=MAY)
    assert erase_members([two.pk]) == [two.pk]
    assert erase_members([one.pk]) == []
    assert [model.objects.count() for model in (Need, Wish, ContactPerson)] == [0, 0, 0]  # type: ignore[attr-defined]


def test_every_room_above_is_asked() -> None:
    asked = {(relation.related_model.__name__, relation.field.name) for relation in relations()}
    assert asked >= {("Post", "person"), ("Account", "person"), ("Receipt", "member"), ("Absence", "member")}
    assert not {"Affiliation", "Circumstance", "SealedIdentity", "ImportLine", "Member"} & {one for one, _ in asked}
