from datetime import date

import pytest

from qisong.org.models import Journal
from qisong.roster.contacts import Contact, open_contact_number
from qisong.roster.models import ContactPerson, Member, Need, Wish
from qisong.roster.needs import begin_need, end_need, name_contact_person, record_wish
from qisong.words.text import Refusal
from tests.world import World, make_world

DAY, LATER = date(2026, 5, 19), date(2026, 6, 1)


@pytest.fixture
def world(db: None) -> World:
    """With its people."""
    return make_world()


@pytest.fixture
def one(world: World) -> Member:
    return world.member("田守一")


def refused(verb: object, **arguments: object) -> tuple[str, str]:
    with pytest.raises(Refusal) as refusal:
        verb(by=None, **arguments)  # type: ignore[operator]
    return refusal.value.place, refusal.value.code


def test_need_is_dated_and_told_to_the_journal_by_its_kind(world: World, one: Member) -> None:
    need = begin_need(by=world.recorder, member=one, kind="visit", on=DAY, until=LATER)
    assert (need.valid_from, need.valid_to, need.holds_on(DAY), need.holds_on(LATER)) == (DAY, LATER, True, False)
    entry = Journal.objects.latest("seq")
    assert (entry.kind, entry.touched) == ("need.begun", {"need": ["visit"], "member": [str(one.pk)]})


def test_need_is_ended_before_its_day(one: Member) -> None:
    need = begin_need(by=None, member=one, kind="visit", on=DAY, until=date(2026, 9, 1))
    end_need(by=None, need=need, on=LATER)
    assert Need.objects.get().valid_to == LATER
    assert refused(end_need, need=need, on=date(2026, 7, 1)) == ("on", "already-ended")


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"kind": "flight"}, ("needs", "unknown-need")),
        ({"kind": "visit", "until": DAY}, ("until", "until-passed")),
        ({"kind": "visit", "on": date(2126, 1, 1)}, ("on", "date-future")),
    ],
)
def test_wrong_needs_are_refused(one: Member, wrong: dict[str, object], expected: tuple[str, str]) -> None:
    assert refused(begin_need, **{"member": one, "on": DAY} | wrong) == expected


def test_need_begins_once(one: Member) -> None:
    begin_need(by=None, member=one, kind="visit", on=DAY)
    assert refused(begin_need, member=one, kind="visit", on=LATER) == ("kind", "already-so")


def test_later_wish_takes_the_place_of_the_earlier(one: Member) -> None:
    record_wish(by=None, member=one, ways=["wechat"], topics="养蜂", on=DAY)
    record_wish(by=None, member=one, ways=["phone", "visit"], topics="", on=LATER)
    rows = Wish.objects.order_by("id").values_list("ways", "topics", "valid_from", "valid_to")
    assert list(rows) == [(["wechat"], "养蜂", DAY, LATER), (["visit", "phone"], "", LATER, None)]
    assert refused(record_wish, member=one, ways=["post"], topics="", on=DAY) == ("on", "answered-since")


def test_no_wish_ends_the_wish(one: Member) -> None:
    record_wish(by=None, member=one, ways=["wechat"], topics="", on=DAY)
    assert record_wish(by=None, member=one, ways=[], topics="", on=LATER) is None
    assert not Wish.objects.on(LATER).exists()  # type: ignore[attr-defined]


def test_contact_number_is_sealed_and_opened_with_a_reason(world: World, one: Member) -> None:
    contact = Contact("田小妹", "女儿", "139 0000 2222")
    kept = name_contact_person(by=None, member=one, contact=contact, on=DAY)
    assert kept
    assert (kept.called, kept.relation, kept.mask, "13900002222" in kept.sealed) == (
        "田小妹",
        "女儿",
        "139****22",
        False,
    )
    assert refused(open_contact_number, contact=kept, reason=" ") == ("reason", "reason-missing")
    assert open_contact_number(by=world.recorder, contact=kept, reason="约时间") == "13900002222"
    entry = Journal.objects.latest("seq")
    assert (entry.kind, entry.touched["secret"], entry.reason) == ("secret.opened", ["contact-phone"], "约时间")


def test_another_member_may_help(world: World, one: Member) -> None:
    kept = name_contact_person(by=None, member=one, contact=Contact("", "邻居"), helper=world.member("田春禾"), on=DAY)
    assert kept
    assert (kept.called, kept.name, kept.helper) == ("田春禾", "", world.member("田春禾"))
    assert refused(name_contact_person, member=one, contact=Contact(), helper=one, on=LATER) == ("helper", "oneself")


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (Contact("", "女儿"), ("contact", "name-missing")),
        (Contact("田小妹", "病友"), ("relation", "health-or-faith")),
        (Contact("田小妹", "", "139****22"), ("phone", "mask-only")),
    ],
)
def test_wrong_contacts_are_refused(one: Member, contact: Contact, expected: tuple[str, str]) -> None:
    assert refused(name_contact_person, member=one, contact=contact, on=DAY) == expected
    assert ContactPerson.objects.count() == 0
