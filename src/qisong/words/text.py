"""What the product says to a person when something is wrong or done: always Chinese and English together.

Page furniture is translated with gettext; a message that may reach a page, a terminal, a workbook and a JSON
answer at once carries both languages itself, so that no reader of one door meets half of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    zh: str
    en: str

    def format(self, **values: object) -> Text:
        return Text(self.zh.format(**values), self.en.format(**values))

    def choose(self, language: str) -> str:
        """The wording for a language code such as ``zh-hans`` or ``en``."""
        return self.zh if language.lower().startswith("zh") else self.en

    @property
    def both(self) -> str:
        return f"{self.zh} / {self.en}"

    def __str__(self) -> str:
        return self.both


class Refusal(Exception):  # noqa: N818 - it is an answer to a person, not a fault of the program
    """A verb declines: ``code`` for programs, ``text`` (what, where, what to do) for people, ``place`` the field.

    A door shows it; nothing has been written when it is raised.
    """

    def __init__(self, code: str, text: Text, place: str = "") -> None:
        super().__init__(text.both)
        self.code = code
        self.text = text
        self.place = place


def refuse(code: str, zh: str, en: str, *, place: str = "", **values: object) -> Refusal:
    """A refusal whose wording is filled from ``values``: ``raise refuse("unknown-unit", "没有…", "There is no …")``."""
    return Refusal(code, Text(zh, en).format(**values), place)
