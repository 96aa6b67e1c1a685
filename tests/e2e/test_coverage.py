"""Who is missing: from the gap list to a visit to an empty line; and a branch that moves, seen then and now."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.test_acts import save, sign_in
from tests.world import World


def test_gap_closes_by_a_home_visit(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/names/?item=constitutions")
    row = page.get_by_role("row").filter(has_text="田守一")
    shot("names")
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="记一次走访").click()
    expect(page.locator("[name=present]:checked")).to_have_count(1)
    page.fill("#each-constitutions", "1")
    save(page)
    page.goto(f"/units/{world.branch.pk}/names/?item=constitutions")
    expect(page.get_by_role("row").filter(has_text="田春禾")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="田守一")).to_have_count(0)


def test_county_to_a_name_in_four_clicks(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.office.username)
    page.get_by_role("link", name="还差谁").first.click()
    shot("county")
    page.get_by_role("rowheader").get_by_role("link", name="东岭镇党委").click()
    page.get_by_role("rowheader").get_by_role("link", name="东岭村党支部").click()
    page.get_by_role("row").filter(has_text="东岭村党支部").get_by_role("link").filter(has_text="/").first.click()
    expect(page.get_by_role("row").filter(has_text="田守一")).to_be_visible()


def test_moved_branch_is_seen_then_and_now(page: Page, world: World) -> None:
    sign_in(page, world.office.username)
    page.goto(f"/units/{world.branch.pk}/changes/move/")
    page.select_option("[name=parent]", value=str(world.other_committee.pk))
    page.fill("[name=on]", date(2026, 6, 1).isoformat())
    page.get_by_role("button", name="看看会发生什么").click()
    page.get_by_role("button", name="确定办理").click()
    expect(page.locator(".message.success, h1").first).to_be_visible()
    for tree, committee in (("then", world.committee), ("now", world.other_committee)):
        page.goto(f"/units/{committee.pk}/?on=2026-05-01&tree={tree}")
        expect(page.get_by_role("rowheader").filter(has_text="东岭村党支部")).to_be_visible()
    page.goto(f"/units/{world.committee.pk}/?on=2026-05-01&tree=now")
    expect(page.get_by_role("rowheader").filter(has_text="东岭村党支部")).to_have_count(0)


def test_crossed_figures_change_with_a_choice_and_lead_to_names(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.clerk.username)
    page.goto(f"/units/{world.committee.pk}/")
    page.get_by_role("link", name="按方式、情形、日期看").click()
    page.focus("[name=rows]")
    page.select_option("[name=rows]", "circumstance")
    expect(page.get_by_role("rowheader", name="流动外出")).to_be_visible()
    expect(page.locator("[name=rows]")).to_be_focused()
    shot("crossed")
    page.get_by_role("row").filter(has_text="流动外出").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("还差")


def test_slider_shows_another_day_by_keyboard(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.clerk.username)
    page.goto(f"/units/{world.committee.pk}/days/")
    slider = page.get_by_role("slider")
    before = page.locator("p.answer").inner_text()
    slider.focus()
    slider.press("Home")
    expect(page.locator("p.answer")).not_to_have_text(before)
    expect(page.get_by_role("slider")).to_have_value("0")
    expect(page.get_by_role("row").filter(has_text="2026年2月1日")).to_be_visible()
    shot("days")
