"""The small parts of an XLSX workbook: relations, sheet names, shared strings and number formats."""

from __future__ import annotations

import posixpath
import re

from qisong.sheets.grid import damaged

_LONGEST_TEXT = 32_767  # characters that fit a cell in Excel; more is an attack on whoever folds them
_MOST_STRINGS = 2_000_000
_LONGEST_FORMAT = 255
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUIET = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')

# Built-in number formats that are dates; in Chinese Excel 27-36 and 50-58 are too. Those in _MONTHLY show no day.
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_MONTHLY = frozenset({17, 27, 36, 50, 52, 57})
NUMBER, DAY, MONTH = range(3)

Attributes = dict[str, str]


class _Quiet:
    """A part of which only the beginnings of elements matter."""

    def end(self, name: str) -> None:
        pass

    def text(self, data: str) -> None:
        pass


class Relations(_Quiet):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            target = target if target.startswith("/") else posixpath.join(self._folder, target)
            path = posixpath.normpath(target).lstrip("/")
            self.targets[attributes.get("Id", "")] = (attributes.get("Type", ""), path)


class Book(_Quiet):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.epoch1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), hidden, relation))
        elif name == "workbookPr":
            self.epoch1904 = is_true(attributes.get("date1904"))


def is_true(value: str | None) -> bool:
    return value in {"1", "true", "on"}


class Strings:
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
            self.strings.append(unescape("".join(self._runs)))
            if len(self.strings) > _MOST_STRINGS:
                raise damaged("sharedStrings")
        elif name == "rPh":
            self._phonetic = False

    def text(self, data: str) -> None:
        if self._inside:
            self._runs.append(data)


def unescape(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise damaged("text")
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: _character(int(found[1], 16)), text)
    return text


def _character(code: int) -> str:
    """Half a character cannot be written anywhere again."""
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


class Formats(_Quiet):
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
        return MONTH if number in _MONTHLY else DAY if number in _DATES else NUMBER

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False


def _format_kind(code: str) -> int:
    bare = _QUIET.sub("", code[:_LONGEST_FORMAT]).lower().split(";")[0]
    if bare in {"general", "standard"} or not re.search("[ymdhs]", bare):
        return NUMBER
    return MONTH if "y" in bare and "d" not in bare else DAY
