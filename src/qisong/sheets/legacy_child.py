"""Run as a program: a workbook on standard input, its cells as JSON on standard output. Knows nothing of Qisong.

Dates travel as one-element lists; rows are pairs of a number counted from 1 and cells from column A on.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

_MEMORY = 512 * 1024 * 1024
_SECONDS = 50
_MOST_SHEETS, _MOST_ROWS, _MOST_COLUMNS, _MOST_EMPTY_ROWS, _MOST_MERGES = 100, 50_000, 200, 100, 20_000


def _limit() -> None:
    with suppress(ImportError):  # Windows has no such limits; the parent's clock still holds
        import resource  # noqa: PLC0415 - exists on Unix only

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return [value.date().isoformat()]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, time | timedelta):
        return 0
    return None if value == "" else value


def _sheet(sheet: CalamineSheet, name: str, *, hidden: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "hidden": hidden, "rows": [], "too_long": False}
    found |= {"far_column": 0, "far_row": 0, "merges": []}
    # The iteration begins at the first row of the sheet, but at the first column that is used.
    before = [None] * (sheet.start or (0, 0))[1]
    last = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = before + [_cell(value) for value in values]
        while cells and cells[-1] is None:
            cells.pop()
        if len(cells) > _MOST_COLUMNS:
            found["far_column"] = len(cells)
            del cells[_MOST_COLUMNS:]
        if not cells:
            continue
        if number - last > _MOST_EMPTY_ROWS:
            found["far_row"] = number
            break
        if number > _MOST_ROWS:
            found["too_long"] = True
            break
        found["rows"].append((number, cells))
        last = number
    merges = sheet.merged_cell_ranges or []
    found["merges"] = [
        (top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in merges[:_MOST_MERGES]
    ]
    return found


def _answer(content: bytes) -> dict[str, Any]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        return {
            "sheets": [
                _sheet(book.get_sheet_by_name(about.name), about.name, hidden=about.visible != SheetVisibleEnum.Visible)
                for about in book.sheets_metadata[:_MOST_SHEETS]
                if about.typ == SheetTypeEnum.WorkSheet
            ]
        }
    except PasswordError:
        return {"locked": True}


def main() -> int:
    _limit()
    try:
        answer = _answer(sys.stdin.buffer.read())
    except (CalamineError, OSError, ValueError, MemoryError):
        return 1
    sys.stdout.write(json.dumps(answer, allow_nan=False, default=str))
    return 0


if __name__ == "__main__":
    sys.exit(main())
