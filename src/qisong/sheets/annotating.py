"""The workbook a person handed in, back again with a 错误 column that says what to mend and the cells marked.

The copy of an ordinary XLSX keeps its own look. Other kinds of file, and very large ones, come back as a plain XLSX
with the same cells.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl
import openpyxl.xml
import xlsxwriter
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, PatternFill

from qisong.sheets.columns import ERRORS_TITLE, Form
from qisong.sheets.grid import Cell, Grid, letters
from qisong.sheets.heading import find_heading
from qisong.sheets.opening import open_grids
from qisong.sheets.problems import Problem
from qisong.words.dates import PartialDate

# The styled copy is slow: some 20 seconds and 350 MB for 3 MB of workbook.
LARGEST_STYLED = 1024 * 1024
_COLOURS = {"error": "FFC7CE", "warning": "FFEB9C"}
_LONGEST_SHEET_NAME, _LONGEST_TEXT, _WIDTH = 31, 32_767, 60

if not openpyxl.xml.DEFUSEDXML:
    raise RuntimeError("defusedxml must be installed: openpyxl would read hostile XML without it")


def annotate(original: bytes, filename: str, problems: Iterable[Problem], *, form: Form) -> bytes:
    """An XLSX with the cells of ``original`` and, beside their rows, its problems. Raises ``Refusal``."""
    marked = _marked(original, filename, problems, form)
    if original.startswith(b"PK") and len(original) <= LARGEST_STYLED:
        try:
            return _styled(original, marked)
        except Exception:  # noqa: BLE001 - openpyxl fails on some workbooks that are fine otherwise
            return _plain(marked)
    return _plain(marked)


def annotate_all(files: Sequence[tuple[bytes, str]], problems: Sequence[Problem], *, form: Form) -> bytes:
    """One plain XLSX with every sheet of several files, each named after its file and itself."""
    sheets = [
        (f"{number} {name or filename}", grid, marks)
        for number, (original, filename) in enumerate(files, start=1)
        for name, grid, marks in _marked(original, filename, problems, form)
    ]
    return _plain(sheets)


@dataclass(slots=True)
class _Marks:
    """What to write on one sheet: the messages of rows in column ``place``, the colours of cells."""

    place: int
    heading: int
    told: dict[int, list[Problem]] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


_Marked = list[tuple[str, Grid, _Marks]]


def _marked(original: bytes, filename: str, problems: Iterable[Problem], form: Form) -> _Marked:
    own = [problem for problem in problems if problem.file == filename]
    opened = open_grids(original)
    marked = []
    for grid in max(opened.readings, key=_known(form)) if opened.readings else opened.grids:
        marks = _place(grid, form)
        for problem in own:
            if problem.sheet == grid.name or (not problem.sheet and not problem.row):
                _mark(marks, problem)
        marked.append((grid.name, grid, marks))
    return marked


def _known(form: Form) -> Callable[[list[Grid]], int]:
    return lambda grids: sum(len(found.columns) for grid in grids if (found := find_heading(grid, form)))


def _place(grid: Grid, form: Form) -> _Marks:
    """The column of an earlier marking, else the first one to the right of all cells."""
    heading = find_heading(grid, form)
    row = heading.bottom if heading else 1
    for number, title in (heading.unknown if heading else {}).items():
        if title.startswith(ERRORS_TITLE):
            return _Marks(number, row)
    return _Marks(max((len(cells) for cells in grid.rows.values()), default=0) + 1, row)


def _mark(marks: _Marks, problem: Problem) -> None:
    row = problem.row if problem.row and problem.row > marks.heading else marks.heading
    marks.told.setdefault(row, []).append(problem)
    if problem.cell and marks.cells.get(problem.cell) != "error":
        marks.cells[problem.cell] = problem.severity


def _said(problems: list[Problem]) -> str:
    lines = []
    for problem in problems:
        place = " ".join(part for part in (problem.cell, problem.column) if part)
        said = problem.text.zh if problem.severity == "error" else f"（提醒）{problem.text.zh}"
        lines.append(f"{place}：{said}" if place else said)
    return "\n".join(lines)[:_LONGEST_TEXT]


def _message(marks: _Marks, row: int) -> str:
    said = _said(marks.told.get(row, []))
    return "\n".join(filter(None, [ERRORS_TITLE, said])) if row == marks.heading else said


def _worst(problems: list[Problem]) -> str:
    return "error" if any(problem.severity == "error" for problem in problems) else "warning"


def _styled(original: bytes, marked: _Marked) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl leaves out of the copy (a chart, a style) is no news here
        book = openpyxl.load_workbook(io.BytesIO(original))
    for name, grid, marks in marked:
        if marks.told:
            _mark_styled(book[name], grid, marks)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _mark_styled(sheet: Any, grid: Grid, marks: _Marks) -> None:
    fills = {severity: PatternFill("solid", fgColor=colour) for severity, colour in _COLOURS.items()}
    for row in grid.rows:
        if row > marks.heading and marks.place <= len(grid.rows[row]):
            sheet.cell(row, marks.place).value = None
    for row in {marks.heading, *marks.told}:
        cell = sheet.cell(row, marks.place)
        cell.value = _message(marks, row)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row in marks.told:
            cell.fill = fills[_worst(marks.told[row])]
    for address, severity in marks.cells.items():
        if not isinstance(sheet[address], MergedCell):
            sheet[address].fill = fills[severity]
    sheet.column_dimensions[letters(marks.place)].width = _WIDTH


def _plain(marked: _Marked) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        colours = {severity: book.add_format({"bg_color": f"#{colour}"}) for severity, colour in _COLOURS.items()}
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        names: set[str] = set()
        for name, grid, marks in marked:
            sheet = book.add_worksheet(_sheet_name(name, names))
            sheet.set_column(marks.place - 1, marks.place - 1, _WIDTH, wrapped)
            _write_plain(sheet, grid, marks, colours)
    return buffer.getvalue()


def _write_plain(sheet: Any, grid: Grid, marks: _Marks, colours: dict[str, Any]) -> None:
    for row, cells in grid.rows.items():
        for column, cell in enumerate(cells, start=1):
            if cell is not None and column != marks.place:
                style = colours.get(marks.cells.get(f"{letters(column)}{row}", ""))
                _write_cell(sheet, row - 1, column - 1, cell, style)
    for row in {marks.heading, *marks.told}:
        sheet.write_string(row - 1, marks.place - 1, _message(marks, row))


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    if isinstance(cell, float | int) and not isinstance(cell, bool) and math.isfinite(cell):
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, date):
        sheet.write_string(row, column, PartialDate.of(cell).chinese, style)
    else:
        sheet.write_string(row, column, str(cell)[:_LONGEST_TEXT], style)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts and that no other sheet has."""
    wanted = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:_LONGEST_SHEET_NAME] or "Sheet"
    unique, number = wanted, 2
    while unique.casefold() in taken:
        unique, number = f"{wanted[:27]} {number}", number + 1
    taken.add(unique.casefold())
    return unique
