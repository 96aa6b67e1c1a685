"""XLSX cells, read in one bounded pass that believes nothing the file says about its own size.

Our own reader, because three things must be seen that quicker libraries hide or get wrong: the type of a cell (a
number in an identity column is damaged), whether a date shows its day, and a single far cell, for which they set
aside the whole rectangle.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Protocol
from xml.parsers import expat
from zipfile import ZipFile

from qisong.sheets.grid import (
    MOST_COLUMNS,
    MOST_EMPTY_ROWS,
    MOST_ROWS,
    MOST_SHEETS,
    Cell,
    CellError,
    Grid,
    Merge,
    MonthCell,
    damaged,
    too_long,
)
from qisong.words.text import refuse

_CHUNK = 1 << 18
_LONGEST_TEXT = 32_767  # characters that fit a cell in Excel; more is an attack on whoever folds them
_MOST_STRINGS = 2_000_000
_MOST_MERGES = 100_000
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", re.ASCII | re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUIET = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')

# Built-in number formats that are dates; in Chinese Excel 27-36 and 50-58 are too. Those in _MONTHLY show no day.
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_MONTHLY = frozenset({17, 27, 36, 50, 52, 57})
_NUMBER, _DAY, _MONTH = range(3)

Attributes = dict[str, str]


class Handlers(Protocol):
    """What a part's elements do; names arrive without their prefix."""

    def start(self, name: str, attributes: Attributes, /) -> None: ...
    def end(self, name: str, /) -> None: ...
    def text(self, data: str, /) -> None: ...


def read_xlsx(archive: ZipFile) -> list[Grid]:
    """All worksheets of an archive whose directory has been checked, hidden ones too."""
    package = _Package(archive)
    book, strings, formats = _Book(), _Strings(), _Formats()
    home = package.workbook()
    package.parse(home, book)
    targets = package.relations(home)
    for type_, target in targets.values():
        if type_.endswith("/sharedStrings"):
            package.parse(target, strings)
        elif type_.endswith("/styles"):
            package.parse(target, formats)
    grids = []
    for name, hidden, relation in book.sheets[:MOST_SHEETS]:
        type_, target = targets.get(relation, ("", ""))
        if type_.endswith("/worksheet") and package.has(target):
            grid = Grid(name, hidden=hidden, epoch1904=book.epoch1904)
            package.parse(target, _Cells(grid, strings.strings, formats.kinds))
            grids.append(grid)
    return grids


class _Package:
    """The parts of an archive by name, however slashes and capitals are written."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._names = {_part_name(info.filename): info for info in archive.infolist()}

    def has(self, name: str) -> bool:
        return _part_name(name) in self._names

    def workbook(self) -> str:
        for type_, target in self.relations("").values():
            if type_.endswith("/officeDocument") and self.has(target):
                return target
        return "xl/workbook.xml"

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (type, target part) of a part; of the package itself for ""."""
        folder, name = posixpath.split(part)
        relations = _Relations(folder)
        home = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.has(home):
            self.parse(home, relations)
        return relations.targets

    def parse(self, name: str, handlers: Handlers) -> None:
        info = self._names.get(_part_name(name))
        if info is None:
            raise damaged(name)
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        _attach(parser, handlers)
        with self._archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003 - the parser's own signature
        parser.Parse(b"", True)  # noqa: FBT003 - the parser's own signature


def _part_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _refuse_doctype(*_declaration: object) -> None:
    raise refuse(
        "file-unsafe",
        "文件里带有不该有的声明（DOCTYPE），为安全起见没有读。请在 Excel 或 WPS 里另存为新的工作簿再传。",
        "The file holds a document type declaration and was not read, for safety. Save it as a new workbook and try "
        "again.",
    )


def _attach(parser: expat.XMLParserType, handlers: Handlers) -> None:
    """Set the handlers once the root element shows whether this part writes its names with a prefix."""

    def root(name: str, attributes: Attributes) -> None:
        prefix, colon, _local = name.rpartition(":")
        start, end = handlers.start, handlers.end
        if colon:
            start, end = _without_prefix(start, end, prefix + colon)
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = handlers.text
        start(name, attributes)

    parser.StartElementHandler = root


def _without_prefix(
    start: Callable[[str, Attributes], None], end: Callable[[str], None], prefix: str
) -> tuple[Callable[[str, Attributes], None], Callable[[str], None]]:
    def started(name: str, attributes: Attributes) -> None:
        start(name.removeprefix(prefix), attributes)

    def ended(name: str) -> None:
        end(name.removeprefix(prefix))

    return started, ended


class _Quiet:
    """A part of which only the beginnings of elements matter."""

    def end(self, name: str) -> None:
        pass

    def text(self, data: str) -> None:
        pass


class _Relations(_Quiet):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            target = target if target.startswith("/") else posixpath.join(self._folder, target)
            path = posixpath.normpath(target).lstrip("/")
            self.targets[attributes.get("Id", "")] = (attributes.get("Type", ""), path)


class _Book(_Quiet):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.epoch1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), hidden, relation))
        elif name == "workbookPr":
            self.epoch1904 = _is_true(attributes.get("date1904"))


def _is_true(value: str | None) -> bool:
    return value in {"1", "true", "on"}


class _Strings:
    """The shared strings; readings set beside characters (phonetic runs) are not text."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._runs: list[str] = []
        self._inside = self._phonetic = False

    def start(self, name: str, _attributes: Attributes) -> None:
        if name == "t":
            self._inside = not self._phonetic
        elif name == "si":
            self._runs.clear()
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            self._inside = False
        elif name == "si":
            self.strings.append(_unescape("".join(self._runs)))
            if len(self.strings) > _MOST_STRINGS:
                raise damaged("sharedStrings")
        elif name == "rPh":
            self._phonetic = False

    def text(self, data: str) -> None:
        if self._inside:
            self._runs.append(data)


def _unescape(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise damaged("text")
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text


class _Formats(_Quiet):
    """Per cell style: a number, a date, or a date that shows no day."""

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self._custom: dict[int, int] = {}
        self._in_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._custom[int(attributes.get("numFmtId", "0"))] = _format_kind(attributes.get("formatCode", ""))
        elif name == "xf" and self._in_cells:
            self.kinds.append(self._kind(int(attributes.get("numFmtId", "0"))))
        else:
            self._in_cells = name == "cellXfs" or (self._in_cells and name != "cellStyles")

    def _kind(self, number: int) -> int:
        if number in self._custom:
            return self._custom[number]
        return _MONTH if number in _MONTHLY else _DAY if number in _DATES else _NUMBER

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


def _format_kind(code: str) -> int:
    bare = _QUIET.sub("", code).lower().split(";")[0]
    if bare in {"general", "standard"} or not re.search("[ymdhs]", bare):
        return _NUMBER
    return _MONTH if "y" in bare and "d" not in bare else _DAY


class _Cells:
    """Rows of one worksheet. Per cell the parser calls in five times, so this class is written for speed."""

    def __init__(self, grid: Grid, strings: list[str], kinds: list[int]) -> None:
        self._grid, self._strings, self._kinds = grid, strings, kinds
        self._columns: dict[str, int] = {}
        self._row: list[Cell] = []
        self._number = self._last = self._column = 0
        self._cell: Attributes = {}
        self._value: list[str] = []
        self._inside = self._phonetic = self._closed = False
        self._epoch = date(1904, 1, 1) if grid.epoch1904 else date(1899, 12, 30)

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._cell = attributes
            self._value.clear()
        elif name in {"v", "t"}:
            self._inside = not self._phonetic
        elif name == "row":
            self._start_row(attributes)
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
        if _is_true(attributes.get("hidden")) and len(self._grid.hidden_rows) < MOST_ROWS:
            self._grid.hidden_rows.append(self._number)

    def _end_row(self) -> None:
        if not self._row or self._closed:
            return
        if self._number - self._last > MOST_EMPTY_ROWS:
            self._grid.far_row = self._number
            self._closed = True
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
        if not self._value:
            return
        value = self._convert(cell.get("t", "n"), "".join(self._value), cell.get("s"))
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
        return _unescape(text) or None

    def _number_or_date(self, text: str, style: str | None) -> Cell:
        if not text:
            return None
        number = int(text) if text.isdigit() and len(text) < 20 else float(text)
        kind = self._kinds[int(style)] if style and int(style) < len(self._kinds) else _NUMBER
        if kind == _NUMBER or not 1 <= number < 2_958_466:
            return number
        day = self._epoch + timedelta(days=int(number))
        # Serials like 1958 are years typed into a date cell: the date grammar must see them whole.
        if kind == _MONTH and day.day == 1 and number > 2_100:
            return MonthCell(f"{day:%Y-%m}")
        return day

    def _note_hidden_columns(self, attributes: Attributes) -> None:
        if _is_true(attributes.get("hidden")):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self._grid.hidden_columns.extend(range(max(first, 1), min(last, MOST_COLUMNS) + 1))

    def _note_merge(self, reference: str) -> None:
        corners = _REFERENCE.findall(reference)
        if len(corners) != 2 or len(self._grid.merges) >= _MOST_MERGES:
            return
        (left, top), (right, bottom) = corners
        columns = self._find_column(left), self._find_column(right)
        self._grid.merges.append(Merge(int(top), min(columns), int(bottom), max(columns)))
