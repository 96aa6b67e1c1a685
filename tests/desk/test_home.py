import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape

import pytest

from qisong.org.appointing import end_post, give_post, name_contact_point
from qisong.org.models import Post
from qisong.org.scope import Scope
from qisong.org.todos import Todo, register, withdraw
from qisong.words.text import Text
from tests.desk.acts import hand_out, put_down, take
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.desk.test_unit import cells_of
from tests.world import BEGINNING, World


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_recorder_sees_who_lacks_what_since_how_long(signed_in: SignedIn, world: World) -> None:
    for item in ("badges", "constitutions", "rules"):
        hand_out(world, "B3", item, ["柳随风", "柳青禾"])
    page = plain(text_of(signed_in(world.outsider).get("/")))
    days = (world.scope("office").on - date(2026, 2, 1)).days
    assert "还差：2 人没有党课，1 人没有讲话，1 人没有业务。" in page
    assert f"柳随风 党课、讲话、业务 {days} 天 记一次走访 柳青禾 党课 {days} 天 记一次走访" in page


def test_recorder_s_next_act_is_the_one_big_button(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get("/"))
    assert re.findall(r'class="button primary"\s+href="([^"]+)"', page) == [f"/units/{world.branch.pk}/record/"]


def test_whoever_must_be_found_first_is_named_without_a_visit(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.recorder).get("/"))
    visits = [f"?for={world.member(name).pk}" in page for name in ("田守一", "何渺")]
    assert ("何渺" in page, visits) == (True, [True, False])


def test_clerk_sees_units_with_people_missing_in_tree_order(signed_in: SignedIn, world: World) -> None:
    for item in ("badges", "constitutions", "rules"):
        hand_out(world, "B2", item, ["西门三", "西门四"])
    present = [str(world.member(name).pk) for name in ("西门三", "西门四")]
    put_down(world, "B2", on="2026-05-19", parts=[{"kind": "lesson"}], channel="visit", present=present)
    assert list(cells_of(text_of(signed_in(world.clerk).get("/")))) == ["东岭村党支部"]


def test_office_sees_what_lies_with_committees_unhanded(signed_in: SignedIn, world: World) -> None:
    take(world, "B1", "rules", 30)
    page = text_of(signed_in(world.office).get("/"))
    assert cells_of(page.split("还没发到人的</caption>")[-1]) == {"青山县委": ["30"], "东岭镇党委": ["30"]}


def test_visitor_sees_where_to_go(signed_in: SignedIn, world: World) -> None:
    pages = [text_of(signed_in(world.account(role)).get("/")) for role in ("visitor", "partner")]
    assert [("东岭村党支部" in page, "西岭村党支部" in page) for page in pages] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("role", "links"),
    [
        ("security-administrator", ["/accounts/"]),
        ("audit-administrator", ["/journal/"]),
        ("system-administrator", []),
    ],
)
def test_administrators_see_their_own_pages_and_no_unit(
    signed_in: SignedIn, world: World, role: str, links: list[str]
) -> None:
    main = text_of(signed_in(world.account(role)).get("/")).split("<main")[1]
    assert (re.findall(r'class="button"\s+href="([^"]+)"', main), "/units/" in main) == (links, False)


def test_auditor_sees_figures(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.account("auditor")).get("/"))
    assert ("0/7" in page, "田守一" in page) == (True, False)


def test_further_posts_are_one_press_away(signed_in: SignedIn, world: World) -> None:
    give_post(by=None, person=world.recorder.person, unit=world.sibling, role="recorder", on=BEGINNING)
    name_contact_point(by=None, leader=world.recorder.person, unit=world.other_branch, on=BEGINNING)
    give_post(by=None, person=world.recorder.person, unit=world.county, role="visitor", on=BEGINNING)
    page = text_of(signed_in(world.recorder).get("/"))
    paths = (f"/units/{world.sibling.pk}/", f"/units/{world.other_branch.pk}/names/")
    assert [f'href="{path}"' in page for path in paths] == [True, True]


def test_whoever_holds_no_post_is_told_so(signed_in: SignedIn, world: World) -> None:
    post = Post.objects.get(person=world.recorder.person)
    end_post(by=None, post=post, on=world.scope("office").on)
    page = text_of(signed_in(world.recorder).get("/"))
    assert ("您目前没有岗位" in page, "/units/" in page) == (True, False)


@contextmanager
def todo(scope_asked: list[Scope]) -> Iterator[None]:
    def provide(scope: Scope) -> list[Todo]:
        scope_asked.append(scope)
        return [Todo(Text("名册要在月底前核对", "Check the roster"), "desk:home", due=date(2026, 12, 31))]

    register(provide)
    try:
        yield
    finally:
        withdraw(provide)


def test_todos_of_every_room_are_listed_with_their_day(signed_in: SignedIn, world: World) -> None:
    asked: list[Scope] = []
    with todo(asked):
        page = plain(text_of(signed_in(world.recorder).get("/")))
    assert ("名册要在月底前核对 12月31日前" in page, [scope.home for scope in asked]) == (True, [world.branch])


def test_queries_of_home_do_not_grow_with_people(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    many = client.count("/")
    hand_out(world, "B1", "rules", ["东方晓", "田守一", "田春禾"])
    assert client.count("/") == many
