"""A golden file and what must come of it, said by hand before it is read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """``problems`` are (cell, code) pairs, an ``!`` before the code for an error; ``cells`` values by address-like
    "5 born"; ``skipped`` rows with their reason; ``refused`` the code if nothing is read.
    """

    name: str
    about: str
    content: bytes
    rows: int = 0
    problems: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    cells: dict[str, object] = field(default_factory=dict)
    refused: str = ""

    def expected(self) -> dict[str, object]:
        if self.refused:
            return {"about": self.about, "refused": self.refused}
        return {
            "about": self.about,
            "rows": self.rows,
            "problems": [
                {"cell": cell, "code": code.lstrip("!"), "severity": "error" if code[0] == "!" else "warning"}
                for cell, code in self.problems
            ],
            "skipped": [{"row": row, "reason": reason} for row, reason in self.skipped],
            "cells": self.cells,
        }
