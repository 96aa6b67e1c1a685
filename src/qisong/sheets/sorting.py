"""A file whose sheets may have several shapes: each sheet is read by the form that knows most of its heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from qisong.sheets.columns import ERRORS_TITLE, Form
from qisong.sheets.grid import Cell, Grid, letters
from qisong.sheets.heading import Heading, find_heading
from qisong.sheets.opening import Opened, open_grids
from qisong.sheets.reading import SheetReader, lacking
from qisong.sheets.rows import Reading
from qisong.words.digits import compact

SAMPLES = 3
Part = tuple[Grid, Form, Heading]


@dataclass(frozen=True)
class SortedSheet:
    """A sheet that was read; ``complete`` unless its heading lacks a required column."""

    grid: Grid
    heading: Heading
    reading: Reading
    whole: Grid  # of which ``grid`` may be one block

    @property
    def form(self) -> Form:
        return self.reading.form

    @property
    def complete(self) -> bool:
        return not lacking(self.heading, self.form)

    @property
    def above(self) -> list[list[Cell]]:
        """The rows above the heading: titles and notes."""
        return [cells for number, cells in sorted(self.whole.rows.items()) if number < self.heading.top]

    @property
    def unknown(self) -> dict[int, str]:
        """Headings that the form does not know and under which something is written, by column."""
        return {
            place: title
            for place, title in self.heading.unknown.items()
            if not compact(title).startswith(ERRORS_TITLE) and self.samples(place)
        }

    def samples(self, place: int) -> list[Cell]:
        rows = (cells for number, cells in sorted(self.grid.rows.items()) if number > self.heading.bottom)
        values = [cells[place - 1] for cells in rows if len(cells) >= place and cells[place - 1] is not None]
        return values[:SAMPLES]

    def address(self, place: int) -> str:
        return f"{letters(place)}{self.heading.bottom}"


def read_sorted(
    content: bytes, filename: str, forms: Sequence[Form], *, today: date
) -> tuple[list[SortedSheet], list[Grid]]:
    """Every sheet that has a heading of one of ``forms``, and those that hold something and have none.

    Raises ``Refusal`` when nothing can be read at all.
    """
    opened = open_grids(content)
    known, strange = [], []
    for grid in likeliest(opened, forms):
        headings = [(form, heading) for form in forms if (heading := find_heading(grid, form))]
        if headings:
            known += [read_sheet(grid, part, filename, today) for part in parts(grid, headings)]
        elif grid:
            strange.append(grid)
    return known, strange


def likeliest(opened: Opened, forms: Sequence[Form]) -> list[Grid]:
    """Of the ways a text file may be split, the one whose heading knows most."""

    def known(grids: list[Grid]) -> int:
        return max(
            (len(found.columns) for grid in grids for form in forms if (found := find_heading(grid, form))), default=0
        )

    return max(opened.readings, key=known) if opened.readings else opened.grids


def parts(grid: Grid, headings: list[tuple[Form, Heading]]) -> list[Part]:
    """The sheet under its best heading; one whose columns stand there again to the right is read block by block."""
    form, heading = max(headings, key=lambda pair: (not lacking(pair[1], pair[0]), len(pair[1].columns)))
    again = [other for _kept, other, _column in (*heading.twice, *heading.beside)]
    if len(again) < len(heading.columns) or len(again) < 2:
        return [(grid, form, heading)]
    first = min(again)
    blocks = [cut(grid, 1, first - 1), cut(grid, first, None)]
    return [part for block in blocks if (found := find_heading(block, form)) for part in parts(block, [(form, found)])]


def cut(grid: Grid, first: int, last: int | None) -> Grid:
    """The columns from ``first`` to ``last`` of a sheet, where they stand."""
    rows = {number: [None] * (first - 1) + cells[first - 1 : last] for number, cells in grid.rows.items()}
    merges = [one for one in grid.merges if one.left >= first and (last is None or one.right <= last)]
    return replace(
        grid, rows={n: cells for n, cells in rows.items() if any(c is not None for c in cells)}, merges=merges
    )


def read_sheet(whole: Grid, part: Part, filename: str, today: date) -> SortedSheet:
    grid, form, heading = part
    reading = Reading(filename, form)
    SheetReader(reading, grid, heading, today).read()
    return SortedSheet(grid, heading, reading, whole)
