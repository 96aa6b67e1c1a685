"""The survey of a branch, typed back from paper without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from qisong.roster.models import Need, SurveyReply, Wish
from tests.e2e.conftest import Shot
from tests.e2e.test_acts import sign_in
from tests.world import World


def focused(page: Page) -> str:
    """The name of the person in whose row one stands, and the box."""
    found: str = page.evaluate(
        "`${document.activeElement.closest('tr').querySelector('th').firstChild.textContent.trim()} "
        "${document.activeElement.name.replace(/[0-9]+$/, '')} ${document.activeElement.value}`"
    )
    return found


def tab_to(page: Page, name: str, value: str = "") -> None:
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("[document.activeElement.name?.replace(/[0-9]+$/, ''), document.activeElement.value]") in (
            [name, value],
            [name, "1"],
        ):
            return
    raise AssertionError(f"no box {name} {value} within sixty steps")


def test_three_members_are_typed_back_by_keyboard_alone(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.recorder.username)
    page.goto(f"/units/{world.branch.pk}/survey/")
    first, second, third = page.locator(".survey tbody th").evaluate_all(
        "heads => heads.slice(0, 3).map(head => head.firstChild.textContent.trim())"
    )
    page.locator("[name=on]").first.focus()
    tab_to(page, "asked")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert focused(page) == f"{second} asked 2"
    tab_to(page, "n", "audio")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert focused(page) == f"{third} n audio"
    tab_to(page, "w", "phone")
    page.keyboard.press("Space")
    tab_to(page, "t")
    page.keyboard.type("果树修剪")
    shot("survey")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message")).to_contain_text("已记下 3 人的答复")
    assert set(SurveyReply.objects.values_list("member__person__name", flat=True)) == {first, second, third}
    assert list(Need.objects.values_list("member__person__name", "kind")) == [(second, "audio")]
    assert list(Wish.objects.values_list("member__person__name", "ways", "topics")) == [(third, ["phone"], "果树修剪")]
