"""Lists as pages, paper and workbooks show them: one table, prepared once, drawn by ``drawing.draw``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import Promise

ROWS_A_PAGE = 50
T = TypeVar("T")


class Mark(StrEnum):
    """Never colour alone: each mark is a sign beside words or figures."""

    DONE = "✓"
    OPEN = "○"
    NONE = "—"


@dataclass(frozen=True)
class Column:
    label: str | Promise
    kind: str = ""  # "number" is set in tabular figures to the right; "verb" is left out in print


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere, or, without a ``url``, only words."""

    label: str | Promise
    url: str
    current: bool = False


@dataclass(frozen=True)
class Cell:
    text: str | int | Promise = ""
    url: str = ""
    mark: Mark | None = None
    note: str | Promise = ""
    parts: Sequence[Link] = ()  # instead of ``text``, for a cell that leads to several places

    @property
    def tone(self) -> str:
        return self.mark.name.lower() if self.mark else ""


@dataclass(frozen=True)
class Row:
    """The first cell heads the row. ``id`` makes it a row to tick, sent as ``ticked``."""

    cells: Sequence[Cell]
    id: str = ""
    strong: bool = False  # the unit itself, above the rows of its children


@dataclass(frozen=True)
class Table:
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row] = field(default_factory=list)
    empty: str | Promise = ""  # what is said when there is no row
    tick: str = ""  # the field name under which ticked rows are sent
    called: str | Promise = ""  # for those who listen, where no caption tells one table of a page from another
    figures: bool = False  # every cell but the first of a row is a figure: said once, for hundreds of them


def page_of(rows: Sequence[T] | QuerySet[Any, T], number: str | None, size: int = ROWS_A_PAGE) -> Page[T]:
    """The page asked for; a number that is none leads to the first, one too high to the last."""
    return Paginator(rows, size).get_page(number)
