"""What is wrong with a sheet, where exactly, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from qisong.sheets.columns import Column
from qisong.words.digits import plain
from qisong.words.identity import mask_identity, mask_personal, mask_phone
from qisong.words.text import Text

Severity = Literal["error", "warning"]
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend or to look at.

    ``cell`` is "D7" or "" for a whole sheet; ``row`` the number the user sees, or ``None``; ``value`` is already
    masked where it is personal; ``text`` says what and what to do. ``proposal`` is the value it may have been meant
    to be: personal, shown only to those who may see the cell, and no part of the JSON.
    """

    file: str
    sheet: str
    cell: str
    row: int | None
    column: str
    value: str
    code: str
    severity: Severity
    text: Text
    proposal: str = field(default="", repr=False)

    def as_json(self) -> dict[str, str | int | None]:
        return {
            "file": self.file,
            "sheet": self.sheet,
            "cell": self.cell,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "severity": self.severity,
            "message": self.text.both,
        }


def shown(value: object, column: Column | None = None) -> str:
    """A cell value as a problem may show it: masked by its column's kind, and wherever it looks personal."""
    text = plain(value).strip()
    if column is not None and column.kind == "identity":
        return mask_identity(text)
    if column is not None and column.kind == "phone":
        return mask_phone(text)
    text = mask_personal(" ".join(text.split()))
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
