from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from qisong.ledger.answering import answer
from qisong.ledger.models import Item
from qisong.ledger.terms import AnswerKind
from qisong.org.appointing import give_post
from qisong.org.models import Journal, Post
from qisong.roster.editing import add_member
from qisong.roster.needs import record_wish
from tests.desk.acts import hand_out
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.world import BEGINNING, World

EVERYBODY = ["东方晓", "田守一", "田春禾", "罗远帆", "何渺"]


def url_of(world: World) -> str:
    return f"/units/{world.branch.pk}/contact-cards/"


def sent(world: World, *names: str, **more: Any) -> dict[str, Any]:
    return {"people": [str(world.member(name).pk) for name in names], **more}


def post_of(world: World, name: str) -> str:
    return str(Post.objects.get(person__name=name, unit=world.branch).pk)


@pytest.fixture
def only_two(world: World) -> None:
    """Everybody of the branch has everything but the rules and the badge."""
    for item in Item.objects.exclude(code__in=["rules", "badges", "flags"]):
        hand_out(world, "B1", item.code, EVERYBODY)


def test_card_says_what_comes_and_what_was_put_off(signed_in: SignedIn, world: World, only_two: None) -> None:
    badge = Item.objects.get(code="badges")
    values = {"by": world.recorder, "scope": world.scope("recorder"), "member": world.member("田守一")}
    on = timezone.localdate()
    answer(item=badge, kind=AnswerKind.LATER, on=on, until=date(on.year + 1, 3, 1), **values)
    page = signed_in(world.recorder).post(url_of(world), sent(world, "田守一", "何渺"))
    assert {card.name: list(card.parts) for card in page.context["pile"].cards} == {
        "何渺": [("还要送给您：", [str(badge), str(Item.objects.get(code="rules"))])],
        "田守一": [
            ("还要送给您：", [str(Item.objects.get(code="rules"))]),
            ("您说以后再送：", [f"{badge}（{on.year + 1}年3月1日以后）"]),
        ],
    }


def test_what_was_declined_is_on_no_card(signed_in: SignedIn, world: World, only_two: None) -> None:
    values = {"by": world.recorder, "scope": world.scope("recorder"), "member": world.member("田守一")}
    for code in ("badges", "rules"):
        answer(item=Item.objects.get(code=code), kind=AnswerKind.DECLINED, on=timezone.localdate(), **values)
    page = signed_in(world.recorder).post(url_of(world), sent(world, "田守一"))
    assert [list(card.parts) for card in page.context["pile"].cards] == [[]]


def test_nothing_is_ticked_but_whom_the_link_names(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    named = text_of(client.get(f"{url_of(world)}?for={world.member('田守一').pk}"))
    assert [text_of(client.get(url_of(world))).count("checked"), named.count("checked")] == [0, 1]


def test_what_is_left_empty_is_a_line_to_write_on(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.recorder).post(url_of(world), sent(world, "田守一"))
    pile = page.context["pile"]
    assert (pile.contact, pile.phone, pile.comes) == ("", "", None)
    assert text_of(page).count('class="by-hand"') == 3


def test_typed_day_and_telephone_stand_on_the_card(signed_in: SignedIn, world: World) -> None:
    typed = {"contact": post_of(world, "东方晓"), "phone": "0454-1234567", "comes": "2027年1月5日"}
    pile = signed_in(world.recorder).post(url_of(world), sent(world, "田守一", **typed)).context["pile"]
    assert (pile.contact, pile.phone, pile.comes) == ("东方晓", "0454-1234567", date(2027, 1, 5))


def test_number_of_the_roster_is_opened_with_a_reason_only(signed_in: SignedIn, world: World) -> None:
    give_post(by=None, person=world.member("罗远帆").person, unit=world.branch, role="secretary", on=BEGINNING)
    client, asked = signed_in(world.recorder), {"contact": post_of(world, "罗远帆"), "held": "on"}
    refused = client.post(url_of(world), sent(world, "田守一", **asked))
    assert (refused.status_code, "13800001234" in text_of(refused)) == (400, False)
    page = client.post(url_of(world), sent(world, "田守一", **asked, reason="印联系卡"))
    assert (page.context["pile"].phone, page["Cache-Control"].count("no-store")) == ("13800001234", 1)
    row = Journal.objects.latest("seq")
    assert (row.kind, row.reason, row.actor) == ("secret.opened", "印联系卡", world.recorder)


def test_a_typed_number_opens_nothing(signed_in: SignedIn, world: World) -> None:
    give_post(by=None, person=world.member("罗远帆").person, unit=world.branch, role="secretary", on=BEGINNING)
    before = Journal.objects.count()
    typed = {"contact": post_of(world, "罗远帆"), "phone": "1234", "held": "on", "reason": "印联系卡"}
    page = signed_in(world.recorder).post(url_of(world), sent(world, "田守一", **typed))
    assert (page.context["pile"].phone, Journal.objects.count()) == ("1234", before)


def test_visitor_makes_cards_and_opens_no_number(signed_in: SignedIn, world: World) -> None:
    give_post(by=None, person=world.member("罗远帆").person, unit=world.branch, role="secretary", on=BEGINNING)
    page = text_of(signed_in(world.account("visitor")).get(url_of(world)))
    assert ('name="people"' in page, 'name="held"' in page) == (True, False)


def test_nobody_of_another_unit_gets_a_card(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.recorder).post(url_of(world), sent(world, "柳青禾"))
    assert (page.status_code, page.context.get("pile")) == (400, None)


def test_week_of_one_branch_ticks_and_of_many_leads_on(signed_in: SignedIn, world: World) -> None:
    one = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/week/"))
    many = text_of(signed_in(world.clerk).get(f"/units/{world.committee.pk}/week/"))
    assert (one.count('name="for"'), one.count("checked")) == (4, 0)
    assert (many.count('name="for"'), many.count("/contact-cards/")) == (0, 2)


def test_queries_do_not_grow_with_the_people(signed_in: SignedIn, world: World) -> None:
    client, counts = signed_in(world.clerk), []
    url = f"/units/{world.sibling.pk}/contact-cards/"
    for name in ("甲一", "乙二", "丙三"):
        add_member(by=None, unit=world.sibling, on=BEGINNING, name=name, sex="male", category="full")
        counts.append(client.count(url))
    assert len(set(counts)) == 1


def test_card_says_what_was_asked_for(signed_in: SignedIn, world: World, only_two: None) -> None:
    member = world.member("何渺")
    record_wish(by=None, member=member, ways=["phone"], topics="养蜂", on=timezone.localdate())
    hand_out(world, "B1", "rules", ["何渺"])
    hand_out(world, "B1", "badges", ["何渺"])
    [card] = signed_in(world.recorder).post(url_of(world), sent(world, "何渺")).context["pile"].cards
    assert list(card.parts) == [("按您说的方式：", ["电话"]), ("您想学：", ["养蜂"])]
