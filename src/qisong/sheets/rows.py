"""What reading a file gives: rows with typed values that know their place, and all problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qisong.sheets.columns import Column, Form
from qisong.sheets.problems import Problem, Severity, shown
from qisong.words.dates import PartialDate
from qisong.words.text import Text

Value = str | PartialDate | bool | int | None


@dataclass(slots=True)
class Row:
    """One data row: ``cells`` by column code (``None`` where nothing is said), ``raw`` as the file has them.

    ``number`` is the row number the user sees. A column the file does not have is absent from ``cells``: absent
    means "this file does not speak of it", ``None`` means "it says there is none".
    """

    file: str
    sheet: str
    number: int
    cells: dict[str, Value]
    raw: dict[str, object]
    letters: Mapping[str, str]

    def address(self, code: str) -> str:
        """The cell of a column, such as "D7"; "" if the file has no such column."""
        letter = self.letters.get(code, "")
        return f"{letter}{self.number}" if letter else ""

    def text(self, code: str) -> str:
        """The cell as text, "" where there is nothing."""
        value = self.cells.get(code)
        return "" if value is None else str(value)

    def problem(
        self,
        column: Column,
        code: str,
        text: Text,
        *,
        severity: Severity = "error",
        proposal: str = "",
    ) -> Problem:
        """A problem at this row's cell of ``column``, its value masked where personal."""
        value = shown(self.raw.get(column.code), column)
        cell = self.address(column.code)
        return Problem(self.file, self.sheet, cell, self.number, column.title, value, code, severity, text, proposal)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no data row, and why: ``total``, ``signature``, ``note``, ``heading``, ``example``, ``numbers``."""

    sheet: str
    number: int
    reason: str


@dataclass(slots=True)
class Reading:
    """A whole file read by a form. ``encoding`` is set for text files, so that a person can confirm what they see."""

    file: str
    form: Form
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    encoding: str = ""

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)
