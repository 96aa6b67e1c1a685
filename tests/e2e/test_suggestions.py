"""Somebody without a login says what should be better; the office answers; the code reads the answer."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Shot
from tests.e2e.test_acts import sign_in
from tests.world import World

CODE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


def read_answer(page: Page, code: str) -> None:
    page.goto("/sign-in/")
    page.get_by_role("link", name="提意见建议").click()
    page.get_by_role("link", name="查看答复").click()
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查看").click()


def test_unnamed_suggestion_is_answered_and_read_by_its_code(page: Page, world: World, shot: Shot) -> None:
    page.goto("/sign-in/")
    page.get_by_role("link", name="提意见建议").click()
    page.get_by_label("您想说什么？").fill("送来的书字太小。")
    page.get_by_label("关于哪个组织").fill("东岭村党支部")
    shot("suggestions")
    page.get_by_role("button", name="发送").click()
    code = page.locator(".shown").inner_text()
    assert CODE.fullmatch(code)
    assert code not in page.url
    read_answer(page, code)
    expect(page.locator(".answer")).to_contain_text("还没有答复")

    sign_in(page, world.clerk.username)
    page.get_by_role("link", name="1 条意见建议等答复").click()
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.locator(".paper-text")).to_have_text("送来的书字太小。")
    page.get_by_label("我们的答复").fill("下次换大字的。")
    page.get_by_role("button", name="发出答复").click()
    expect(page.locator("#messages")).to_contain_text("已答复")
    page.get_by_role("button", name="退出").click()

    read_answer(page, code)
    expect(page.locator(".answer")).to_have_text("下次换大字的。")
