import re
from html import unescape

import pytest

from qisong.ledger.answering import answer
from qisong.ledger.programmes import find_items
from qisong.ledger.terms import AnswerKind
from qisong.org.scope import operator_scope
from tests.desk.acts import hand_out
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.desk.test_unit import cells_of
from tests.world import World


def say(world: World, name: str, kind: str) -> None:
    scope = operator_scope()
    (rules,) = find_items(["rules"], scope.on)
    until = scope.on.replace(year=scope.on.year + 4, day=1) if kind == "later" else None
    member = world.member(name)
    answer(by=None, scope=scope, member=member, item=rules, kind=AnswerKind(kind), on=scope.on, until=until)


def tabs_of(page: str) -> dict[str, int]:
    links = re.findall(r'href="\?[^"]*show=([\w-]+)"[^>]*>\s*([^<]+?)\s*<', page)
    return {show: int(text.split()[-1]) for show, text in links}


def test_people_who_lack_an_item_are_named_with_what_and_since(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "rules", ["东方晓"])
    page = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/names/?item=rules&on=2026-06-01"))
    assert cells_of(page) == {
        "田守一": ["党规", "2026年2月1日", "120 天", "年老体弱", "老党员：上门、光盘、音频、大字"],
        "田春禾": ["党规", "2026年2月1日", "120 天", "", ""],
        "罗远帆": ["党规", "2026年2月1日", "120 天", "流动外出", "流动：微信、线上、电话"],
    }


def test_answer_says_owed_reached_and_missing(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "rules", ["东方晓"])
    page = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/names/?item=rules"))
    assert "党规：应送 5，已到手 1，还差 4。" in page


def test_lost_later_and_declined_stand_apart(signed_in: SignedIn, world: World) -> None:
    for name, kind in (("田守一", "declined"), ("罗远帆", "later")):
        say(world, name, kind)
    client, url = signed_in(world.recorder), f"/units/{world.branch.pk}/names/?item=rules"
    assert tabs_of(unescape(text_of(client.get(url)))) == {"to-do": 2, "lost": 1, "later": 1, "declined": 1}
    named = [list(cells_of(text_of(client.get(f"{url}&show={show}")))) for show in ("lost", "later", "declined")]
    assert named == [["何渺"], ["罗远帆"], ["田守一"]]


def test_several_items_name_whoever_lacks_any(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B1", "rules", ["田春禾"])
    url = f"/units/{world.branch.pk}/names/?item=rules&item=constitutions"
    cells = cells_of(text_of(signed_in(world.recorder).get(url)))
    assert (cells["田春禾"][0], cells["东方晓"][0]) == ("党章", "党章、党规")


def test_committee_sees_the_branch_of_each_in_tree_order(signed_in: SignedIn, world: World) -> None:
    cells = cells_of(text_of(signed_in(world.clerk).get(f"/units/{world.committee.pk}/names/?item=rules")))
    assert [row[0] for row in cells.values()] == ["东岭村党支部"] * 4 + ["西岭村党支部"] * 2


def test_ticked_names_lead_to_the_sheet_of_an_act(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/names/?item=rules"))
    sent = f'action="/units/{world.branch.pk}/record/"', f'name="for" value="{world.member("田守一").pk}"'
    assert [part in " ".join(page.split()) for part in sent] == [True, True]


def test_names_of_a_past_day_are_not_for_ticking(signed_in: SignedIn, world: World) -> None:
    url = f"/units/{world.branch.pk}/names/?item=rules&on=2026-06-01"
    assert 'type="checkbox" name="for"' not in text_of(signed_in(world.recorder).get(url))


def test_visitor_reads_names_at_the_own_contact_point_only(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.account("visitor"))
    answers = [client.get(f"/units/{unit.pk}/names/").status_code for unit in (world.branch, world.sibling)]
    assert answers == [200, 404]


@pytest.mark.parametrize("query", ["item=moon", "show=all", "on=2019-01-01"])
def test_unknown_choice_is_said_and_nobody_is_named(signed_in: SignedIn, world: World, query: str) -> None:
    page = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/names/?{query}"))
    assert ("田守一" in page, 'role="alert"' in page) == (False, True)


def test_everybody_reached_is_said(signed_in: SignedIn, world: World) -> None:
    hand_out(world, "B4", "rules", ["司农田"])
    page = text_of(signed_in(world.office).get(f"/units/{world.county_unit.pk}/names/?item=rules"))
    assert "党规：都送到了。" in page


def test_no_address_carries_a_name(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get(f"/units/{world.branch.pk}/names/"))
    assert [link for link in re.findall(r'(?:href|action)="([^"]+)"', page) if "田" in link or "%" in link] == []


def test_queries_do_not_grow_with_the_names(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.recorder), f"/units/{world.branch.pk}/names/?item=rules"
    four = client.count(url)
    hand_out(world, "B1", "rules", ["东方晓", "田守一", "田春禾"])
    assert client.count(url) == four
