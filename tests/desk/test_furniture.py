import re
from html import unescape

import pytest

from qisong.org.models import Site
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.world import World


def places_of(page: str) -> list[str]:
    nav = page.split('class="places"')[1].split("</nav>", maxsplit=1)[0] if 'class="places"' in page else ""
    return [unescape(label.strip()) for label in re.findall(r">([^<>]+)</a", nav)]


@pytest.mark.parametrize(
    ("role", "places"),
    [
        (
            "office",
            [
                "首页",
                "还差谁",
                "活动记录",
                "办理事项",
                "补录纸质表",
                "名册",
                "导入名册",
                "简报",
                "专项活动",
                "联系点",
                "结对",
                "意见建议",
                "账号",
            ],
        ),
        ("recorder", ["首页", "还差谁", "活动记录", "办理事项", "补录纸质表", "名册", "简报", "专项活动"]),
        ("visitor", ["首页", "活动记录", "补录纸质表"]),
        ("auditor", ["首页", "还差谁", "简报", "专项活动", "操作日志"]),
        ("security-administrator", ["首页", "账号"]),
        ("system-administrator", ["首页"]),
    ],
)
def test_navigation_offers_what_the_post_may_open(
    signed_in: SignedIn, world: World, role: str, places: list[str]
) -> None:
    assert places_of(text_of(signed_in(world.account(role)).get("/"))) == places


def test_every_place_of_the_navigation_opens(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.office)
    nav = text_of(client.get("/")).split('class="places"')[1].split("</nav>")[0]
    links = re.findall(r'href="([^"]+)"', nav)
    assert [(link, client.get(link).status_code) for link in links] == [(link, 200) for link in links]


def test_header_names_the_unit_the_day_and_the_person(signed_in: SignedIn, world: World) -> None:
    header = text_of(signed_in(world.recorder).get("/")).split("</header>")[0]
    assert [word in header for word in ("七送", "东岭村党支部", "东方晓", "星期", "长辈版", "退出")] == [True] * 6


def test_stranger_sees_the_county_and_no_navigation(visitor: Reader, world: World) -> None:
    page = text_of(visitor.get("/sign-in/"))
    assert ("青山县委" in page, places_of(page), "退出" in page) == (True, [], False)


def test_page_stands_before_a_county_is_founded(visitor: Reader, db: None) -> None:
    assert (Site.objects.count(), visitor.get("/sign-in/").status_code) == (0, 200)


def test_words_of_the_county_are_its_own(signed_in: SignedIn, world: World) -> None:
    page = text_of(signed_in(world.office).get("/ties/contact-point/"))
    assert ("党员领导干部" in page, "<h1>联系点</h1>" in "".join(page.split())) == (True, True)
