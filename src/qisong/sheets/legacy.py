"""Older workbooks (.xls, .et, .xlsb, .ods), read by calamine in a child process.

A foreign parser of a binary format may take all memory or die on a bad file; in a child with limits that ends in a
plain message instead of taking the server down.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from qisong.sheets.grid import Cell, Grid, Merge, damaged, too_long
from qisong.words.text import refuse

_SECONDS = 60
_CHILD = Path(__file__).with_name("legacy_child.py")


def read_legacy(content: bytes) -> list[Grid]:
    """All worksheets of an older workbook; whether a date shows its day is not known here."""
    try:
        done = subprocess.run(  # noqa: S603 - our own file by our own interpreter
            [sys.executable, "-I", str(_CHILD)], input=content, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise damaged() from None
    if done.returncode:
        raise damaged()
    answer = json.loads(done.stdout)
    if answer.get("locked"):
        raise refuse(
            "file-locked",
            "文件设了打开密码，读不了。请在 Excel 或 WPS 里取消密码，另存后再传。",
            "The file is protected by a password and cannot be read. Remove the password in Excel or WPS, save and "
            "try again.",
        )
    return [_grid(sheet) for sheet in answer["sheets"]]


def _grid(sheet: dict[str, Any]) -> Grid:
    if sheet["too_long"]:
        raise too_long(sheet["name"])
    return Grid(
        sheet["name"],
        {number: [_cell(cell) for cell in cells] for number, cells in sheet["rows"]},
        [Merge(*corners) for corners in sheet["merges"]],
        hidden=sheet["hidden"],
        far_column=sheet["far_column"],
        far_row=sheet["far_row"],
        shows_days=False,
    )


def _cell(cell: Any) -> Cell:
    if isinstance(cell, list):
        return date.fromisoformat(cell[0])
    plain: Cell = cell
    return plain
