"""A file that a person hands in, read by a form: its rows, and every problem with the cell and what to do."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from qisong.sheets.asides import aside
from qisong.sheets.columns import ERRORS_TITLE, Column, Form
from qisong.sheets.grid import MOST_COLUMNS, Cell, Grid, MonthCell, letters
from qisong.sheets.heading import Heading, find_heading, repeats
from qisong.sheets.kinds import CellFault, CellNote, Reader
from qisong.sheets.opening import Opened, open_grids
from qisong.sheets.problems import Problem, Severity, shown
from qisong.sheets.rows import Reading, Row, Skipped, Value
from qisong.words.digits import compact
from qisong.words.text import Text, refuse

_SINGULAR = frozenset({"identity", "name", "integer"})  # a merged block or 同上 cannot mean these for each row
_DITTO = frozenset({"同上", "〃", '"', "″", "''", "”", "“", "上同", "同左上"})
_NAMED_AT_MOST = 8
_MOST_MERGED_CELLS = 1_000_000  # more can only be blocks laid over one another


def read(source: bytes | Path | str, filename: str, form: Form, *, today: date) -> Reading:
    """Read every sheet of a file that has the form's heading.

    ``source`` is the content or a path; ``filename`` is what the person calls it and names it in problems. Raises
    ``Refusal`` when nothing can be read at all (``file-…``, ``sheet-too-long``).
    """
    opened = open_grids(_content(source, filename))
    reading = Reading(filename, form, encoding=opened.encoding)
    found = _headings(opened, form)
    complete = [pair for pair in found if lacking(pair[1], form) == []]
    for grid, heading in complete or found:
        SheetReader(reading, grid, heading, today).read()
    for grid, heading in found:
        if complete and lacking(heading, form):
            _note_incomplete(reading, grid, heading)
    if not found:
        reading.problems.append(_no_heading(reading, opened))
    return reading


def _content(source: bytes | Path | str, filename: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return Path(source).read_bytes()
    except OSError:
        raise refuse(
            "file-missing",
            "打不开文件“{name}”。请检查文件名和位置。",
            "The file “{name}” cannot be opened. Check its name and place.",
            name=filename,
        ) from None


def _headings(opened: Opened, form: Form) -> list[tuple[Grid, Heading]]:
    """The sheets with a heading; of the ways a text file may be split, the one whose heading knows most."""
    best: list[tuple[Grid, Heading]] = []
    for grids in opened.readings or (opened.grids,):
        found = [(grid, heading) for grid in grids if grid and (heading := find_heading(grid, form))]
        if sum(len(heading.columns) for _, heading in found) > sum(len(heading.columns) for _, heading in best):
            best = found
    return best


def lacking(heading: Heading, form: Form) -> list[Column]:
    known = {column.code for column in heading.columns.values()}
    return [column for column in form.required if column.code not in known]


def _no_heading(reading: Reading, opened: Opened) -> Problem:
    wanted = "、".join(column.title for column in reading.form.columns[:_NAMED_AT_MOST])
    sheets = "、".join(grid.name for grid in opened.grids if grid and grid.name) or reading.file
    text = Text(
        f"没有找到表头（看过：{sheets}）。表头一行应当有：{wanted}等。请核对是不是选错了文件，或表头被删掉了。",
        f"No heading was found (looked at: {sheets}). A heading row should have: {wanted} and so on. Is it the right "
        "file, or has the heading been deleted?",
    )
    return Problem(reading.file, "", "", None, "", "", "heading-missing", "error", text)


def _note_incomplete(reading: Reading, grid: Grid, heading: Heading) -> None:
    missing = "、".join(column.title for column in lacking(heading, reading.form))
    text = Text(
        f"工作表“{grid.name}”没有“{missing}”一列，没有导入。",
        f"Sheet “{grid.name}” has no column {missing} and was not imported.",
    )
    reading.problems.append(
        Problem(reading.file, grid.name, "", heading.bottom, "", "", "sheet-skipped", "warning", text)
    )


class SheetReader:
    """One sheet being read into ``reading``."""

    def __init__(self, reading: Reading, grid: Grid, heading: Heading, today: date) -> None:
        self._reading, self._grid, self._heading = reading, grid, heading
        self._form = reading.form
        self._cells = Reader(today=today, epoch1904=grid.epoch1904, typed=grid.typed)
        self._merged = _merged_values(grid, heading)
        self._above: dict[str, object] = {}
        self._known: defaultdict[str, dict[str, Value]] = defaultdict(dict)  # most columns say few things

    def read(self) -> None:
        self._reading.sheets.append(self._grid.name)
        self._check_heading()
        if lacking(self._heading, self._form):
            return
        _forget_unshown_days(self._grid, self._heading)
        before = len(self._reading.rows)
        for number, cells in sorted(self._grid.rows.items()):
            if number > self._heading.bottom:
                self._read_row(number, self._filled(number, cells))
        self._check_hidden([row.number for row in self._reading.rows[before:]])
        self._check_far()

    def _filled(self, number: int, cells: list[Cell]) -> list[Cell]:
        if number in self._merged:
            cells = [*cells, *[None] * (max(self._merged[number]) - len(cells))]
            for column, value in self._merged[number].items():
                cells[column - 1] = value
        return cells

    def _read_row(self, number: int, cells: list[Cell]) -> None:
        again = repeats(self._heading, self._form, cells)
        if again is not None and not lacking(again, self._form):
            self._heading = again
            self._skip(number, "heading")
            return
        reason = aside(cells, self._heading.columns)
        if reason == "example":
            self._note_example(number)
        if reason:
            self._skip(number, reason)
        else:
            self._add_row(number, cells)

    def _skip(self, number: int, reason: str) -> None:
        if reason != "blank":
            self._reading.skipped.append(Skipped(self._grid.name, number, reason))

    def _add_row(self, number: int, cells: list[Cell]) -> None:
        raw: dict[str, object] = {}
        row = Row(self._reading.file, self._grid.name, number, {}, raw, self._heading.letters)
        width = len(cells)
        for place, column in self._heading.columns.items():
            cell = cells[place - 1] if place <= width else None
            raw[column.code] = self._ditto(column, cell) if isinstance(cell, str) and cell in _DITTO else cell
        self._above = raw
        for column in self._heading.in_turn:
            code = column.code
            asked = not column.only_if or row.cells.get(column.only_if) is True
            row.cells[code] = self._value(row, column, raw[code]) if asked else None
        self._check_required(row)
        self._reading.rows.append(row)

    def _ditto(self, column: Column, cell: Cell) -> object:
        return cell if column.kind in _SINGULAR else self._above.get(column.code)

    def _value(self, row: Row, column: Column, cell: object) -> Value:
        known = self._known[column.code]
        plain = type(cell) is str  # not one of the marked kinds of text, which mean something else
        if plain and cell in known:
            return known[str(cell)]
        try:
            value = self._cells.read(cell, column)
        except CellNote as note:
            self._reading.problems.append(row.problem(column, note.code, note.text, severity="warning"))
            return note.value
        except CellFault as fault:
            self._reading.problems.append(row.problem(column, fault.code, fault.text))
            return None
        if plain:
            known[str(cell)] = value
        return value

    def _check_required(self, row: Row) -> None:
        for column in self._form.required:
            faulty = any(p.row == row.number and p.column == column.title for p in self._reading.problems[-3:])
            if row.cells.get(column.code) is None and not faulty and not column.may_be_empty:
                text = Text(
                    f"这一行没有填“{column.title}”。请补上；如果这一行是多余的，请整行删除。",
                    f"This row has no {column.title}. Fill it in, or delete the whole row if it is not wanted.",
                )
                self._reading.problems.append(row.problem(column, "required-empty", text))

    def _problem(self, code: str, text: Text, severity: Severity, *, place: int = 0, row: int = 0) -> None:
        row = row or self._heading.bottom
        cell = f"{letters(place)}{row}" if place else ""
        column = self._heading.columns.get(place)
        title = column.title if column else ""
        self._reading.problems.append(
            Problem(self._reading.file, self._grid.name, cell, row, title, "", code, severity, text)
        )

    def _check_heading(self) -> None:
        for column in lacking(self._heading, self._form):
            text = Text(
                f"表头里没有“{column.title}”一列，这张表没有读。请补上这一列，列名写“{column.title}”。",
                f"The heading has no column {column.title}, so the sheet was not read. Add the column.",
            )
            self._problem("column-missing", text, "error")
        for kept, other, column in self._heading.twice:
            text = Text(
                f"“{column.title}”有两列（{letters(kept)} 列、{letters(other)} 列），不知道用哪列。请删去一列或改名。",
                f"Two columns are called {column.title} ({letters(kept)} and {letters(other)}). Delete or rename one.",
            )
            self._problem("column-twice", text, "error", place=other)
        for kept, other, column in self._heading.beside:
            text = Text(
                f"“{column.title}”读 {letters(kept)} 列；{letters(other)} 列也像是它，没有导入。",
                f"{column.title} is read from column {letters(kept)}; column {letters(other)}, which looks like it, is "
                "not imported.",
            )
            self._problem("column-beside", text, "warning", place=other)
        self._check_unknown()

    def _check_unknown(self) -> None:
        unknown = [
            title for title in map(compact, self._heading.unknown.values()) if not title.startswith(ERRORS_TITLE)
        ]
        if unknown:
            names = "、".join(map(shown, unknown))
            text = Text(
                f"这些列没有导入：{names}。如果其中有要用的，请把列名改成表样上的名称。",
                f"These columns are not imported: {names}. If one is wanted, give it the name that the form has.",
            )
            self._problem("columns-unknown", text, "warning")

    def _check_hidden(self, numbers: list[int]) -> None:
        if self._grid.hidden:
            text = Text("这张工作表是隐藏的，也读了。", "This sheet is hidden; it was read all the same.")
            self._problem("sheet-hidden", text, "warning")
        hidden = sorted(set(self._grid.hidden_rows).intersection(numbers))
        if hidden:
            some = "、".join(map(str, hidden[:_NAMED_AT_MOST])) + ("…" if len(hidden) > _NAMED_AT_MOST else "")
            text = Text(
                f"有 {len(hidden)} 行是隐藏的（第 {some} 行），也读了。不要的话请取消隐藏后删除。",
                f"{len(hidden)} rows are hidden ({some}); they were read all the same. Unhide and delete them if they "
                "are not wanted.",
            )
            self._problem("rows-hidden", text, "warning", row=hidden[0])
        columns = sorted(set(self._grid.hidden_columns).intersection(self._heading.columns))
        if columns:
            some = "、".join(letters(place) for place in columns)
            text = Text(
                f"有隐藏的列（{some}），也读了。",
                f"Some columns are hidden ({some}); they were read all the same.",
            )
            self._problem("columns-hidden", text, "warning", place=columns[0])

    def _check_far(self) -> None:
        if self._grid.far_row:
            text = Text(
                f"连续空了 100 行以上，从第 {self._grid.far_row} 行起没有读。如果下面还有人，请删去中间的空行。",
                f"After more than 100 empty rows, row {self._grid.far_row} and those below were not read. If people "
                "are listed there, delete the empty rows.",
            )
            self._problem("rows-far", text, "warning", row=self._grid.far_row)
        if self._grid.far_column:
            text = Text(
                f"只读前 {MOST_COLUMNS} 列，右边的内容没有读。",
                f"Only the first {MOST_COLUMNS} columns are read; what stands to the right was left out.",
            )
            self._problem("columns-far", text, "warning")

    def _note_example(self, number: int) -> None:
        text = Text(
            "这一行是填写示例，没有导入。如果真有这个人，请去掉“示例”字样。",
            "This row is an example and was not imported. If it is a real person, remove the word 示例.",
        )
        self._problem("row-example", text, "warning", row=number)


def _merged_values(grid: Grid, heading: Heading) -> dict[int, dict[int, Cell]]:
    """Row → column → value, for blocks merged downwards in columns where one value can hold for several rows."""
    values: dict[int, dict[int, Cell]] = {}
    last, budget = max(grid.rows), _MOST_MERGED_CELLS
    for merge in grid.merges:
        column = heading.columns.get(merge.left)
        tall = heading.bottom < merge.top < merge.bottom
        if not tall or merge.left != merge.right or column is None or column.kind in _SINGULAR:
            continue
        top = grid.rows.get(merge.top, [])
        value = top[merge.left - 1] if merge.left <= len(top) else None
        rows = range(merge.top + 1, min(merge.bottom, last) + 1)
        budget -= len(rows)
        for row in rows if budget > 0 else ():
            if value is not None and row in grid.rows:
                values.setdefault(row, {})[merge.left] = value
    return values


def _forget_unshown_days(grid: Grid, heading: Heading) -> None:
    """Where a file does not tell whether dates show their day: a column of first days only was typed as months."""
    if grid.shows_days:
        return
    for place, column in heading.columns.items():
        rows = [cells for number, cells in grid.rows.items() if number > heading.bottom and len(cells) >= place]
        days = [(cells, day) for cells in rows if isinstance(day := cells[place - 1], date)]
        if column.kind == "date" and len(days) > 1 and all(day.day == 1 for _, day in days):
            for cells, day in days:
                cells[place - 1] = MonthCell(f"{day:%Y-%m}")
