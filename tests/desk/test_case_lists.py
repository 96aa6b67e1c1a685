"""Pages of many cases: one's own, counted, by name; assigned together and begun together."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from qisong.casework.models import Case
from qisong.casework.rectifying import Problem, raise_finding, raise_own
from qisong.casework.terms import State
from qisong.casework.tracing import record_found
from qisong.casework.verifying import settle
from qisong.desk.pages.unit_cases import WhenForm, unit_cases_page
from qisong.org.tending import move_unit
from qisong.org.todos import todos_for
from qisong.roster.editing import begin_circumstance, transfer_member
from tests.casework.cases import MARCH, day, fixed, lifting, problem, search
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import World

TODAY = timezone.localdate()
LINK = re.compile(r'<a href="(/units/\d+/cases/[a-z]+/[^"]*)">(\d+)</a>')


def cases_url(world: World, code: str, kind: str = "", **query: str) -> str:
    parts = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/units/{world.unit(code).pk}/cases/{kind}{'/' if kind else ''}{'?' if parts else ''}{parts}"


def figures(client: Reader, url: str) -> dict[str, int]:
    """Every figure of a page that leads somewhere, by where it leads."""
    return {found: int(n) for found, n in LINK.findall(text_of(client.get(url)).replace("&amp;", "&"))}


def listed(client: Reader, url: str) -> int:
    return len(re.findall(r'<th scope="row"', text_of(client.get(url))))


def elsewhere(world: World, text: str = "柳河的账") -> Case:
    return raise_finding(by=world.office, unit=world.other_branch, problem=Problem(text, aspect="work"), on=MARCH)


def test_reader_s_own_cases_stand_by_deadline(signed_in: SignedIn, world: World) -> None:
    problem(world, "乙", due_on=day(40))
    problem(world, "甲", due_on=day(20))
    problem(world, "丙", owner=world.clerk.person)
    page = text_of(signed_in(world.recorder).get("/cases/"))
    assert (0 < page.index("甲</a>") < page.index("乙</a>"), "丙</a>" in page) == (True, False)


def test_what_waits_for_a_word_waits_for_those_whose_word_counts(signed_in: SignedIn, world: World) -> None:
    fixed(world, text="已补记录")
    told = {key: "已补记录" in waiting(signed_in(account)) for key, account in world.accounts.items()}
    assert {key for key, shown in told.items() if shown} == {"office", "clerk"}


def waiting(client: Reader) -> str:
    return text_of(client.get("/cases/?only=asked"))


def test_what_waits_for_a_named_verifier_waits_for_nobody_else(signed_in: SignedIn, world: World) -> None:
    fixed(world, text="已补记录", verifier=world.office.person)
    assert ["已补记录" in waiting(signed_in(one)) for one in (world.office, world.clerk)] == [True, False]


def test_whoever_asked_for_the_end_does_not_wait_for_themselves(signed_in: SignedIn, world: World) -> None:
    record_found(by=world.clerk, case=search(world), on=day(3))
    assert ["何渺" in waiting(signed_in(one)) for one in (world.office, world.clerk)] == [True, False]


def test_todo_counts_what_the_page_lists(signed_in: SignedIn, world: World) -> None:
    fixed(world)
    record_found(by=world.clerk, case=search(world), on=day(3))
    said = {
        key: [todo.text.zh for todo in todos_for(world.scope(key)) if "核实" in todo.text.zh]
        for key in ("clerk", "office")
    }
    assert said == {"clerk": ["等核实销号：1 件"], "office": ["等核实销号：2 件"]}
    assert listed(signed_in(world.office), "/cases/?only=asked") == 2


def test_own_problem_is_in_no_list_but_its_author_s(signed_in: SignedIn, world: World) -> None:
    raise_own(by=world.recorder, unit=world.branch, problem=Problem("读得少"), on=MARCH, verifier=world.clerk.person)
    urls = ["/cases/", cases_url(world, "C0"), cases_url(world, "B1", "finding")]
    shown = ["读得少" in text_of(signed_in(one).get("/cases/")) for one in (world.recorder, world.office)]
    assert (shown, figures(signed_in(world.office), urls[1])) == ([True, False], {})
    assert "读得少" not in text_of(signed_in(world.recorder).get(urls[2]))


def test_everybody_may_open_the_own_cases(signed_in: SignedIn, world: World) -> None:
    assert {signed_in(account).get("/cases/").status_code for account in world.accounts.values()} == {200}


@pytest.mark.parametrize("on", ["", MARCH.isoformat(), day(3).isoformat(), day(10).isoformat()])
@pytest.mark.parametrize("tree", ["then", "now"])
def test_figures_equal_the_lists_behind_them(signed_in: SignedIn, world: World, on: str, tree: str) -> None:
    settle(by=world.office, case=fixed(world), on=day(9))
    problem(world, "没有期限", owner=None, due_on=None)
    record_found(by=world.recorder, case=search(world), on=day(3))
    lifting(world)
    elsewhere(world)
    client = signed_in(world.office)
    found = figures(client, cases_url(world, "C0", on=on, tree=tree))
    assert len(found) > 10
    assert {url: listed(client, url) for url in found} == found


def test_past_day_shows_what_stood_then(signed_in: SignedIn, world: World) -> None:
    settle(by=world.office, case=fixed(world), on=day(9))
    client = signed_in(world.clerk)
    states = [text_of(client.get(cases_url(world, "D1", "finding", on=day(n).isoformat()))) for n in (0, 4, 9)]
    wanted = ["办理中</td>", "已申请销号，待验收</td>", "已销号</td>"]
    assert [[word in page for word in wanted] for page in states] == [[n == m for m in range(3)] for n in range(3)]


def test_case_of_a_day_to_come_is_not_there_before(signed_in: SignedIn, world: World) -> None:
    problem(world)
    assert figures(signed_in(world.clerk), cases_url(world, "D1", on=day(-1).isoformat())) == {}


def test_both_trees_after_a_move(signed_in: SignedIn, world: World) -> None:
    problem(world)
    move_unit(by=world.office, unit=world.branch, parent=world.other_committee, on=day(10))
    client = signed_in(world.office)
    pages = [
        cases_url(world, code, on=day(5).isoformat(), tree=tree) for code in ("D1", "D2") for tree in ("then", "now")
    ]
    assert [max(figures(client, page).values(), default=0) for page in pages] == [1, 0, 0, 1]


def test_children_that_have_cases_stand_in_tree_order(world: World) -> None:
    elsewhere(world)
    elsewhere(world)
    problem(world)
    page = unit_cases_page(world.scope("office"), world.county, WhenForm(QueryDict(), today=TODAY))
    names = [[str(row.cells[0].text) for row in table.rows] for table in page.tables]
    assert names == [["青山县委"], ["青山县委", "东岭镇党委", "柳河镇党委"], ["青山县委"]]


def test_cases_of_others_are_in_no_figure_list_or_search(signed_in: SignedIn, world: World) -> None:
    elsewhere(world)
    client = signed_in(world.clerk)
    assert (figures(client, cases_url(world, "D1")), listed(client, cases_url(world, "D1", "finding"))) == ({}, 0)
    found = client.post(cases_url(world, "D1", "finding"), {"word": "柳河"})
    assert "柳河的账" not in text_of(found)
    assert client.get(cases_url(world, "D2")).status_code == 404


def test_lax_branch_is_counted_only_for_those_above(signed_in: SignedIn, world: World) -> None:
    lifting(world)
    told = ["整顿提升" in text_of(signed_in(one).get(cases_url(world, "B1"))) for one in (world.clerk, world.recorder)]
    assert told == [True, False]
    assert signed_in(world.recorder).get(cases_url(world, "B1", "lifting")).status_code == 404


def test_search_that_went_with_its_member_is_counted_and_not_named(signed_in: SignedIn, world: World) -> None:
    search(world)
    transfer_member(by=world.office, member=world.member("何渺"), unit=world.other_branch, on=TODAY)
    then = {"on": day(3).isoformat(), "tree": "then"}
    page = text_of(signed_in(world.clerk).get(cases_url(world, "D1", "tracing", **then)))
    assert ("何渺" in page, page.count('<th scope="row"')) == (False, 1)
    assert listed(signed_in(world.clerk), cases_url(world, "D1", "tracing")) == 0


def test_search_by_word_looks_at_names_problems_and_owners(signed_in: SignedIn, world: World) -> None:
    problem(world, "学习记录缺三次")
    problem(world, "没有活动场所", owner=world.clerk.person)
    client, url = signed_in(world.clerk), cases_url(world, "D1", "finding")
    found = [
        text_of(client.post(url, {"word": word})).count('<th scope="row"') for word in ("场所", "东方", "没有的", "")
    ]
    assert found == [1, 1, 0, 2]


@pytest.mark.parametrize(
    ("query", "names"), [({"owner": "nobody"}, ["乙"]), ({"owner": "me"}, ["甲"]), ({"aspect": "money"}, [])]
)
def test_list_is_filtered(signed_in: SignedIn, world: World, query: dict[str, str], names: list[str]) -> None:
    problem(world, "甲")
    problem(world, "乙", owner=None, due_on=None)
    page = text_of(signed_in(world.recorder).get(cases_url(world, "B1", "finding", **query)))
    assert [name for name in ("甲", "乙") if f"{name}</a>" in page] == names


def test_list_of_one_owner_says_whose_it_is(signed_in: SignedIn, world: World) -> None:
    problem(world, "甲")
    problem(world, "乙", owner=world.clerk.person)
    url = cases_url(world, "B1", "finding", owner=str(world.clerk.person.pk))
    page = text_of(signed_in(world.clerk).get(url))
    assert [name in page for name in ("甲</a>", "乙</a>", "鲁望山</option>")] == [False, True, True]


def test_owner_whose_cases_are_not_told_stays_unnamed(signed_in: SignedIn, world: World) -> None:
    raise_finding(
        by=world.office,
        unit=world.other_branch,
        problem=Problem("账"),
        on=MARCH,
        owner=world.outsider.person,
        due_on=day(9),
    )
    url = cases_url(world, "B1", "finding", owner=str(world.outsider.person.pk))
    assert "柳随风" not in text_of(signed_in(world.recorder).get(url))


def test_many_are_assigned_after_they_were_shown_again(signed_in: SignedIn, world: World) -> None:
    cases = [problem(world, text, owner=None, due_on=None) for text in ("甲", "乙")]
    client, url = signed_in(world.clerk), cases_url(world, "D1", "assign")
    ticked = {"ticked": [str(case.pk) for case in cases]}
    assert client.post(url, ticked | {"begin": "yes"}).status_code == 200
    sent = ticked | {"owner": str(world.recorder.person.pk), "due_on": (TODAY + timedelta(20)).isoformat()}
    shown = client.post(url, sent)
    assert [one.state for one in Case.objects.all()] == [State.OPEN, State.OPEN]
    will = re.search(r'name="sure" value="([^"]+)"', text_of(shown))
    assert will
    assert client.post(url, sent | {"sure": will[1]}).status_code == 302
    assert {(one.owner, one.state) for one in Case.objects.all()} == {(world.recorder.person, State.WORKING)}


def test_refusal_names_the_case_and_none_is_assigned(signed_in: SignedIn, world: World) -> None:
    open_one = problem(world, "甲", owner=None, due_on=None)
    ended = settle(by=world.office, case=fixed(world, text="已经销号的事"), on=day(9))
    sent = {
        "ticked": [str(open_one.pk), str(ended.pk)],
        "owner": str(world.clerk.person.pk),
        "due_on": TODAY.isoformat(),
    }
    page = signed_in(world.clerk).post(cases_url(world, "D1", "assign"), sent)
    assert (page.status_code, "“已经销号的事”：现在是“已销号”" in text_of(page)) == (400, True)
    open_one.refresh_from_db()
    assert open_one.state == State.OPEN


def test_cases_of_others_are_not_assigned(signed_in: SignedIn, world: World) -> None:
    case = elsewhere(world)
    sent = {"ticked": [str(case.pk), "x"], "begin": "yes"}
    page = signed_in(world.clerk).post(cases_url(world, "D1", "assign"), sent)
    assert (page.status_code, page.headers["Location"]) == (302, cases_url(world, "D1"))


def test_members_nobody_looks_for_are_listed_and_searched_for(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.clerk), cases_url(world, "D1", "unsearched")
    begin_circumstance(by=None, member=world.member("柳青禾"), kind="out-of-contact", on=MARCH)
    page = text_of(client.get(url))
    assert ("何渺" in page, "柳青禾" in page) == (True, False)
    due = TODAY + timedelta(30)
    sent = {"ticked": [str(world.member("何渺").pk)], "owner": str(world.recorder.person.pk), "due_on": due.isoformat()}
    assert client.post(url, sent).status_code == 302
    found = Case.objects.get()
    assert (found.member, found.owner, found.due_on) == (world.member("何渺"), world.recorder.person, due)
    assert "何渺" not in text_of(client.get(url))


def test_nobody_is_looked_for_without_a_tick(signed_in: SignedIn, world: World) -> None:
    sent = {
        "ticked": [str(world.member("柳青禾").pk)],
        "owner": str(world.clerk.person.pk),
        "due_on": TODAY.isoformat(),
    }
    page = signed_in(world.clerk).post(cases_url(world, "D1", "unsearched"), sent)
    assert (page.status_code, Case.objects.count()) == (400, 0)


def test_members_not_looked_for_are_a_thing_to_do(world: World) -> None:
    def said(key: str) -> list[str]:
        return [todo.text.zh for todo in todos_for(world.scope(key)) if todo.url_name == "desk:unsearched"]

    assert [said(key) for key in ("clerk", "outsider", "visitor")] == [["还没有立案查找的失联党员：1 人"], [], []]
    search(world)
    assert said("clerk") == []


def test_queries_do_not_grow_with_the_lists(signed_in: SignedIn, world: World) -> None:
    def more(text: str, member: str) -> None:
        fixed(world, text=text)
        problem(world, text, owner=world.clerk.person)
        search(world, member)

    client = signed_in(world.clerk)
    urls = ["/cases/", cases_url(world, "D1"), cases_url(world, "D1", on=day(3).isoformat())]
    urls += [cases_url(world, "D1", kind) for kind in ("finding", "tracing")]
    more("甲", "田春禾")
    one = [client.count(url) for url in urls]
    more("乙", "西门三")
    more("丙", "西门四")
    assert [client.count(url) for url in urls] == one


def test_queries_do_not_grow_with_those_nobody_looks_for(signed_in: SignedIn, world: World) -> None:
    client, url = signed_in(world.clerk), cases_url(world, "D1", "unsearched")
    one = client.count(url)
    for name in ("西门三", "西门四"):
        begin_circumstance(by=None, member=world.member(name), kind="out-of-contact", on=MARCH)
    assert (client.count(url), listed(client, url)) == (one, 3)
