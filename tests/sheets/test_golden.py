"""Every ugly file, and exactly what must come of it."""

import json
from datetime import date
from pathlib import Path

import pytest

from qisong.roster.form import read_roster
from qisong.sheets.rows import Reading
from qisong.words.dates import PartialDate
from qisong.words.text import Refusal

FOLDER = Path(__file__).parent.parent / "golden" / "roster"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")
TODAY = date(2026, 3, 10)


def plainly(value: object) -> object:
    return str(value) if isinstance(value, PartialDate) else value


def outcome(reading: Reading, cells: list[str]) -> dict[str, object]:
    rows = {row.number: row for row in reading.rows}
    places = {place: place.split() for place in cells}
    return {
        "rows": len(reading.rows),
        "problems": sorted([p.cell, p.code, p.severity] for p in reading.problems),
        "skipped": sorted([s.number, s.reason] for s in reading.skipped),
        "cells": {place: plainly(rows[int(row)].cells[code]) for place, (row, code) in places.items()},
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_golden_file_gives_what_is_written_beside_it(path: Path) -> None:
    expected = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
    if "refused" in expected:
        with pytest.raises(Refusal) as caught:
            read_roster(path, path.name, today=TODAY)
        assert caught.value.code == expected["refused"]
        return
    assert outcome(read_roster(path, path.name, today=TODAY), list(expected["cells"])) == {
        "rows": expected["rows"],
        "problems": sorted([p["cell"], p["code"], p["severity"]] for p in expected["problems"]),
        "skipped": sorted([s["row"], s["reason"]] for s in expected["skipped"]),
        "cells": expected["cells"],
    }


def test_there_are_enough_golden_files() -> None:
    kinds = {path.name[:3] for path in FILES}
    assert len(FILES) >= 60
    assert kinds >= {f"i{number:02}" for number in (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12)}
