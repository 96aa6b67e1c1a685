import re
from datetime import date, timedelta

from django.utils import timezone

from qisong.desk.pages.today import today_page, when
from tests.desk.conftest import SignedIn
from tests.desk.reading import text_of
from tests.desk.test_home import plain
from tests.org.todo_lines import only, todo
from tests.world import World


def test_todos_stand_under_their_days(signed_in: SignedIn, world: World) -> None:
    today = timezone.localdate()
    lines = [
        todo("盘点", today),
        todo("回访", today + timedelta(days=4), 3),
        todo("建档"),
        todo("过期的", today - timedelta(days=9)),
    ]
    with only(*lines):
        page = plain(text_of(signed_in(world.recorder).get("/today/")))
    order = [
        "1 项已过期、1 项今天到期、3 项十天之内到期",
        "已过期 过期的",
        "今天到期 盘点",
        "十天之内 回访 3",
        "没有日期 建档",
    ]
    places = [page.find(part) for part in order]
    assert (min(places) >= 0, places == sorted(places)) == (True, True)


def test_each_line_leads_to_its_page_and_what_is_asked_there(signed_in: SignedIn, world: World) -> None:
    line = todo("盘点", timezone.localdate())
    asked = type(line)(line.text, "desk:names", (world.branch.pk,), line.due, "?item=rules")
    with only(asked):
        client = signed_in(world.recorder)
        pages = [text_of(client.get(url)) for url in ("/today/", "/")]
    links = [re.findall(r'href="([^"]+)">盘点', page) for page in pages]
    assert links == [[f"/units/{world.branch.pk}/names/?item=rules"]] * 2


def test_home_leads_here_and_tells_for_how_many_a_line_stands(signed_in: SignedIn, world: World) -> None:
    with only(todo("盘点", count=4), todo("一件")):
        page = text_of(signed_in(world.recorder).get("/"))
    assert ('href="/today/"' in page, "盘点 4 一件" in plain(page)) == (True, True)


def test_working_days_are_told_across_the_national_holiday() -> None:
    today = date(2026, 9, 30)
    told = [when(day, today) for day in (date(2026, 10, 10), date(2026, 9, 28), today)]
    assert told == [
        "10月10日前，还有 3 个工作日",
        "期限是9月28日，已过 2 个工作日",
        "",
    ]
    # Beyond the table, Tuesday to Monday.
    assert when(date(2098, 1, 6), date(2097, 12, 31)) == "2098年1月6日前，还有 4 个工作日"


def test_year_without_announced_holidays_is_named(world: World) -> None:
    scope = world.scope("recorder")
    with only(todo("明年的", date(2099, 3, 2)), todo("今年的", date(2026, 3, 2))):
        assert today_page(scope).guessed == 2099
    with only(todo("今年的", date(2026, 3, 2))):
        assert today_page(scope).guessed is None


def test_nothing_due_is_said(signed_in: SignedIn, world: World) -> None:
    with only():
        page = text_of(signed_in(world.recorder).get("/today/"))
    assert ("十天之内没有到期的事项。" in page, "<h2>" in page) == (True, False)


def test_queries_do_not_grow_with_todos(signed_in: SignedIn, world: World) -> None:
    client, counts = signed_in(world.recorder), []
    for n in (1, 3):
        with only(*[todo(str(one), timezone.localdate()) for one in range(n)]):
            counts.append(client.count("/today/"))
    assert counts[0] == counts[1]
