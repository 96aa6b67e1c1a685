"""HTML tables, which many systems hand out under the name of .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from qisong.sheets.grid import MOST_COLUMNS, MOST_ROWS, Grid, Merge, damaged, too_long

_HTML = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype html|html|head|meta|body|table|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_MOST_TAKEN = 500_000  # cells that cells above may reach into


def looks_like_html(text: str) -> bool:
    return _HTML.match(text[:4000]) is not None and "<t" in text.lower()


def read_html(text: str) -> list[Grid]:
    """Every outermost table as a grid of text cells, in order."""
    reader = _Tables()
    reader.feed(text)
    reader.close()
    return reader.grids


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[Grid] = []
        self._depth = self._row = self._column = 0
        self._taken: set[tuple[int, int]] = set()
        self._span = (1, 1)
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.grids.append(Grid(name=f"{len(self.grids) + 1}", typed=False))
                self._row = self._column = 0
                self._taken = set()
        elif self._depth == 1 and tag == "tr":
            self._end_cell()
            self._start_row()
        elif self._depth == 1 and tag in {"td", "th"}:
            self._end_cell()
            self._start_cell(dict(attrs))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"} and self._depth == 1:
            self._end_cell()
        if tag == "table" and self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _start_row(self) -> None:
        self._row += 1
        self._column = 0
        if self._row > MOST_ROWS:
            raise too_long(self.grids[-1].name)

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        self._row = max(self._row, 1)
        self._column += 1
        while (self._row, self._column) in self._taken:
            self._column += 1
        self._span = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
        self._text = []

    def _end_cell(self) -> None:
        if self._text is None:
            return
        text = " ".join("".join(self._text).split())
        self._text = None
        row, left, (height, width) = self._row, self._column, self._span
        self._column += width - 1
        if left > MOST_COLUMNS:
            self.grids[-1].far_column = max(left, self.grids[-1].far_column)
            return
        right = min(left + width - 1, MOST_COLUMNS)
        if height > 1 or width > 1:
            self.grids[-1].merges.append(Merge(row, left, row + height - 1, right))
            if len(self._taken) > _MOST_TAKEN:
                raise damaged("rowspan")
            self._taken.update(
                (below, column) for below in range(row + 1, row + height) for column in range(left, right + 1)
            )
        if text:
            cells = self.grids[-1].rows.setdefault(row, [])
            cells.extend([None] * (left - len(cells)))
            cells[left - 1] = text


def _span(value: str | None) -> int:
    digits = (value or "").strip()
    return min(max(int(digits), 1), 1000) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 1
