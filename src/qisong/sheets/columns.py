"""A form is a declaration: which columns, under which headings, holding what.

Reading, writing and marking a sheet all follow the same ``Form``; what the columns mean belongs to the room that
declares it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from qisong.words.digits import clean, fold_heading

Kind = Literal["text", "name", "date", "identity", "phone", "choice", "yesno", "integer"]

# What people write where there is nothing to write (paper rules forbid an empty box).
NULLS = frozenset({"", "无", "—", "——", "–", "-", "--", "---", "/", "\\"})
ERRORS_TITLE = "错误"  # the column that a marked copy carries; it is no news when it comes back
_BRACKETED = re.compile(r"(.+)\((.+)\)")


@lru_cache(maxsize=65_536)
def is_null(text: str) -> bool:
    """Whether a short text says that there is nothing to say."""
    return text in NULLS or clean(text) in NULLS


@dataclass(frozen=True, eq=False)
class Column:
    """One column: ``code`` for programs, ``title`` as the form prints it, ``aliases`` as others call it.

    ``choices`` are the labels of a ``choice``; ``synonyms`` map other spellings to them; with ``open_choices`` an
    unknown label is kept with a warning (none without ``remark_unknown``) instead of being refused. ``only_if`` names
    a ``yesno`` column: unless that says yes, this one is not read. ``ordinal`` marks a running number, which alone
    makes no row. One that is ``required`` and ``may_be_empty`` must be in the heading only. ``width`` is in characters.
    """

    code: str
    title: str
    aliases: tuple[str, ...] = ()
    kind: Kind = "text"
    required: bool = False
    may_be_empty: bool = False
    choices: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    open_choices: bool = False
    remark_unknown: bool = True
    only_if: str = ""
    ordinal: bool = False
    width: int = 12

    @cached_property
    def labels(self) -> dict[str, str]:
        """Spelling, as written and folded → label."""
        spellings = {label: label for label in self.choices} | dict(self.synonyms)
        return {fold_label(spelling): label for spelling, label in spellings.items()} | spellings


@dataclass(frozen=True, eq=False)
class Form:
    """A sheet with a title and columns in their exact order."""

    code: str
    sheet_name: str
    title: str
    columns: tuple[Column, ...]

    @cached_property
    def by_code(self) -> dict[str, Column]:
        return {column.code: column for column in self.columns}

    @cached_property
    def _by_heading(self) -> dict[str, Column]:
        headings: dict[str, Column] = {}
        for column in self.columns:
            for heading in (column.title, *column.aliases):
                headings.setdefault(fold_heading(heading), column)
        return headings

    @cached_property
    def headings(self) -> frozenset[str]:
        """Every heading as the declaration writes it."""
        return frozenset(heading for column in self.columns for heading in (column.title, *column.aliases))

    def find(self, heading: object) -> Column | None:
        """The column a heading means: as written, else by what its brackets hold, else without the brackets."""
        folded = fold_heading(heading)
        found = self._by_heading.get(folded)
        if found is None and (bracketed := _BRACKETED.fullmatch(folded)):
            found = self._by_heading.get(bracketed[2]) or self._by_heading.get(bracketed[1])
        return found

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)


def fold_label(label: object) -> str:
    """A label for comparison: half-width, no spaces, one kind of comma."""
    return clean(label).replace(" ", "").replace("、", ",").casefold()
