"""Every page for those who see, hear or move otherwise: axe-core, large print, zoom, the system's own colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.e2e.test_acts import sign_in
from tests.e2e.test_pages import pages
from tests.world import World

GRAVE = {"serious", "critical"}
ROLES = ["office", "security-administrator", "auditor"]
PUBLIC = {"sign-in": "/sign-in/"}


def opened(page: Page, world: World, role: str) -> Iterator[tuple[str, Page]]:
    """Every page of the role, one after the other."""
    sign_in(page, world.account(role).username)
    for name, url in pages(world, role).items():
        page.goto(url)
        yield name, page


def grave_findings(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations if one["impact"] in GRAVE]


@pytest.mark.parametrize("role", ROLES)
def test_axe_has_nothing_grave_to_say(browser: Browser, live_server: LiveServer, world: World, role: str) -> None:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", bypass_csp=True)
    found = {name: said for name, page in opened(context.new_page(), world, role) if (said := grave_findings(page))}
    context.close()
    assert found == {}


def test_axe_has_nothing_grave_to_say_before_signing_in(
    browser: Browser, live_server: LiveServer, world: World
) -> None:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", bypass_csp=True)
    page = context.new_page()
    page.goto("/sign-in/")
    assert grave_findings(page) == []
    context.close()


def too_wide(page: Page) -> int:
    wider: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(wider, 0)


@pytest.mark.parametrize(
    ("width", "elder"), [(683, False), (360, True), (1366, True)], ids=["zoomed-twice", "phone-large", "desk-large"]
)
def test_every_page_fits_enlarged(
    browser: Browser, live_server: LiveServer, world: World, width: int, *, elder: bool
) -> None:
    """A screen of 1366 pixels enlarged twice is 683 pixels wide."""
    size = {"width": width, "height": 768}
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport=size)
    if elder:
        context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
    found = {name: wide for name, page in opened(context.new_page(), world, "office") if (wide := too_wide(page))}
    context.close()
    assert found == {}


def test_large_print_is_large_and_easy_to_hit(browser: Browser, live_server: LiveServer, world: World) -> None:
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
    page = context.new_page()
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/record/")
    small = page.evaluate("""[...document.querySelectorAll("button, .button, input:not([type=hidden]), select")]
      .filter((one) => one.checkVisibility() && one.type !== "checkbox" && one.getBoundingClientRect().height < 60)
      .map((one) => one.outerHTML.slice(0, 120))""")
    assert (page.evaluate("getComputedStyle(document.body).fontSize"), small) == ("22px", [])
    context.close()


def test_forced_colours_keep_every_control_in_sight(browser: Browser, live_server: LiveServer, world: World) -> None:
    """Where the system takes backgrounds away, a control is known by its edge."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", forced_colors="active")
    bare = """[...document.querySelectorAll("button:not(.plain), .button, input:not([type=hidden]), select, textarea")]
      .filter((one) => one.checkVisibility() && getComputedStyle(one).borderTopWidth === "0px" &&
        !["checkbox", "radio", "file"].includes(one.type)).map((one) => one.outerHTML.slice(0, 120))"""
    found = {name: said for name, page in opened(context.new_page(), world, "office") if (said := page.evaluate(bare))}
    context.close()
    assert found == {}


def test_focus_is_seen_on_whatever_has_it(browser: Browser, live_server: LiveServer, world: World) -> None:
    """Tab through the sheet of an act: each stop has an outline of three pixels."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/record/")
    unseen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "(() => { const it = document.activeElement, style = getComputedStyle(it.closest('.tile label') ?? it);"
            "return [getComputedStyle(it).outlineWidth, style.outlineWidth, it.outerHTML.slice(0, 90)] })()"
        )
        if "3px" not in outline[:2] and not outline[2].startswith("<body"):
            unseen.append(outline[2])
    context.close()
    assert unseen == []
