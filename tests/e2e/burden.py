"""What ten everyday jobs cost a person, done by a scripted browser: ``make burden`` writes ``docs/burden.md``.

Clicks and keys are counted as they are made; beside the seconds of the machine stands what hands would take:
half a second a key and 1.3 seconds a click, as for somebody who looks for each key. A Chinese character is three keys.
"""

from __future__ import annotations

import os
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.pictures import serving, session_of, unit_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PAGE = Path(__file__).parents[2] / "docs" / "burden.md"
A_KEY, A_CLICK, A_CHARACTER = 0.5, 1.3, 3


@dataclass
class Hand:
    """Does what a hand would do on a page, and counts it."""

    page: Page
    site: str
    clicks: int = 0
    keys: int = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += key.count("+") + 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.keys += sum(1 if letter.isascii() else A_CHARACTER for letter in text)
        self.page.keyboard.type(text)

    def pick(self, target: Locator, label: str) -> None:
        """Open a list and choose from it."""
        self.clicks += 2
        target.select_option(label=label)

    def hand_in(self, target: Locator, name: str, content: bytes) -> None:
        """Open the dialog, choose a file, confirm."""
        self.clicks += 3
        target.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True).first)

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    @property
    def seconds(self) -> float:
        return self.keys * A_KEY + self.clicks * A_CLICK


@dataclass(frozen=True)
class Job:
    zh: str
    en: str
    username: str
    do: Callable[[Hand], None]


def sheet_on_paper() -> str:
    """The number of a sheet of thirty that was printed before; no part of the job."""
    from qisong.ledger.expecting import expected
    from qisong.ledger.papers import Listing, Plan, print_sheets
    from qisong.ledger.terms import SheetKind

    unit = unit_of("recorder")
    people = [one.member.pk for one in expected(unit, today()).everybody][:30]
    [sheet] = print_sheets(
        by=None, kind=SheetKind.ATTENDANCE, unit=unit, listings=[Listing(unit, people)], plan=Plan(on=today())
    )
    return sheet.number


def today():  # type: ignore[no-untyped-def] # noqa: ANN201 - Django is set up first
    from django.utils import timezone

    return timezone.localdate()


def record_a_meeting(hand: Hand) -> None:
    hand.link("记一次活动")
    hand.button("在家的都到了")
    hand.page.locator("[name=present]:checked").first.wait_for()
    hand.press("Control+Enter")
    hand.page.wait_for_url("**/acts/*/")


def type_thirty_back(hand: Hand) -> None:
    number = sheet_on_paper()
    hand.link("补录纸质表")
    hand.type(number)
    hand.press("Enter")
    hand.page.wait_for_url("**/back/")
    hand.type("1-12 14-23 25-30")
    hand.press("Tab")
    hand.type("13 24")
    hand.press("Control+Enter")
    hand.page.wait_for_url("**/acts/*/")


def take_back_an_act(hand: Hand) -> None:
    hand.link("活动记录")
    hand.click(hand.page.locator("tbody th a").first)
    hand.link("作废")
    hand.click(hand.page.locator("[name=reason]"))
    hand.type("记错了日期")
    hand.press("Control+Enter")
    hand.page.wait_for_url("**/acts/*/")


def visit_two(hand: Hand) -> None:
    hand.link("看名单")
    ticks = hand.page.locator("input[name=for]")
    for number in range(min(2, ticks.count())):
        hand.click(ticks.nth(number))
    hand.button("记一次走访（勾选的人）")
    hand.page.locator("[name=present]:checked").first.wait_for()
    hand.press("Control+Enter")
    hand.page.wait_for_url("**/acts/*/")


def print_visit_sheet(hand: Hand) -> None:
    hand.link("看名单")
    ticks = hand.page.locator("input[name=for]")
    for number in range(min(3, ticks.count())):
        hand.click(ticks.nth(number))
    hand.button("给勾选的人打印走访单")
    hand.click(hand.page.locator("[name=items]").first)
    hand.button("生成表格")
    hand.page.wait_for_url("**/printed/*/")


def read_the_week(hand: Hand) -> None:
    hand.link("本周要做的事")
    hand.page.locator(".week").first.wait_for()


def move_three(hand: Hand) -> None:
    branch = unit_of("recorder")
    hand.page.goto(f"{hand.site}/units/{branch.pk}/roster/")
    ticks = hand.page.locator("tbody input[type=checkbox]")
    for number in range(3):
        hand.click(ticks.nth(number))
    hand.button("把勾选的人转到…")
    options = hand.page.get_by_label("转到").locator("option").all_inner_texts()
    hand.pick(hand.page.get_by_label("转到"), options[-1])
    hand.button("看看会发生什么")
    hand.button("确定办理")
    hand.page.wait_for_url("**/roster/")


def hand_over_the_post(hand: Hand) -> None:
    from qisong.org.models import Post

    branch = unit_of("recorder")
    post = Post.objects.filter(unit=branch, role="recorder", valid_to=None).latest("pk")
    hand.page.goto(f"{hand.site}/units/{branch.pk}/ties/")
    hand.click(hand.page.locator(f"a[href='/ties/post/{post.pk}/hand-over/']"))
    hand.click(hand.page.locator("[name=name]"))
    hand.type("新来客")
    hand.press("Control+Enter")
    hand.page.locator(".slip").wait_for()


def bring_old_meetings(hand: Hand) -> None:
    from qisong.ledger.expecting import expected
    from tests.ledger.history.books import meeting, meetings

    unit = unit_of("recorder")
    people = [one.member.person.name for one in expected(unit, today()).home][:20]
    days = [today() - timedelta(days=400 + 7 * week) for week in range(40)]
    rows = [meeting(day.isoformat(), "、".join(people)) for day in days]
    hand.page.goto(f"{hand.site}/units/{unit.pk}/history/")
    hand.hand_in(hand.page.locator("input[type=file]"), "会议记录.xlsx", meetings(*rows, title=f"{unit.name}会议记录"))
    hand.button("上传并读取")
    hand.page.get_by_role("button", name="记录", exact=True).first.wait_for(timeout=120_000)
    hand.button("记录")
    hand.page.get_by_text("撤销（").first.wait_for(timeout=120_000)


def type_three_answers(hand: Hand) -> None:
    unit = unit_of("recorder")
    hand.page.goto(f"{hand.site}/units/{unit.pk}/survey/")
    asked = hand.page.locator("input[name=asked]")
    asked.first.focus()
    for number in range(3):
        asked.nth(number).focus()
        hand.press("Space", "Tab", "Tab", "Space", "Enter")
    hand.press("Control+Enter")
    hand.page.wait_for_load_state("networkidle")


def write_the_briefing(hand: Hand) -> None:
    hand.link("简报")
    with hand.page.expect_download(timeout=120_000):
        hand.link("下载文档")


JOBS = [
    Job("记一次集中学习，在家的都到了", "Record a meeting to which all at home came", "recorder", record_a_meeting),
    Job("补录一张 30 人的签到册", "Type back an attendance sheet of 30", "recorder", type_thirty_back),
    Job("记一次走访，看望名单上两个人", "Record a visit to two of those missing", "recorder", visit_two),
    Job("给三个人打印走访单", "Print a visit sheet for three", "recorder", print_visit_sheet),
    Job("看这周要做什么", "See what is to be done this week", "recorder", read_the_week),
    Job("作废一次记错的活动", "Take back an act recorded wrongly", "recorder", take_back_an_act),
    Job("录三个人的摸底答复", "Type in what three people answered", "recorder", type_three_answers),
    Job("把 40 次会议的旧台账导进来", "Bring in an old workbook of 40 meetings", "recorder", bring_old_meetings),
    Job("三个人转到另一个组织", "Transfer three people", "clerk", move_three),
    Job("换信息员：交接清单和登录单", "A new recorder: hand-over paper and login", "clerk", hand_over_the_post),
    Job("出一期简报", "Write the briefing", "office", write_the_briefing),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ.setdefault("QISONG_DATA", directory)
        os.environ["DJANGO_SETTINGS_MODULE"] = "qisong.config.settings"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        import django

        django.setup()
        from django.core.management import call_command

        from qisong.config.demo import build
        from qisong.org.models import Site

        call_command("migrate", verbosity=0, interactive=False)
        if not Site.objects.exists():
            build(today=today())
        with serving() as address:
            rows = measured(address)
    PAGE.write_text(written(rows), encoding="utf-8")


def measured(address: str) -> list[tuple[Job, Hand, float]]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        done = [(job, *timed(job, browser, address)) for job in JOBS]
        browser.close()
    return done


def timed(job: Job, browser: Browser, address: str) -> tuple[Hand, float]:
    """Begins on the first page, signed in, as somebody does who has the program open."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_cookies([{"name": "sessionid", "value": session_of(job.username), "url": address}])
    page = context.new_page()
    page.goto(address)
    hand, start = Hand(page, address), time.monotonic()
    job.do(hand)
    seconds = time.monotonic() - start
    context.close()
    return hand, seconds


def written(rows: list[tuple[Job, Hand, float]]) -> str:
    lines = [line(number, *row) for number, row in enumerate(rows, 1)]
    return HEAD.format(machine=f"{platform.machine()}, {os.cpu_count()} cores") + "\n".join(lines) + "\n"


def line(number: int, job: Job, hand: Hand, seconds: float) -> str:
    counts = f"{hand.clicks} | {hand.keys} | {seconds:.1f} | {hand.seconds + seconds:.0f}"
    return f"| {number} | {job.zh}<br>{job.en} | {counts} |"


HEAD = """# 日常工作有多重 · The burden of everyday jobs

Done by a scripted browser in the demo county, from the first page of somebody who is signed in; `make burden` measures
it anew. Machine: {machine}. *Machine* is what the pages themselves took; *person* adds half a second for each key and
1.3 seconds for each click, as for somebody who looks for each key. A Chinese character counts as three keys, choosing
from a list as two clicks, choosing a file as three. Reading and thinking are not in it.

| | 工作 · job | 点击 clicks | 按键 keys | 机器 machine, s | 人 person, s |
|---|---|---|---|---|---|
"""


if __name__ == "__main__":
    main()
