"""Every ugly file through the comparison, as the roster of 东岭村党支部 that has nobody yet, and then applied."""

import json
from datetime import date
from pathlib import Path

import pytest

from qisong.roster.importing import apply_batch, examine, keep_review, report
from qisong.roster.reviewing import Review
from tests.world import World

FOLDER = Path(__file__).parent.parent / "golden" / "roster"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")
TODAY = date(2026, 3, 10)
# What the roster says of a file beside what its sheet alone shows: (cell, code).
MORE = {
    "f06-central.xlsx": [("P2", "branch-unknown")],
    "i07-few-columns.xlsx": [("", "category-assumed")],
    "i07-second-table.xlsx": [("", "category-assumed")],
    "i10-masked.xlsx": [("D5", "mask-unknown"), ("M5", "mask-unknown")],
}
ANSWER = ["rows", "new", "changed", "moved", "doubtful", "same", "missing", "problems"]
PROBLEM = ["file", "sheet", "cell", "row", "column", "value", "code", "severity", "message"]


def read(world: World, path: Path) -> Review:
    return examine(unit=world.branch, files=[(path.name, path.read_bytes())], today=TODAY)


def beside(path: Path) -> tuple[int, list[tuple[str, str]]]:
    """Rows and problems written beside a file; one that is refused is a problem of the file as a whole."""
    expected = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
    if "refused" in expected:
        return 0, [("", expected["refused"])]
    return expected["rows"], [(one["cell"], one["code"]) for one in expected["problems"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_golden_file_is_compared_and_applied(world: World, path: Path) -> None:
    rows, problems = beside(path)
    review = read(world, path)
    told = report(review)
    assert (list(told), [list(problem) for problem in told["problems"]]) == (ANSWER, [PROBLEM] * len(told["problems"]))
    assert sorted((one.cell, one.code) for one in review.problems) == sorted(problems + MORE.get(path.name, []))
    assert told | {"problems": []} == dict.fromkeys(ANSWER, 0) | {"rows": rows, "new": rows, "problems": []}
    if not any(problem.severity == "error" for problem in review.problems):
        apply_batch(by=None, batch=keep_review(by=None, review=review))
        assert read(world, path).counts == dict.fromkeys(ANSWER[:-1], 0) | {"rows": rows, "same": rows}
