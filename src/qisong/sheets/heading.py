"""Where a sheet's heading is: below titles and notes, over one to three rows, merged or broken over lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from qisong.sheets.columns import Column, Form
from qisong.sheets.grid import Cell, Grid, letters
from qisong.words.digits import fold_heading, plain

_SEARCHED_ROWS = 60
_TALLEST = 3
_FEWEST = 3  # known titles that make a heading
_LONGEST_TITLE = 40
_MOST_SPREAD = 20_000  # cells that merged titles may cover


@dataclass(frozen=True)
class Heading:
    """A heading that ends in row ``bottom``: column number (from 1) → column, and what it does not know."""

    top: int
    bottom: int
    columns: dict[int, Column]
    unknown: dict[int, str]
    twice: tuple[tuple[int, int, Column], ...] = ()  # (kept, other, column) under equally good titles
    beside: tuple[tuple[int, int, Column], ...] = ()  # the same, but the kept one has the form's own title

    @cached_property
    def letters(self) -> dict[str, str]:
        return {column.code: letters(number) for number, column in self.columns.items()}

    @cached_property
    def in_turn(self) -> tuple[Column, ...]:
        """The columns to read, those that depend on another one last."""
        return tuple(sorted(self.columns.values(), key=lambda column: bool(column.only_if)))


def find_heading(grid: Grid, form: Form) -> Heading | None:
    """The heading that knows most columns, of equals the shortest, then topmost; ``None`` if no row looks like one."""
    spread = _spread(grid)
    best, most = None, (0, 0)
    for top in sorted(grid.rows)[:_SEARCHED_ROWS]:
        for height in range(1, _TALLEST + 1):
            heading = _read(grid, form, spread, top, top + height - 1)
            if heading is not None and (len(heading.columns), -height) > most:
                best, most = heading, (len(heading.columns), -height)
    if best is None or len(best.columns) < min(_FEWEST, len(form.columns)):
        return None
    return best


def repeats(heading: Heading, form: Form, row: list[Cell]) -> Heading | None:
    """The heading a data row is when it is one again, as printed on each page; its columns may be elsewhere now."""
    if form.headings.isdisjoint(cell for cell in row if isinstance(cell, str)):
        return None
    found = {number: column for number, cell in enumerate(row, start=1) if (column := _known(form, cell))}
    filled = sum(cell is not None for cell in row)
    if len(found) < min(max(_FEWEST, len(heading.columns) // 2), max(_FEWEST, filled)):
        return None
    return _sorted_out(heading.top, heading.bottom, [(n, plain(row[n - 1]), column) for n, column in found.items()], {})


def _known(form: Form, cell: Cell) -> Column | None:
    if not isinstance(cell, str) or len(cell) > _LONGEST_TITLE:
        return None
    return form.find(cell)


def _spread(grid: Grid) -> dict[tuple[int, int], Cell]:
    """What merged blocks near the top show in each of their cells."""
    near = set(sorted(grid.rows)[: _SEARCHED_ROWS + _TALLEST])
    shown: dict[tuple[int, int], Cell] = {}
    for merge in grid.merges:
        if len(shown) > _MOST_SPREAD:
            break
        if merge.top in near and merge.bottom - merge.top < _TALLEST and merge.left <= len(grid.rows[merge.top]):
            value = grid.rows[merge.top][merge.left - 1]
            for row in range(merge.top, merge.bottom + 1):
                for column in range(merge.left, min(merge.right, merge.left + 200) + 1):
                    shown[row, column] = value
    return shown


def _read(grid: Grid, form: Form, spread: dict[tuple[int, int], Cell], top: int, bottom: int) -> Heading | None:
    rows = range(top, bottom + 1)
    if bottom > top and not grid.rows.get(bottom):
        return None
    width = max((len(grid.rows.get(row, ())) for row in rows), default=0)
    width = max([width, *(column for row, column in spread if row in rows)])
    parents = _parents(grid, bottom)
    titles, unknown = [], {}
    for number in range(1, width + 1):
        stack = _stack([spread.get((row, number), _at(grid, row, number)) for row in rows])
        column = None if (bottom, number) in parents else _column_of(form, stack)
        if column is not None:
            titles.append((number, stack[-1], column))
        elif stack:
            unknown[number] = "".join(stack)
    return _sorted_out(top, bottom, titles, unknown) if titles else None


def _parents(grid: Grid, bottom: int) -> set[tuple[int, int]]:
    """The cells of row ``bottom`` in a block over several columns that has titles of its own below."""
    below = grid.rows.get(bottom + 1, [])
    return {
        (bottom, column)
        for merge in grid.merges[:_MOST_SPREAD]
        if merge.bottom == bottom and merge.left < merge.right
        if sum(isinstance(cell, str) for cell in below[merge.left - 1 : merge.right]) > 1
        for column in range(merge.left, min(merge.right, len(below)) + 1)
    }


def _at(grid: Grid, row: int, number: int) -> Cell:
    cells = grid.rows.get(row, ())
    return cells[number - 1] if number <= len(cells) else None


def _stack(cells: list[Cell]) -> list[str]:
    """The titles over one column from parent to child, each once."""
    stack: list[str] = []
    for cell in cells:
        title = plain(cell).strip()
        if title and (not stack or title != stack[-1]):
            stack.append(title)
    return stack


def _column_of(form: Form, stack: list[str]) -> Column | None:
    """A title alone, or parent and child read together, or the child; never the parent of another child."""
    if not stack or any(len(title) > _LONGEST_TITLE for title in stack):
        return None
    return form.find("".join(stack)) or form.find(stack[-1])


def _sorted_out(top: int, bottom: int, titles: list[tuple[int, str, Column]], unknown: dict[int, str]) -> Heading:
    """Give each column one place: the first under the form's own title, else the first."""
    places: dict[str, list[tuple[int, bool, Column]]] = {}
    for number, title, column in titles:
        own = fold_heading(title) == fold_heading(column.title)
        places.setdefault(column.code, []).append((number, own, column))
    columns: dict[int, Column] = {}
    twice: list[tuple[int, int, Column]] = []
    beside: list[tuple[int, int, Column]] = []
    for found in places.values():
        ordered = sorted(found, key=lambda place: not place[1])
        kept, kept_own, column = ordered[0]
        columns[kept] = column
        for other, other_own, _column in ordered[1:]:
            (twice if other_own == kept_own else beside).append((kept, other, column))
    return Heading(top, bottom, dict(sorted(columns.items())), unknown, tuple(twice), tuple(beside))
