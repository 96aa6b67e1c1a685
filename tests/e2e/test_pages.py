"""Every page, on a phone: nothing sticks out, one heading, not too heavy, no breach of the content security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.desk.test_authz import may, url_at
from tests.e2e.conftest import Shot, watch
from tests.e2e.test_acts import sign_in
from tests.house.test_doors import matrix
from tests.world import World

HEAVIEST = 100_000
# Files to take away and redirections.
OTHERS = {
    "desk:unit-workbook",
    "desk:pivot-workbook",
    "desk:pivot-data",
    "desk:own-pivot",
    "desk:briefing-document",
    "desk:changed",
    "desk:survey-workbook",
    "desk:case-evidence",
    "desk:case-export",
    "desk:marked-import",
    "desk:marked-history",
    "desk:sign-in",
    "desk:health",
    "desk:calendar",
}


def pages(world: World, role: str) -> dict[str, str]:
    """Every address that shows a page to the role."""
    shown = [name for name, row in matrix().items() if may(row, "GET", role) and name not in OTHERS]
    return {name: url_at(world, "B1", name) for name in shown}


@pytest.mark.parametrize("role", ["office", "security-administrator", "auditor"])
def test_every_page_fits_a_phone(browser: Browser, live_server: LiveServer, world: World, role: str) -> None:
    troubles: list[str] = []
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 360, "height": 740})
    watch(context, troubles)
    page = context.new_page()
    sign_in(page, world.account(role).username)
    for name, url in pages(world, role).items():
        answer = page.goto(url)
        assert answer
        troubles += [f"{name}: {trouble}" for trouble in faults(page, len(answer.body()))]
    context.close()
    assert troubles == []


def faults(page: Page, weight: int) -> list[str]:
    found = []
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wider > 0:
        found.append(f"{wider} pixels too wide")
    if page.locator("h1").count() != 1:
        found.append("not one heading")
    if weight > HEAVIEST:
        found.append(f"{weight} bytes")
    return found


def test_briefing_opens_and_its_numbers_lead_to_rows(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.clerk.username)
    page.get_by_role("link", name="简报").click()
    shot("briefing")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载文档").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.locator(".paper-text a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("数的是哪些")
    expect(page.get_by_role("row")).not_to_have_count(0)


def test_page_prints_with_its_head_and_room_to_sign(page: Page, world: World) -> None:
    sign_in(page, world.office.username)
    page.goto(f"/units/{world.county.pk}/")
    page.emulate_media(media="print")
    parts = (".printhead", ".signatures", ".top", "nav.places", ".choices")
    assert [page.locator(part).is_visible() for part in parts] == [True, True, False, False, False]
