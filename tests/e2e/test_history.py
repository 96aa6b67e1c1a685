"""A recorder brings an old meeting workbook in: a name and a column explained, recorded, seen, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from qisong.ledger.models import Activity, Receipt
from tests.e2e.conftest import Shot
from tests.e2e.test_acts import sign_in
from tests.ledger.history.books import book
from tests.world import World


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Three meetings: one with a misspelt name, one without its day; the notes stand under a strange heading."""
    rows = [
        ["东岭村党支部2026年会议记录"],
        ["序号", "时间", "会议类型", "主题", "地点", "参加人员", "本次要事"],
        [1, "3月5日 15:00", "党员大会", "春季学习", "村部", "东方晓、田守一、罗远凡", "学习党章"],
        [2, "4月5日", "集中学习", "清明学习", "村部", "东方晓、田春禾", "学习党规"],
        [3, "5月", "集中学习", "五月学习", "村部", "东方晓", None],
    ]
    file = tmp_path / "东岭村旧台账.xlsx"
    file.write_bytes(book(*rows, merges=("A1:G1",)))
    return file


def test_old_meetings_are_explained_recorded_and_taken_back(
    page: Page, world: World, shot: Shot, records: Path
) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/")
    page.get_by_role("link", name="旧台账导入").click()
    page.set_input_files("[name=records]", records)
    shot("history-upload")
    page.get_by_role("button", name="上传并读取").click()

    expect(page.locator(".answer")).to_contain_text("1 次活动可以记录、1 次等您回答、1 次要在文件里改")
    expect(page.get_by_role("complementary")).to_contain_text("东岭村旧台账.xlsx Sheet1 B5")
    shot("history-questions")
    page.get_by_label("“本次要事”").select_option(label="内容")
    page.get_by_label("“罗远凡”").select_option(str(world.member("罗远帆").pk))
    page.get_by_role("button", name="保存回答").click()

    expect(page.locator(".foot")).to_contain_text("将记录 2 次活动。")
    expect(page.locator("#acts li").filter(has_text="2026-03-05")).to_contain_text("到场 3 人")
    shot("history-ready")
    page.get_by_role("button", name="记录", exact=True).click()

    expect(page.locator(".answer")).to_contain_text("记录了 2 次活动")
    shot("history-applied")
    review = page.url
    page.get_by_role("link", name="党员大会").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("党员大会")
    act = Activity.objects.get(on="2026-03-05")
    assert (act.minutes["agenda"], act.minutes["starts"]) == ("学习党章", "15:00")
    assert set(Receipt.objects.filter(activity=act).values_list("member", flat=True)) == {
        world.member(name).pk for name in ("东方晓", "田守一", "罗远帆")
    }

    page.goto(review)
    page.get_by_role("link", name="撤销").click()
    page.get_by_label("为什么？").fill("传错了文件")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".answer")).to_contain_text("已撤销")
    assert not Activity.objects.live().exists()


def test_questions_fit_a_phone(page: Page, world: World, shot: Shot, records: Path) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/history/")
    page.set_input_files("[name=records]", records)
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_label("“罗远凡”")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    shot("history-phone")
