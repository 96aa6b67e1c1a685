"""From the printed slip to a password of one's own, by keyboard, in large print and in English."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.test_acts import sign_in
from tests.world import World


def test_slip_leads_to_a_password_of_one_s_own(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.clerk.username)
    page.get_by_role("link", name="账号").click()
    page.get_by_role("row").filter(has_text="东方晓").get_by_role("checkbox").check()
    page.get_by_role("button", name="打印登录条").click()
    shot("slips")
    username, password = page.locator(".slip .code").all_inner_texts()
    page.get_by_role("button", name="退出").click()
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("设置自己的密码")
    for box in ("新密码", "再输一遍"):
        page.get_by_label(box).fill("清风明月-照东岭")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("东岭村党支部还差谁？")


def test_entrance_works_by_keyboard_alone(page: Page, world: World) -> None:
    page.goto("/sign-in/")
    expect(page.get_by_label("登录名")).to_be_focused()
    page.keyboard.type(world.recorder.username)
    page.keyboard.press("Tab")
    page.keyboard.type("qingshan-2026")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="首页")).to_be_visible()


def test_large_print_and_english_are_one_press_away(page: Page, world: World, shot: Shot) -> None:
    page.goto("/sign-in/")
    page.get_by_role("button", name="长辈版").click()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    heights = page.locator("main button").evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    assert min(heights) >= 60
    shot("large-print")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert re.search("[\u4e00-\u9fff]", page.locator("main").inner_text()) is None
