"""Sheets for people: a form with its rows, or any table, ready to print and safe to open.

Every text is written as text, so nothing in it can act as a formula and no number of 18 digits can be rounded; what is
written reads back the same.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import xlsxwriter

from qisong.sheets.columns import Column, Form
from qisong.sheets.rows import Value
from qisong.words.dates import PartialDate

EMPTY = "无"  # paper rules ask that no box is left blank
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
_LONGEST_TEXT = 32_767
_A4 = 9
_LINE, _TALLEST = 15, 409  # points; no program shows a taller row
_WIDE = "\u2e80"
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}

Cell = Value | date | float


@dataclass(frozen=True, slots=True)
class Table:
    """A printed table: title over all columns, a line for unit and date, headings that repeat on every page."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    unit: str = ""
    day: str = ""
    note: str = ""
    sheet_name: str = "Sheet1"
    widths: Sequence[int] = ()
    text_columns: frozenset[int] = frozenset()


def write_form(
    form: Form,
    rows: Iterable[Mapping[str, Value]],
    *,
    unit: str = "",
    day: str = "",
    note: str = "",
    empty: str = EMPTY,
) -> bytes:
    """An XLSX of ``form``: title, unit and date, note, headings in row 4, then the rows; values by column code."""
    table = Table(
        title=form.title,
        headings=[column.title for column in form.columns],
        rows=([_or_empty(row.get(column.code), empty) for column in form.columns] for row in rows),
        unit=unit,
        day=day,
        note=note,
        sheet_name=form.sheet_name,
        widths=[column.width for column in form.columns],
        text_columns=frozenset(n for n, column in enumerate(form.columns) if column.kind in {"identity", "phone"}),
    )
    return write_table(table)


def write_table(*tables: Table) -> bytes:
    """An XLSX with one sheet per table."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = {
            "title": book.add_format({**_FONT, "bold": True, "font_size": 16, "align": "center"}),
            "line": book.add_format(_FONT),
            "heading": book.add_format({**_FONT, "bold": True, "border": 1, "align": "center", "text_wrap": True}),
            "cell": book.add_format({**_FONT, "border": 1, "text_wrap": True}),
            "text": book.add_format({**_FONT, "border": 1, "num_format": "@"}),
        }
        for table in tables:
            _write_sheet(book.add_worksheet(table.sheet_name), table, formats)
    return buffer.getvalue()


def _write_sheet(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    _set_up_page(sheet, table)
    last = len(table.headings) - 1
    if last > 0:
        sheet.merge_range(0, 0, 0, last, table.title, formats["title"])
    else:
        sheet.write_string(0, 0, table.title, formats["title"])
    line = "    ".join(part for part in (table.unit, table.day) if part)
    for row, text in ((1, line), (2, table.note)):
        if text:
            sheet.write_string(row, 0, text, formats["line"])
    for column, heading in enumerate(table.headings):
        sheet.write_string(3, column, heading, formats["heading"])
    for row, values in enumerate(table.rows, start=4):
        for column, value in enumerate(values):
            _write_cell(sheet, row, column, value, formats["text" if column in table.text_columns else "cell"])
        lines = max(
            (_lines(as_text(value), width) for value, width in zip(values, table.widths, strict=False)), default=1
        )
        if lines > 1:  # not every program makes room for text that is wrapped
            sheet.set_row(row, min(lines * _LINE, _TALLEST))


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column so many characters wide, where a Chinese one counts twice."""
    if 2 * len(text) <= width and "\n" not in text:
        return 1
    return sum(max(1, ceil(sum(1 + (one >= _WIDE) for one in line) / width)) for line in text.split("\n"))


def _set_up_page(sheet: Any, table: Table) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    sheet.freeze_panes(4, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, width)


def _write_cell(sheet: Any, row: int, column: int, value: Cell, style: Any) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, style)
    else:
        text = as_text(value)
        if len(text) > _LONGEST_TEXT:
            raise ValueError("a cell holds at most 32,767 characters")
        sheet.write_string(row, column, text, style)


def as_text(value: Cell) -> str:
    """A value as a person reads it: dates in Chinese, 是 and 否, nothing for ``None``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, PartialDate):
        return value.chinese
    return PartialDate.of(value).chinese if isinstance(value, date) else str(value)


def _or_empty(value: Value, empty: str) -> Value:
    return empty if value is None or value == "" else value


def write_csv(form: Form, rows: Iterable[Mapping[str, Value]]) -> bytes:
    """A CSV of ``form`` for Excel (UTF-8 with its mark). A text that could act as a formula, or that Excel would
    round, gets a leading apostrophe, which the reader takes off again.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.title for column in form.columns])
    for row in rows:
        writer.writerow([_csv_cell(column, row.get(column.code)) for column in form.columns])
    return buffer.getvalue().encode("utf-8-sig")


def csv_safe(text: str) -> str:
    """A text for a CSV cell that no spreadsheet takes for a formula: where it would, with an apostrophe before."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_cell(column: Column, value: Value) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = as_text(value)
    return f"'{text}" if column.kind == "identity" and text[:1].isdigit() else csv_safe(text)
