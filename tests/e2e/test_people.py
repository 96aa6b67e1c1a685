"""People of a roster: several moved at once."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.test_acts import sign_in
from tests.world import World


def test_people_ticked_on_the_roster_move_together(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.clerk.username)
    page.goto(f"/units/{world.branch.pk}/roster/")
    for name in ("田守一", "何渺"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="把勾选的人转到…").click()
    expect(page.locator("h1")).to_have_text("这些人转到哪里？")
    page.get_by_label("转到").select_option(label="　　西岭村党支部")
    page.get_by_role("button", name="看看会发生什么").click()
    expect(page.locator(".will")).to_contain_text("2 人将自")
    expect(page.get_by_role("row", name="西岭村党支部")).to_contain_text("2 → 4")
    shot("transfer")
    page.get_by_role("button", name="确定办理").click()
    expect(page.locator("h1")).to_have_text("西岭村党支部有哪些人？")
    expect(page.locator("#messages")).to_contain_text("2 人自")
    expect(page.get_by_role("rowheader", name="何渺")).to_be_visible()
