"""The rows of one XLSX worksheet. The parser calls in five times a cell, so this module is written for speed."""

from __future__ import annotations

import re
from datetime import date, timedelta

from qisong.sheets.grid import (
    MOST_COLUMNS,
    MOST_EMPTY_ROWS,
    MOST_ROWS,
    NOT_COMPUTED,
    Cell,
    CellError,
    Grid,
    Merge,
    MonthCell,
    damaged,
    too_long,
)
from qisong.sheets.xlsx_parts import MONTH, NUMBER, Attributes, is_true, unescape

_MOST_MERGES = 20_000
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.ASCII | re.IGNORECASE)


class Cells:
    """Rows of one worksheet. Per cell the parser calls in five times, so this class is written for speed."""

    def __init__(self, grid: Grid, strings: list[str], kinds: list[int]) -> None:
        self._grid, self._strings, self._kinds = grid, strings, kinds
        self._columns: dict[str, int] = {}
        self._row: list[Cell] = []
        self._number = self._last = self._column = 0
        self._cell: Attributes = {}
        self._value: list[str] = []
        self._inside = self._phonetic = self._formula = self._closed = False
        self._epoch = date(1904, 1, 1) if grid.epoch1904 else date(1899, 12, 30)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell = attributes
            self._value.clear()
            self._formula = False
        elif name in {"v", "t"}:
            self._inside = not self._phonetic
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic = True
        elif name == "col":
            self._note_hidden_columns(attributes)
        elif name == "mergeCell":
            self._note_merge(attributes.get("ref", ""))

    def text(self, data: str) -> None:
        if self._inside:
            self._value.append(data)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name in {"v", "t"}:
            self._inside = False
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._phonetic = False

    def _start_row(self, attributes: Attributes) -> None:
        self._number = int(attributes.get("r") or self._number + 1)
        self._row, self._column = [], 0
        if is_true(attributes.get("hidden")) and len(self._grid.hidden_rows) < MOST_ROWS:
            self._grid.hidden_rows.append(self._number)

    def _end_row(self) -> None:
        if not self._row or self._closed:
            return
        if self._number - self._last > MOST_EMPTY_ROWS:
            self._grid.far_row = self._number
            self._closed = True
        elif self._number in self._grid.rows:
            raise damaged("row")
        elif self._number > MOST_ROWS:
            raise too_long(self._grid.name)
        else:
            self._grid.rows[self._number] = self._row
            self._last = self._number

    def _end_cell(self) -> None:
        cell = self._cell
        reference = cell.get("r")
        if reference is None:
            column = self._column + 1
        else:
            name = reference.rstrip("0123456789")
            column = self._columns.get(name) or self._find_column(name)
        self._column = column
        if self._value:
            value = self._convert(cell.get("t", "n"), "".join(self._value), cell.get("s"))
        elif self._formula and cell.get("t", "n") != "str":
            value = CellError(NOT_COMPUTED)
        else:
            return
        if value is None:
            return
        if column > MOST_COLUMNS:
            self._grid.far_column = max(column, self._grid.far_column)
            return
        row = self._row
        while len(row) < column - 1:
            row.append(None)
        if len(row) < column:
            row.append(value)
        else:
            row[column - 1] = value

    def _find_column(self, name: str) -> int:
        number = 0
        for character in name.replace("$", "").upper():
            if not "A" <= character <= "Z":
                raise damaged("reference")
            number = number * 26 + ord(character) - 64
        if not 0 < number <= 16_384:
            raise damaged("reference")
        self._columns[name] = number
        return number

    def _convert(self, kind: str, text: str, style: str | None) -> Cell:
        if kind == "s":
            return self._strings[int(text)] or None
        if kind in {"n", ""}:
            return self._number_or_date(text.strip(), style)
        if kind == "b":
            return text.strip() == "1"
        if kind == "e":
            return CellError(text.strip())
        return unescape(text) or None

    def _number_or_date(self, text: str, style: str | None) -> Cell:
        if not text:
            return None
        number = int(text) if text.isdigit() and len(text) < 20 else float(text)
        kind = self._kinds[int(style)] if style and int(style) < len(self._kinds) else NUMBER
        if kind == NUMBER or not 1 <= number < 2_958_466:
            return number
        day = self._epoch + timedelta(days=int(number))
        # Serials like 1958 are years typed into a date cell: the date grammar must see them whole.
        if kind == MONTH and day.day == 1 and number > 2_100:
            return MonthCell(f"{day:%Y-%m}")
        return day

    def _note_hidden_columns(self, attributes: Attributes) -> None:
        if is_true(attributes.get("hidden")):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._grid.hidden_columns.update(range(max(first, 1), min(last, MOST_COLUMNS) + 1))

    def _note_merge(self, reference: str) -> None:
        corners = _REFERENCE.findall(reference)
        if len(corners) != 2 or len(self._grid.merges) >= _MOST_MERGES:
            return
        (left, top), (right, bottom) = corners
        columns = self._find_column(left), self._find_column(right)
        self._grid.merges.append(Merge(int(top), min(columns), int(bottom), max(columns)))
