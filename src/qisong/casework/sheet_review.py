"""What a sheet would add to the cases of a unit, before anything is written, and the sheet with its mistakes marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from qisong.sheets.annotating import annotate
from qisong.sheets.columns import Form
from qisong.sheets.problems import Problem

LineT = TypeVar("LineT")


@dataclass
class SheetReview(Generic[LineT]):
    """``rows`` data rows, of them ``lines`` new and ``held`` known already; new ones only count if none is wrong."""

    form: Form
    rows: int
    held: int = 0
    lines: list[LineT] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def wrong(self) -> int:
        return len(self.wrong_rows())

    def wrong_rows(self) -> set[tuple[str, int]]:
        """Sheet and row of each that has a mistake."""
        return {(one.sheet, one.row) for one in self.problems if one.severity == "error" and one.row}

    def sort(self) -> None:
        self.problems.sort(key=lambda problem: (problem.sheet, problem.row or 0))

    def as_json(self) -> dict[str, object]:
        counts = {"rows": self.rows, "new": len(self.lines), "held": self.held, "wrong": self.wrong}
        return counts | {"problems": [problem.as_json() for problem in self.problems]}

    def annotated(self, source: bytes, filename: str) -> bytes:
        return annotate(source, filename, self.problems, form=self.form)
