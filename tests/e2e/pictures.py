"""Pictures of the pages with the demo county in them: ``make screenshots`` puts them into ``docs/screenshots``.

All people in them are fictional. With QISONG_DATA set to a demo county that is built already, that one is shown.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from qisong.ledger.models import PaperSheet
    from qisong.org.models import Unit
    from qisong.roster.models import ImportBatch

SCREENS = Path(__file__).parents[2] / "docs" / "screenshots"
WIDTHS = (1440, 768, 360)
PAPER = {"width": 794, "height": 1123}  # A4 at the 96 dots an inch of a page


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ.setdefault("QISONG_DATA", directory)
        os.environ["DJANGO_SETTINGS_MODULE"] = "qisong.config.settings"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        import django

        django.setup()
        show()


def show() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from qisong.config.demo import build
    from qisong.org.models import Site

    call_command("migrate", verbosity=0, interactive=False)
    if not Site.objects.exists():
        build(today=timezone.localdate())
    SCREENS.mkdir(parents=True, exist_ok=True)
    with serving() as address:
        photograph(address)


@contextmanager
def serving() -> Iterator[str]:
    from waitress.server import create_server

    from qisong.config.wsgi import application

    server = create_server(application, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def photograph(address: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for username, pages in albums().items():
            for width in WIDTHS:
                context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
                context.add_cookies([{"name": "sessionid", "value": session_of(username), "url": address}])
                page = context.new_page()
                for name, url in pages.items():
                    page.goto(address + url)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=False)
                    if width == WIDTHS[0]:
                        print_out(page, SCREENS / f"{name}-print.png")
                context.close()
        browser.close()


def print_out(page: Page, path: Path) -> None:
    """What the first sheet of paper shows."""
    size = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    page.screenshot(path=path, full_page=False)
    page.emulate_media(media="screen")
    page.set_viewport_size(size)


def albums() -> dict[str, dict[str, str]]:
    """For each login of the demo the pages to show, by name."""
    county, committee, branch = (unit_of(name).pk for name in ("office", "clerk", "recorder"))
    return {
        "recorder": own_pages(branch) | pages_of_paper(branch),
        "clerk": {
            "home-clerk": "/",
            "unit": f"/units/{committee}/",
            "roster": f"/units/{committee}/roster/",
            "imports": f"/units/{committee}/imports/",
            "review": f"/imports/{review_at(unit_of('clerk')).pk}/",
            "left": f"/units/{committee}/roster/left/",
            "history": f"/units/{branch}/history/",
            "attached": f"/units/{branch}/roster/attached/",
            "accounts": "/accounts/",
        },
        "office": {
            "county": f"/units/{county}/",
            "programme": "/programmes/seven-deliveries/",
            "open-round": "/programmes/seven-deliveries/rounds/open/",
            "group-ways": "/group-ways/",
            "changes": f"/units/{branch}/changes/",
            "split": f"/units/{branch}/changes/split/",
            "ties": f"/units/{branch}/ties/",
            "contact-points": "/ties/contact-point/",
            "briefing": f"/briefing/?unit={committee}",
        },
        "auditor": {"journal": "/journal/"},
    }


def own_pages(branch: int) -> dict[str, str]:
    """What a recorder opens every month."""
    from django.utils import timezone

    from qisong.coverage.gaps import gap_list
    from qisong.ledger.models import Activity
    from qisong.ledger.programmes import find_items

    today = timezone.localdate()
    gaps = gap_list(unit_of("recorder"), find_items(["lessons"], on=today), as_of=today, tree="then")
    member = next(one.member for one in gaps.names if one.member)
    act = Activity.objects.live().filter(unit=branch, parts__kind="meeting").first()
    assert act
    return {
        "home-recorder": "/",
        "record": f"/units/{branch}/record/",
        "names": f"/units/{branch}/names/?item=lessons",
        "act": f"/acts/{act.pk}/",
        "ledger": "/acts/",
        "member": f"/members/{member}/",
        "week": f"/units/{branch}/week/",
        "suggestions": "/suggestions/",
    }


def pages_of_paper(branch: int) -> dict[str, str]:
    sheet = sheet_at(unit_of("recorder"))
    return {
        "print-paper": f"/units/{branch}/paper/",
        "paper": f"/paper/printed/{sheet.batch}/",
        "type-back": f"/paper/{sheet.number}/back/",
        "survey": f"/units/{branch}/survey/",
        "survey-paper": f"/units/{branch}/survey/paper/",
        "contact-cards": f"/units/{branch}/contact-cards/",
    }


def sheet_at(unit: Unit) -> PaperSheet:
    """A numbered attendance sheet of everybody."""
    from django.utils import timezone

    from qisong.ledger.expecting import expected
    from qisong.ledger.papers import Listing, Plan, print_sheets
    from qisong.ledger.terms import SheetKind

    today = timezone.localdate()
    people = [one.member.pk for one in expected(unit, today).everybody]
    plan = Plan(on=today, place=unit.name)
    [sheet] = print_sheets(by=None, kind=SheetKind.ATTENDANCE, unit=unit, listings=[Listing(unit, people)], plan=plan)
    return sheet


def review_at(unit: Unit) -> ImportBatch:
    """A small roster with what goes wrong in most of them."""
    from django.utils import timezone

    from qisong.org.models import Unit
    from qisong.org.tree import tree_on
    from qisong.roster.importing import compare
    from tests.golden.containers import xlsx
    from tests.golden.people import person, sheet

    branch = Unit.objects.get(pk=tree_on(timezone.localdate()).children[unit.pk][0]).name
    odd = ({}, {"性别": "1"}, {"出生日期": "58.3.5"}, {"出生日期": "不记得"}, {"手机号": "1380000"})
    rows = [person(number, 所在党支部=branch, **wrong) for number, wrong in enumerate(odd, 1)]
    files = [("党员名册.xlsx", xlsx(sheet(rows)))]
    return compare(by=None, unit=unit, files=files, today=timezone.localdate())


def unit_of(username: str):  # type: ignore[no-untyped-def] # noqa: ANN201 - models cannot be named before setup
    from qisong.org.models import Account, Post

    person = Account.objects.get(username=username).person
    return Post.objects.filter(person=person).order_by("valid_from", "id")[0].unit


def session_of(username: str) -> str:
    """A session of a demo login, as if it had signed in and chosen a password."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from qisong.org.models import Account

    account = Account.objects.get(username=username)
    Account.objects.filter(pk=account.pk).update(first_password_until=None)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


if __name__ == "__main__":
    main()
