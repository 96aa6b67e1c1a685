"""A sheet goes out and comes back; the keyboard alone types it, and the level above knows who was not listed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from qisong.ledger.models import Activity, Receipt
from tests.e2e.conftest import Shot
from tests.e2e.test_acts import sign_in
from tests.world import World


def test_sheet_goes_out_and_is_typed_back_by_keyboard(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.recorder.username)
    page.get_by_role("link", name="打印表格").click()
    page.fill("[name=on]", "2026-05-19")
    page.get_by_role("button", name="生成表格").click()
    number = page.locator(".numbered .number b").inner_text()
    shot("paper")
    page.goto("/paper/")
    type_out(page, number, "Enter")
    expect(page).to_have_url(re.compile(rf"/paper/{number}/back/$"))
    type_out(page, "1-2", "Tab", "3")
    expect(page.locator("[name=tick-present]:checked")).to_have_count(2)
    expect(page.locator("#will")).to_contain_text("实到 2 人，请假 1 人")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/acts/[0-9a-f-]{36}/$"))
    present = Receipt.objects.filter(item=None).values_list("member__person__name", flat=True)
    assert sorted(present) == ["东方晓", "田春禾"]


def type_out(page: Page, *typed: str) -> None:
    """Words into whatever has the focus, and keys by name between them."""
    for one in typed:
        if one in {"Tab", "Enter"}:
            page.keyboard.press(one)
        else:
            page.keyboard.type(one)


def test_ticks_and_row_numbers_follow_each_other(page: Page, world: World) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/paper/")
    page.get_by_role("button", name="生成表格").click()
    page.goto("/paper/")
    page.locator("ul.names a.who").first.click()
    page.fill("#rows-present", "2-4")
    page.locator("[name=tick-present][value='3']").uncheck()
    expect(page.locator("#rows-present")).to_have_value("2 4")
    page.locator("[name=tick-present][value='2']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#rows-present")).to_have_value("2-4")


def test_written_in_name_reaches_the_clerk(page: Page, world: World) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/paper/")
    page.get_by_role("button", name="生成表格").click()
    page.goto("/paper/")
    page.locator("ul.names a.who").first.click()
    page.fill("[name=on]", "2026-05-19")
    page.fill("#rows-present", "1")
    page.fill("#strangers", "西门三")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#messages")).to_contain_text("1 个名字已交上级辨认")
    page.get_by_role("button", name="退出").click()
    sign_in(page, world.account("clerk").username)
    page.get_by_role("link", name="名单以外的人").click()
    page.get_by_role("button", name="就是 西门三").click()
    expect(page.locator("h1")).to_have_text("纸上的这些人是谁？")
    act = Activity.objects.live().get()
    assert act.receipts.filter(item=None).count() == 2
