"""What a recorder does: one act of several parts, a visit that closes a gap, a wrong act taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from qisong.ledger.models import Activity, Receipt
from tests.e2e.conftest import Shot
from tests.world import PASSWORD, World


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    expect(page.locator("h1")).to_be_visible()


def tile(page: Page, name: str) -> Locator:
    """The place of a person in the grid of names; the words themselves are pressed, as a finger would."""
    return page.locator("[data-tile]").filter(has_text=name)


def save(page: Page) -> None:
    page.get_by_role("button", name="记下").click()
    expect(page).to_have_url(re.compile(r"/acts/[0-9a-f-]{36}/$"))


def test_scene_is_one_act_of_several_parts(page: Page, world: World, shot: Shot) -> None:
    """A leader visits a branch, brings material, pins on each badge; they renew the oath together."""
    sign_in(page, world.recorder.username)
    page.get_by_role("link", name="记一次活动").first.click()
    for part in ("走访", "宣誓"):
        page.get_by_label(part, exact=True).check()
    page.get_by_label("带队").select_option(label=world.leader.name)
    page.get_by_role("button", name="在家的都到了").click()
    expect(page.locator("[name=present]:checked")).to_have_count(2)
    for item in ("constitutions", "rules", "badges"):
        page.fill(f"#each-{item}", "1")
        page.select_option(f"[name=source-{item}]", "giver")
    expect(page.locator("#will")).to_contain_text("应到 2 人，实到 2 人")
    shot("record")
    save(page)
    act = Activity.objects.get()
    assert sorted(act.parts.values_list("kind", flat=True)) == ["badge", "hand-over", "meeting", "oath", "visit"]
    given = Receipt.objects.filter(activity=act, item__isnull=False)
    assert set(given.values_list("giver_person", flat=True)) == {world.leader.pk}
    shot("act")


def test_usual_meeting_takes_few_clicks(page: Page, world: World) -> None:
    sign_in(page, world.recorder.username)
    clicks = [
        page.get_by_role("link", name="记一次活动").first,
        page.get_by_role("button", name="在家的都到了"),
        tile(page, "田春禾").locator(".who"),
        page.get_by_role("button", name="记下"),
    ]
    for click in clicks[:2]:
        click.click()
    expect(page.locator("[name=present]:checked")).to_have_count(2)
    clicks[2].click()
    expect(page.locator("[name=leave]:checked")).to_have_count(1)
    clicks[3].click()
    expect(page.locator(".message.success")).to_contain_text("应到 2 人，实到 1 人，请假 1 人")
    assert len(clicks) <= 6


def test_name_goes_from_present_to_leave_to_nothing(page: Page, world: World) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/record/")
    who = tile(page, "东方晓")
    boxes = [who.locator("[name=present]"), who.locator("[name=leave]")]
    for expected in ([True, False], [False, True], [False, False]):
        who.locator(".who").click()
        assert [box.is_checked() for box in boxes] == expected


def test_visit_closes_the_gap_of_a_person(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.recorder.username)
    member = world.member("田守一")
    page.goto(f"/members/{member.pk}/")
    expect(page.get_by_text("还没有。")).to_be_visible()
    page.get_by_role("link", name="记一次走访").click()
    expect(tile(page, "田守一").locator("[name=present]")).to_be_checked()
    page.fill("#each-constitutions", "1")
    save(page)
    page.goto(f"/members/{member.pk}/")
    expect(page.locator(".names").first).to_contain_text("党章")
    shot("member")


def test_wrong_act_is_taken_back(page: Page, world: World) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/record/")
    tile(page, "东方晓").locator(".who").click()
    save(page)
    page.get_by_role("link", name="作废", exact=True).first.click()
    page.get_by_label("为什么？").fill("记错了支部")
    page.get_by_role("button", name="作废").click()
    expect(page.locator(".message.warning")).to_contain_text("记错了支部")
    assert Activity.objects.live().count() == 0


def test_draft_survives_a_wrong_click(page: Page, world: World) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/record/")
    tile(page, "东方晓").locator(".who").click()
    page.fill("#each-rules", "2")
    page.goto("/")
    page.go_back()
    expect(tile(page, "东方晓").locator("[name=present]")).to_be_checked()
    expect(page.locator("#each-rules")).to_have_value("2")


def test_sheet_works_by_keyboard_alone(page: Page, world: World) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/record/")
    box = tile(page, "东方晓").locator("[name=present]")
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/acts/[0-9a-f-]{36}/$"))
    assert Receipt.objects.filter(item=None).count() == 1
