"""A member out of contact is found, and a problem is put right: two people, for nobody verifies their own case."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from qisong.casework.models import Case
from qisong.casework.terms import State
from tests.e2e.conftest import Shot
from tests.e2e.test_acts import sign_in
from tests.world import World


def later() -> str:
    return (timezone.localdate() + timedelta(days=30)).isoformat()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="退出").click()


def verified(page: Page, case: Case) -> None:
    page.goto(f"/cases/{case.pk}/")
    page.get_by_role("link", name="核实销号").click()
    page.get_by_role("button", name="核实销号").click()
    expect(page.locator(".answer").first).to_contain_text("已销号")


def test_member_out_of_contact_is_found_and_somebody_else_confirms_it(page: Page, world: World, shot: Shot) -> None:
    member = world.member("何渺")
    sign_in(page, world.recorder.username)
    page.goto(f"/members/{member.pk}/")
    page.get_by_role("link", name="查找本人").click()
    page.get_by_label("失去联系时间").fill("2026年3月")
    page.get_by_label("失去联系情形").select_option(label="外出务工经商")
    page.get_by_label("责任人").select_option(label="东方晓")
    page.get_by_label("期限").fill(later())
    page.get_by_role("button", name="立案").click()
    shot("search")

    lead = page.locator("form", has=page.get_by_role("heading", name="登记线索"))
    lead.get_by_label("找谁、查什么").select_option(label="亲属")
    lead.get_by_label("姓名").fill("何水")
    lead.get_by_label("怎么联系").fill("13700005678")
    lead.get_by_role("button", name="记下").click()
    expect(page.get_by_text("13700005678")).to_be_visible()

    tried = page.locator("form", has=page.get_by_role("heading", name="登记联系经过"))
    tried.get_by_label("方式").select_option(label="电话")
    tried.get_by_label("结果").select_option(label="与本人说上话了")
    tried.get_by_role("button", name="记下").click()
    page.get_by_role("link", name="登记已联系上").click()
    page.get_by_role("button", name="登记已联系上").click()
    expect(page.get_by_text("要由别人核实")).to_be_visible()
    expect(page.get_by_role("link", name="核实销号")).to_have_count(0)
    sign_out(page)

    sign_in(page, world.clerk.username)
    page.get_by_role("link", name="等核实销号").click()
    verified(page, Case.objects.get())
    expect(page.get_by_text("其余内容已在结案时清除")).to_be_visible()
    shot("search-closed")


def test_problem_is_put_right_and_verified_by_another(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.clerk.username)
    page.goto(f"/units/{world.branch.pk}/cases/")
    page.get_by_role("link", name="登记问题").click()
    page.get_by_label("问题", exact=True).fill("学习记录缺三次")
    page.get_by_label("方面").select_option(label="工作效率")
    page.get_by_label("责任人").select_option(label="东方晓")
    page.get_by_label("期限").fill(later())
    page.get_by_role("button", name="立案").click()
    case = Case.objects.get()
    sign_out(page)

    sign_in(page, world.recorder.username)
    page.goto("/cases/")
    page.get_by_role("link", name="学习记录缺三次").click()
    page.get_by_label("内容").fill("补上了三次记录")
    page.get_by_role("button", name="记下").click()
    page.get_by_role("link", name="申请销号").click()
    page.get_by_role("button", name="申请销号").click()
    page.goto(f"/cases/{case.pk}/settle/")
    page.get_by_role("button", name="核实销号").click()
    expect(page.locator("main")).to_contain_text("不能自己给自己销号")
    assert Case.objects.get().state == State.FIXED
    sign_out(page)

    sign_in(page, world.clerk.username)
    verified(page, case)
    shot("problem-closed")


def test_lax_branch_is_lifted_and_hears_nothing_of_it(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.office.username)
    page.goto(f"/units/{world.branch.pk}/cases/")
    page.get_by_role("link", name="整顿提升").click()
    page.get_by_label("整顿原因").fill("半年没有开会")
    page.get_by_label("责任人").select_option(label=world.clerk.person.name)
    page.get_by_label("期限").fill(later())
    page.get_by_role("button", name="立案").click()
    case = Case.objects.get()
    sign_out(page)

    sign_in(page, world.clerk.username)
    page.goto(f"/cases/{case.pk}/")
    page.get_by_label("内容").fill("补齐了班子")
    page.get_by_role("button", name="记下").click()
    page.get_by_role("link", name="申请销号").click()
    page.get_by_role("button", name="申请销号").click()
    expect(page.get_by_text("要由别人核实")).to_be_visible()
    expect(page.get_by_role("link", name="核实销号")).to_have_count(0)
    shot("lifting")
    sign_out(page)

    sign_in(page, world.recorder.username)
    assert page.goto(f"/cases/{case.pk}/").status == 404  # type: ignore[union-attr]
    page.goto(f"/units/{world.branch.pk}/cases/")
    expect(page.locator("main")).not_to_contain_text("整顿")
    page.goto("/")
    sign_out(page)

    sign_in(page, world.office.username)
    verified(page, case)
    shot("lifting-closed")


def test_what_somebody_found_in_themselves_is_theirs_and_their_verifiers(page: Page, world: World, shot: Shot) -> None:
    sign_in(page, world.recorder.username)
    page.goto("/cases/")
    page.get_by_role("link", name="登记自己的问题").click()
    page.get_by_label("问题", exact=True).fill("读得少")
    page.get_by_label("核实人").select_option(label=world.clerk.person.name)
    page.get_by_role("button", name="立案").click()
    case = Case.objects.get()
    page.get_by_label("内容").fill("每天读半小时")
    page.get_by_role("button", name="记下").click()
    page.get_by_role("link", name="申请销号").click()
    page.get_by_role("button", name="申请销号").click()
    shot("own")
    sign_out(page)

    sign_in(page, world.office.username)
    assert page.goto(f"/cases/{case.pk}/").status == 404  # type: ignore[union-attr]
    page.goto("/cases/")
    expect(page.locator("main")).not_to_contain_text("读得少")
    sign_out(page)

    sign_in(page, world.clerk.username)
    verified(page, case)
    shot("own-closed")
