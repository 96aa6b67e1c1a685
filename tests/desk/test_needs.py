"""Needs, wishes and contact people on the pages of one member, and how each group is usually reached."""

from datetime import date

from django.utils import timezone

from qisong.org.terms import TermCategory
from qisong.org.words import term_of
from qisong.roster.contacts import Contact
from qisong.roster.models import ContactPerson, Need, Wish
from qisong.roster.needs import begin_need, name_contact_person, record_wish
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.desk.test_friday import only_rules, sheets
from tests.world import World

__all__ = ["only_rules"]
DAY = date(2026, 5, 19)


def url_of(world: World, name: str, verb: str = "") -> str:
    return f"/members/{world.member(name).pk}/{verb}"


def test_page_says_how_somebody_is_reached_and_why(signed_in: SignedIn, world: World) -> None:
    member = world.member("罗远帆")
    record_wish(by=None, member=member, ways=["post"], topics="养蜂", on=DAY)
    begin_need(by=None, member=member, kind="audio", on=DAY)
    name_contact_person(by=None, member=member, contact=Contact("罗小妹", "姐姐", "13900002222"), on=DAY)
    page = text_of(signed_in(world.recorder).get(url_of(world, "罗远帆")))
    for said in ("本人愿望：邮寄；需要：音频", "养蜂", "罗小妹", "139****22"):
        assert said in page


def test_visitor_sees_no_contact_person(signed_in: SignedIn, world: World) -> None:
    contact = Contact("田小妹", "女儿", "13900002222")
    name_contact_person(by=None, member=world.member("田守一"), contact=contact, on=DAY)
    page = text_of(signed_in(world.account("visitor")).get(url_of(world, "田守一")))
    assert ("老党员：上门" in page, "田小妹" in page) == (True, False)


def test_needs_begin_and_end_by_their_forms(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post(url_of(world, "田守一", "need/"), {"kind": "visit", "until": "2027-03-01", "on": "2026-05-19"})
    need = Need.objects.get()
    assert (need.kind, need.valid_from, need.valid_to) == ("visit", DAY, date(2027, 3, 1))
    client.post(url_of(world, "田守一", "need-over/"), {"need": need.pk, "on": "2026-06-01"})
    assert Need.objects.get().valid_to == date(2026, 6, 1)


def test_wish_and_contact_by_their_forms(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    client.post(url_of(world, "田守一", "wish/"), {"ways": ["disc", "visit"], "topics": "养蜂", "on": "2026-05-19"})
    helper = str(world.member("田春禾").pk)
    client.post(url_of(world, "田守一", "contact/"), {"helper": helper, "relation": "邻居", "on": "2026-05-19"})
    wish, contact = Wish.objects.get(), ContactPerson.objects.get()
    assert (wish.ways, wish.topics, contact.called, contact.relation) == (["visit", "disc"], "养蜂", "田春禾", "邻居")


def test_form_opened_again_and_sent_back_changes_nothing(signed_in: SignedIn, world: World) -> None:
    contact = Contact("田小妹", "女儿", "13900002222")
    name_contact_person(by=None, member=world.member("田守一"), contact=contact, on=DAY)
    client = signed_in(world.recorder)
    shown = client.get(url_of(world, "田守一", "contact/")).context["form"].initial
    client.post(url_of(world, "田守一", "contact/"), shown | {"on": timezone.localdate().isoformat()})
    assert {(one.name, one.mask) for one in ContactPerson.objects.all()} == {("田小妹", "139****22")}


def test_number_of_a_contact_person_is_shown_once_for_a_reason(signed_in: SignedIn, world: World) -> None:
    contact = Contact("田小妹", "女儿", "13900002222")
    name_contact_person(by=None, member=world.member("田守一"), contact=contact, on=DAY)
    answer = signed_in(world.recorder).post(url_of(world, "田守一", "number/"), {"kind": "contact", "reason": "约时间"})
    assert "13900002222" in text_of(answer)


def test_week_sends_whom_who_asked_for_it_and_tells_wishes(signed_in: SignedIn, world: World, only_rules: None) -> None:
    begin_need(by=None, member=world.member("田春禾"), kind="visit", on=DAY)
    record_wish(by=None, member=world.member("罗远帆"), ways=["post"], topics="", on=DAY)
    assert sheets(signed_in(world.recorder), world.branch) == {
        "东岭村党支部": [
            "上门看望，送到家：田守一（党规）、田春禾（党规；需要：上门）。",
            "下次开会时补上：东方晓（党规）。",
            "联系在外的：罗远帆（党规；本人愿望：邮寄）。",
        ]
    }


def test_names_take_as_many_queries_with_needs_as_without(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.clerk), f"/units/{world.committee.pk}/names/"
    before = client.count(url)
    for name in ("田守一", "田春禾", "西门三"):
        begin_need(by=None, member=world.member(name), kind="audio", on=DAY)
        record_wish(by=None, member=world.member(name), ways=["post"], topics="", on=DAY)
    assert client.count(url) == before


def test_office_changes_how_a_group_is_reached(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.office)
    shown = client.get("/group-ways/").context["form"]
    assert shown.fields["veterans"].help_text == "年老体弱、满 60 岁、加入满 50 年"
    groups = {name: field.initial for name, field in shown.fields.items()}
    client.post("/group-ways/", groups | {"away": ["post"]})
    changed = {code: term_of(TermCategory.GROUP, code) for code in ("away", "busy")}
    assert {code: term.data["ways"] for code, term in changed.items() if term} == {
        "away": ["post"],
        "busy": ["make-up", "online"],
    }
