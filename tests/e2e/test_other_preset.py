"""The journey of a union's registrar: who is still missing, a call with kits, the bulletin; never a word of the first
preset on the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from qisong.ledger.models import Activity, Receipt
from tests.e2e.conftest import Shot
from tests.e2e.test_acts import save, sign_in, tile
from tests.house.test_other_preset import words_of_the_first
from tests.union import make_union, take_kits
from tests.world import World


@pytest.fixture
def union(db: None) -> World:
    world = make_union()
    take_kits(world)
    return world


def test_registrar_brings_kits_and_sees_who_is_left(page: Page, union: World, shot: Shot) -> None:
    sign_in(page, union.recorder.username)
    expect(page).to_have_title("首页 · 送温暖")
    said = [page.locator("body").inner_text()]
    shot("union-home")
    page.get_by_role("link", name="记一次活动").first.click()
    page.get_by_label("走访慰问", exact=True).check()
    page.get_by_label("座谈和会议", exact=True).uncheck()
    tile(page, "田守一").locator(".who").click()
    page.fill("#each-kits", "1")
    expect(page.locator("#will")).to_contain_text("节日慰问包")
    said.append(page.locator("body").inner_text())
    shot("union-record")
    save(page)
    said.append(page.locator("body").inner_text())
    receipt = Receipt.objects.get(item__code="kits")
    assert (receipt.member.person.name, receipt.holder) == ("田守一", union.branch)
    assert list(Activity.objects.order_by("pk").last().parts.values_list("kind", flat=True)) == ["visit", "hand-over"]
    page.get_by_role("link", name="通报").first.click()
    expect(page.locator(".paper-text")).to_contain_text("节日慰问包：应送4户，已到手1户")
    said.append(page.locator("body").inner_text())
    assert words_of_the_first("\n".join(said)) == set()
