"""XLSX cells, read in one bounded pass that believes nothing the file says about its own size.

Our own reader, because three things must be seen that quicker libraries hide or get wrong: the type of a cell (a
number in an identity column is damaged), whether a date shows its day, and a single far cell, for which they set
aside the whole rectangle.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Protocol
from xml.parsers import expat
from zipfile import ZipFile

from qisong.sheets.grid import MOST_SHEETS, Grid, damaged
from qisong.sheets.xlsx_cells import Cells
from qisong.sheets.xlsx_parts import Attributes, Book, Formats, Relations, Strings
from qisong.words.text import refuse

_CHUNK = 1 << 18


class Handlers(Protocol):
    """What a part's elements do; names arrive without their prefix."""

    def start(self, name: str, attributes: Attributes, /) -> None: ...
    def end(self, name: str, /) -> None: ...
    def text(self, data: str, /) -> None: ...


def read_xlsx(archive: ZipFile) -> list[Grid]:
    """All worksheets of an archive whose directory has been checked, hidden ones too."""
    package = _Package(archive)
    book, strings, formats = Book(), Strings(), Formats()
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
            package.parse(target, Cells(grid, strings.strings, formats.kinds))
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
        relations = Relations(folder)
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
