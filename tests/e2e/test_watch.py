"""The watch over the journeys must be able to cry out."""

import pytest
from playwright.sync_api import Browser, Route

from tests.e2e.conftest import watch

CLOSED = {"content-type": "text/html", "content-security-policy": "default-src 'self'; img-src 'self' data:"}


def troubles_of(browser: Browser, body: str) -> list[str]:
    troubles: list[str] = []
    context = browser.new_context(base_url="http://house.invalid")
    watch(context, troubles)
    page = context.new_page()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://house.invalid")
        if path == "/":
            route.fulfill(headers=CLOSED, body=body)
        else:
            route.fulfill(status=int(path[1:4]), body="")

    page.route("**/*", answer)
    page.goto("/")
    page.wait_for_timeout(200)
    context.close()
    return troubles


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<script>document.title = 1</script>", "CSP script-src-elem inline"),
        ("<p style='color: red'>x</p>", "CSP style-src-attr inline"),
        ("<img src='/404.png'>", "404 http://house.invalid/404.png"),
        ("<img src='/500.png'>", "500 http://house.invalid/500.png"),
    ],
)
def test_watch_tells_what_a_page_did_wrong(browser: Browser, body: str, said: str) -> None:
    assert [trouble for trouble in troubles_of(browser, body) if trouble.startswith(said)] != []


def test_watch_is_silent_over_a_good_page(browser: Browser) -> None:
    good = "<!doctype html><link rel='icon' href='data:,'><h1>七送</h1>"
    assert troubles_of(browser, good) == []
