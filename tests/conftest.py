from collections.abc import Generator
from pathlib import Path

import pytest

from tests.needs import CI

pytest_plugins = ["tests.fixtures"]
ROOT = Path(__file__).parent.parent
REFUSED = "CI does not skip: "


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """A skip is a hole nobody sees; where every program is installed it is a failure with its reason."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = REFUSED + reason


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if CI:
        refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if CI:
        refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT
