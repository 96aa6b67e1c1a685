"""The journeys run in the Chromium of the system, and every page they open is watched."""

import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response
from pytest_django.live_server_helper import LiveServer

from tests.needs import need

# Playwright keeps an event loop in the thread that also reads the database to see what a journey has written.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
REPORT = """addEventListener("securitypolicyviolation", (event) =>
  reportTrouble(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    require_chinese_font()
    return browser_type_launch_args | {"executable_path": str(need("chromium")), "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object], live_server: LiveServer) -> dict[str, object]:
    """Relative addresses lead to the live server: ``page.goto("/")``."""
    return browser_context_args | {"base_url": live_server.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


def require_chinese_font() -> None:
    listed = subprocess.run([need("fc-list"), ":lang=zh-cn"], capture_output=True, text=True, check=True)
    if not listed.stdout.strip():
        pytest.skip("没有中文字体，未运行 / not run: a Chinese font (fonts-noto-cjk) is missing")


@pytest.fixture
def context(context: BrowserContext) -> Generator[BrowserContext]:
    """Fails the journey if any of its pages broke the content security policy, wrote an error or met a 5xx."""
    troubles: list[str] = []
    watch(context, troubles)
    yield context
    assert troubles == []


def watch(context: BrowserContext, troubles: list[str]) -> None:
    def report(trouble: str) -> None:
        troubles.append(trouble)

    def hear(message: ConsoleMessage) -> None:
        # A refused form also writes such a line; what was missing or broke is told by the responses.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            troubles.append(f"console {message.text}")

    def see(response: Response) -> None:
        missing = response.status == 404 and response.request.resource_type not in {"document", "xhr", "fetch"}
        if missing or response.status >= 500:
            troubles.append(f"{response.status} {response.url}")

    context.expose_function("reportTrouble", report)
    context.add_init_script(REPORT)
    context.on("console", hear)
    context.on("weberror", lambda error: troubles.append(f"script {error.error}"))
    context.on("response", see)


@pytest.fixture
def shot(page: Page, request: pytest.FixtureRequest) -> "Shot":
    return Shot(page, Path(os.environ.get("SHOTS", request.config.rootpath / "test-results" / "shots")))


class Shot:
    """Takes a picture of the whole page under a name: ``shot("gap-list")``; ``SHOTS`` says into which folder."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder

    def __call__(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)
