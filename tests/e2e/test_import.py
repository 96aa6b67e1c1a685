"""A clerk reads a roster in: errors at their cells, the mended file, applied, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qisong.roster.models import Member
from tests.e2e.conftest import Shot
from tests.e2e.test_acts import sign_in
from tests.golden.containers import number, xlsx
from tests.golden.people import person, sheet
from tests.world import World


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Three members, three slips: a number without its last digits, a day that is none, a code for a word."""
    rows = [person(1, 公民身份证号=number("990521195102021")), person(2, 出生日期="1952年2月30日"), person(3, 性别="1")]
    return written(tmp_path / "名册.xlsx", rows)


@pytest.fixture
def mended(tmp_path: Path) -> Path:
    return written(tmp_path / "名册（改好）.xlsx", [person(n) for n in (1, 2, 3)])


def written(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_bytes(xlsx(sheet(rows)))
    return path


def hand_in(page: Page, file: Path) -> None:
    page.set_input_files("[name=rosters]", file)
    page.get_by_role("button", name="上传并核对").click()


def names_on_the_roster(page: Page) -> list[str]:
    page.get_by_role("link", name="名册", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("有哪些人")
    listed = page.get_by_role("rowheader").all_inner_texts()
    return [name for name in ("赵青山", "钱秀兰", "孙德福") if any(name in text for text in listed)]


def test_errors_are_mended_applied_and_taken_back(
    page: Page, world: World, shot: Shot, wrong: Path, mended: Path
) -> None:
    sign_in(page, world.clerk.username)
    page.get_by_role("link", name="导入名册").first.click()
    hand_in(page, wrong)

    expect(page.locator("h1")).to_have_text("这份名册哪里要改？")
    for cell, advice in (("D5", "整列设为“文本”"), ("G6", "没有这一天"), ("E7", "请用文字填写")):
        marked = page.locator("td.marked", has=page.locator("b", has_text=cell))
        expect(marked).to_contain_text(advice)
    expect(page.get_by_role("complementary")).to_contain_text("性别：这一列只能填：男、女")
    expect(page.get_by_role("button", name="应用")).to_have_count(0)
    shot("import-errors")

    page.get_by_role("link", name="上传改好的名册").click()
    hand_in(page, mended)
    expect(page.locator(".foot")).to_contain_text("点“应用”将写入：新增 3 人。")
    shot("import-ready")
    page.get_by_role("button", name="应用").click()
    expect(page.locator(".answer")).to_contain_text("已写入：新增 3 人。")
    review = page.url
    assert names_on_the_roster(page) == ["赵青山", "钱秀兰", "孙德福"]

    page.goto(review)
    page.get_by_role("link", name="撤销").click()
    page.get_by_label("为什么？").fill("传错了文件")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".answer")).to_contain_text("已撤销")
    assert names_on_the_roster(page) == []
    assert Member.objects.count() == len(world.members)


def test_doubtful_row_is_decided_without_leaving_the_list(page: Page, world: World, shot: Shot, tmp_path: Path) -> None:
    sign_in(page, world.clerk.username)
    page.goto(f"/units/{world.committee.pk}/imports/")
    hand_in(
        page, written(tmp_path / "名册.xlsx", [person(1, 姓名="何渺", 性别="女", 出生日期=None, 公民身份证号=None)])
    )
    page.get_by_role("link", name="存疑 1").click()
    shot("import-doubtful")
    page.get_by_role("button", name="是这个人").click()
    expect(page.locator("tbody:target")).to_contain_text("已定：就是系统里的这位")
    expect(page.locator(".foot")).to_contain_text("点“应用”将写入：变更 1 人。")
