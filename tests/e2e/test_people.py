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


def test_migrant_is_proposed_by_home_and_ticked_by_the_unit_there(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/roster/")
    page.get_by_role("link", name="住在外面的").click()
    page.get_by_role("checkbox", name="罗远帆").check()
    page.get_by_label("他们所在地的组织").select_option(label="　　柳河村党支部")
    page.get_by_role("button", name="请那里的组织确认勾选的人").click()
    expect(page.locator("#messages")).to_contain_text("已提出 1 人")
    shot("away")
    page.get_by_role("button", name="退出").click()

    sign_in(page, world.outsider.username)
    page.get_by_role("link", name="1 人说是住到这里的").click()
    expect(page.get_by_role("checkbox", name="罗远帆")).not_to_be_checked()
    page.get_by_role("checkbox", name="罗远帆").check()
    page.get_by_role("button", name="勾选的确实在").click()
    expect(page.get_by_role("heading", name="说是在这里的")).to_have_count(0)
    page.goto(f"/units/{world.other_branch.pk}/record/")
    expect(page.locator("[data-tile]").filter(has_text="罗远帆")).to_be_visible()
