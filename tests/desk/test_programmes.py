from typing import Any

import pytest

from qisong.ledger.models import Audience, Exemption, Obligation, Round
from qisong.ledger.programmes import find_items
from qisong.org.scope import operator_scope
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.desk.test_unit import cells_of
from tests.world import World

URL = "/programmes/seven-deliveries/"
NEW = f"{URL}new/"
LABELS = {"code": "extra", "zh": "加印本", "en": "Extra"}


def test_programmes_are_listed_with_their_parent(signed_in: SignedIn, world: World) -> None:
    cells = cells_of(text_of(signed_in(world.recorder).get("/programmes/")))
    assert (cells["七送"][0], cells["七送"][2]) == ("学习教育", "进行中")


def test_programme_says_who_is_owed_what_in_words(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get(URL))
    assert cells_of(page)["讲话"] == ["首轮", "书记和信息员", "1 册"]
    assert ("支部信息员或书记" in page or "书记或支部信息员" in page, "/new/" in page) == (True, False)


def test_unknown_programme_does_not_exist(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.office)
    assert [client.get(url).status_code for url in ("/programmes/moon/", f"{NEW}moon/")] == [404, 404]


ITEM = {**LABELS, "measure_zh": "本", "measure_en": "copies", "counted_by": "copies"}


def test_item_is_added_and_owed_and_lifted(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.office)
    assert client.post(f"{NEW}item/", ITEM).status_code == 302
    (item,) = find_items(["extra"], operator_scope().on)
    audience, round_ = Audience.objects.get(code="everyone"), Round.objects.get()
    sent = {"item": item.pk, "audience": audience.pk, "round": round_.pk, "quantity": 2}
    client.post(f"{NEW}obligation/", sent)
    owed = Obligation.objects.get(item=item)
    assert (owed.quantity, owed.audience) == (2, audience)
    url = f"{URL}owed/{owed.pk}/lift/"
    assert "不再要送了吗" in text_of(client.get(url))
    client.post(url)
    assert not Obligation.objects.filter(item=item).exists()


@pytest.mark.parametrize(
    ("thing", "sent"),
    [
        ("title", {**LABELS, "item": 0}),
        ("audience", {**LABELS, "recipient": "member", "circumstances": ["frail"], "chosen": "B1\nB2"}),
    ],
)
def test_thing_is_added_and_shown(signed_in: SignedIn, world: World, thing: str, sent: dict[str, Any]) -> None:
    (skills,) = find_items(["skills"], operator_scope().on)
    client = signed_in(world.office)
    assert client.post(f"{NEW}{thing}/", sent | ({"item": skills.pk} if "item" in sent else {})).status_code == 302
    assert "加印本" in text_of(client.get(URL))


def test_audience_keeps_its_chosen_units(signed_in: SignedIn, world: World) -> None:
    sent = {**LABELS, "recipient": "unit", "chosen": "B1 B2"}
    signed_in(world.office).post(f"{NEW}audience/", sent)
    audience = Audience.objects.get(code="extra")
    assert (audience.chosen_only, {unit.code for unit in audience.chosen.all()}) == (True, {"B1", "B2"})


@pytest.mark.parametrize(
    ("thing", "sent", "said"),
    [
        ("item", {**ITEM, "code": "rules"}, "已经用了"),
        ("item", {**ITEM, "code": "Rules!"}, "小写字母"),
        ("audience", {**LABELS, "recipient": "member", "chosen": "B1 Z9"}, "没有这个组织代码：Z9"),
    ],
)
def test_wrong_thing_is_refused_and_what_was_typed_stays(
    signed_in: SignedIn, world: World, thing: str, sent: dict[str, str], said: str
) -> None:
    page = signed_in(world.office).post(f"{NEW}{thing}/", sent)
    assert (page.status_code, said in text_of(page), "加印本" in text_of(page)) == (200, True, True)


def exempting(world: World, **more: str) -> dict[str, object]:
    (rules,) = find_items(["rules"], operator_scope().on)
    return {"item": rules.pk, "reason": "decision", "decided_by": "村民会议", "on": "2026-05-19"} | more


def test_member_is_exempt_by_a_recorded_decision(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    client.post(f"/units/{world.branch.pk}/exempt/", exempting(world, member=str(world.member("田守一").pk)))
    assert cells_of(text_of(client.get("/exemptions/")))["田守一"][:3] == ["党规", "组织决定", "村民会议"]


def test_unit_itself_is_exempt_when_no_member_is_named(signed_in: SignedIn, world: World) -> None:
    signed_in(world.clerk).post(f"/units/{world.branch.pk}/exempt/", exempting(world))
    assert Exemption.objects.get().unit == world.branch


def test_exemption_asks_for_who_decided(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.clerk).post(f"/units/{world.branch.pk}/exempt/", exempting(world, decided_by=""))
    assert (page.status_code, Exemption.objects.count(), 'role="alert"' in text_of(page)) == (200, 0, True)


def test_suspension_is_left_to_the_roster(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.clerk).get(f"/units/{world.branch.pk}/exempt/"))
    assert ("停止党籍" in page, "组织决定" in page) == (False, True)


def test_exemption_ends_with_a_day(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    client.post(f"/units/{world.branch.pk}/exempt/", exempting(world))
    client.post(f"/exemptions/{Exemption.objects.get().pk}/end/", {"on": "2026-06-01"})
    assert "没有经决定免送的" in text_of(client.get("/exemptions/"))


def test_exemption_of_another_committee_does_not_exist(signed_in: SignedIn, world: World) -> None:
    signed_in(world.office).post(f"/units/{world.other_branch.pk}/exempt/", exempting(world))
    assert signed_in(world.clerk).get(f"/exemptions/{Exemption.objects.get().pk}/end/").status_code == 404


def test_queries_do_not_grow_with_exemptions_or_items(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.office)
    urls = ["/exemptions/", URL]
    client.post(f"/units/{world.branch.pk}/exempt/", exempting(world))
    one = [client.count(url) for url in urls]
    for unit in (world.sibling, world.other_branch):
        client.post(f"/units/{unit.pk}/exempt/", exempting(world))
    client.post(f"{NEW}item/", ITEM)
    assert [client.count(url) for url in urls] == one
