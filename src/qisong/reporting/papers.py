"""What a paper is made of: lines of words and figures, sections, tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from string import Formatter

from qisong.org.models import Unit
from qisong.reporting.indicators import Measure
from qisong.reporting.spans import Span
from qisong.words.text import Text


@dataclass(frozen=True)
class Figure:
    """A number of an indicator, and the way to the rows behind it. ``str()`` says it with its measure word."""

    value: int
    measure: Measure
    indicator: str
    span: Span
    language: str

    @property
    def number(self) -> str:
        return str(self.value)

    @property
    def link(self) -> dict[str, str]:
        """What leads to the rows: arguments of the page of an indicator."""
        return {
            "indicator": self.indicator,
            "unit": str(self.span.unit.pk),
            "first": self.span.first.isoformat(),
            "last": self.span.last.isoformat(),
            "programme": self.span.programme.code,
        } | ({"own": "1"} if self.span.own else {})

    def __str__(self) -> str:
        between = "" if self.language.startswith("zh") else " "
        return f"{self.value}{between}{self.measure.say(self.value, self.language)}"


Piece = str | Figure
Line = tuple[Piece, ...]


def line(text: Text, language: str, **figures: Figure | str) -> Line:
    """A sentence with figures in the places that ``text`` names."""
    pieces: list[Piece] = []
    for words, place, _format, _conversion in Formatter().parse(text.choose(language)):
        pieces += [piece for piece in (words, figures[place] if place else "") if piece]
    return tuple(pieces)


def spoken(pieces: Line) -> str:
    return "".join(str(piece) for piece in pieces)


@dataclass(frozen=True)
class Section:
    heading: str
    lines: list[Line]


Cell = tuple[Piece, ...]


@dataclass(frozen=True)
class PaperTable:
    """``rows[i][j]`` belongs to ``columns[j]``; in cells figures stand without their measure word, which the heading
    gives. ``total`` tells whether the last row is 合计."""

    caption: str
    columns: list[str]
    rows: list[list[Cell]]
    total: bool = False


@dataclass(frozen=True)
class Briefing:
    """``head`` in red, ``issuer`` left and ``issued`` right below it; ``basis`` says which day and which tree."""

    unit: Unit
    first: date
    last: date
    language: str
    head: str
    issuer: str
    issued: str
    title: str
    period: str
    basis: str
    sections: list[Section] = field(default_factory=list)
    tables: list[PaperTable] = field(default_factory=list)

    def figures(self) -> list[Figure]:
        """Every figure of the paper, in order."""
        lines = [one for section in self.sections for one in section.lines]
        cells = [cell for table in self.tables for row in table.rows for cell in row]
        return [piece for pieces in (*lines, *cells) for piece in pieces if isinstance(piece, Figure)]
