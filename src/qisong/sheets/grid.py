"""A sheet as plain cells, whatever kind of file it came from, and the limits that keep a hostile file small."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from qisong.words.text import Refusal, Text, refuse

LARGEST_FILE = 50 * 1024 * 1024
MOST_COLUMNS = 200
MOST_ROWS = 50_000
MOST_EMPTY_ROWS = 100
MOST_SHEETS = 100

Cell = str | int | float | bool | date | None


class CellError(str):
    """What a broken formula shows, such as ``#REF!``."""

    __slots__ = ()


NOT_COMPUTED = "="  # the text of a ``CellError`` where a formula has no result in the file


class MonthCell(str):
    """A date cell that shows no day, as ``YYYY-MM``: the day behind it is the program's, not the writer's."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged block, rows and columns counted from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """Rows that hold something, by the row number the user sees; each a list of cells from column A on."""

    name: str
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    far_column: int = 0  # a column beyond the limit that holds something, else 0
    far_row: int = 0  # a row after the long emptiness that holds something, else 0
    epoch1904: bool = False
    shows_days: bool = True  # False where the file does not tell whether a date shows its day
    typed: bool = True  # False where every cell is text (CSV, HTML), so that a number is not known by its type

    def __bool__(self) -> bool:
        return bool(self.rows)


def letters(column: int) -> str:
    """The name of a column counted from 1: A, Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def too_long(sheet: str) -> Refusal:
    return refuse(
        "sheet-too-long",
        "工作表“{sheet}”超过 {most} 行，没有读。请按组织分成几个文件再传。",
        "Sheet “{sheet}” has more than {most} rows and was not read. Split it by branch and try again.",
        sheet=sheet,
        most=MOST_ROWS,
    )


def damaged(detail: str = "") -> Refusal:
    """The file cannot be read at all."""
    text = Text(
        "文件打不开：内容不完整或已损坏{detail}。请用 Excel 或 WPS 打开它，另存为“Excel 工作簿（.xlsx）”后再传。",
        "The file cannot be opened: it is incomplete or damaged{detail}. Open it in Excel or WPS, save it as an Excel "
        "workbook (.xlsx) and try again.",
    ).format(detail=f" ({detail})" if detail else "")
    return Refusal("file-damaged", text)
