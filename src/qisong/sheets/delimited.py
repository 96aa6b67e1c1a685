"""Text files: which encoding, which delimiter, which cells."""

from __future__ import annotations

import codecs
import csv
import io
import re

from qisong.sheets.grid import MOST_COLUMNS, MOST_EMPTY_ROWS, MOST_ROWS, Cell, Grid, damaged, too_long
from qisong.words.text import refuse

DELIMITERS = (",", "\t", ";")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_EXCEL_TEXT = re.compile(r'="([^"]*)"')


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by byte order mark, else UTF-8, else GB18030.

    UTF-8 is tried first and strictly, because nearly any bytes can be read as GB18030, only wrongly.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, encoding)
    if b"\0" in content[:200]:
        even, odd = content[0:200:2].count(0), content[1:200:2].count(0)
        return _strictly(content, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")


def _strictly(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        raise refuse(
            "file-encoding",
            "看不懂这个文件的文字编码。请在 Excel 或 WPS 里打开，另存为“Excel 工作簿（.xlsx）”后再传。",
            "The encoding of this text file is unknown. Open it in Excel or WPS, save it as an Excel workbook (.xlsx) "
            "and try again.",
        ) from None


def looks_like_text(text: str) -> bool:
    return not _BINARY.search(text)


def split(text: str) -> list[Grid]:
    """One grid per delimiter that occurs, the likeliest first; always at least one."""
    head = text[:20_000]
    counts = {delimiter: head.count(delimiter) for delimiter in DELIMITERS}
    likely = sorted((mark for mark in DELIMITERS if counts[mark]), key=lambda mark: -counts[mark])
    return [_grid(text, delimiter) for delimiter in likely or DELIMITERS[:1]]


def _grid(text: str, delimiter: str) -> Grid:
    grid = Grid(name="", typed=False)
    last = 0
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            cells = _cells(record, grid)
            if not cells:
                continue
            if number - last > MOST_EMPTY_ROWS:
                grid.far_row = number
                break
            if number > MOST_ROWS:
                raise too_long(grid.name)
            grid.rows[number] = cells
            last = number
    except csv.Error as fault:
        raise damaged() from fault
    return grid


def _cells(record: list[str], grid: Grid) -> list[Cell]:
    cells: list[Cell] = [unescape(value) or None for value in record[:MOST_COLUMNS]]
    if any(value.strip() for value in record[MOST_COLUMNS:]):
        grid.far_column = len(record)
    while cells and (cells[-1] is None or not str(cells[-1]).strip()):
        cells.pop()
    return cells


def unescape(value: str) -> str:
    """Undo what keeps a text from being taken for a formula or a number: ``'=1``, ``="0123"``."""
    if value.startswith("'"):
        return value[1:]
    found = _EXCEL_TEXT.fullmatch(value)
    return found[1] if found else value
