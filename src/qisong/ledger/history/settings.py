"""What holds for a whole sheet: what its title, notes, name and file say of unit, day, place and subject."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath

from qisong.ledger.history.cells import year_in
from qisong.ledger.history.forms import ABOVE, FORMS, MEETINGS, SHEET_WORDS
from qisong.ledger.history.places import Places
from qisong.sheets.grid import Cell
from qisong.sheets.sorting import SortedSheet
from qisong.words.digits import compact, plain, tidy

_PAIR = re.compile(r"([\u4e00-\u9fff]{2,8}) *[:：]\s*(.*?)(?=\s+[\u4e00-\u9fff]{2,8} *[:：]|$)", re.DOTALL)


@dataclass
class Setting:
    """``said`` holds what stands above the heading, by the column of a meeting that it is like."""

    file: str
    sheet: SortedSheet
    said: dict[str, Cell] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    unit: int | None = None
    year: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Where a unit or a year may be named, the nearest first."""
        return self.sheet.grid.name, *self.titles, PurePath(self.file).stem

    def text(self, code: str) -> str:
        return tidy(self.said.get(code))


def setting_of(sheet: SortedSheet, file: str, places: Places) -> Setting:
    setting = Setting(file, sheet)
    for cells in sheet.above:
        read_above(setting, cells)
    named = setting.text("unit")
    setting.unit = (places.find(named) or places.within(named)) if named else None
    for text in () if setting.unit else setting.names:
        setting.unit = places.find(text) or places.within(text)
        if setting.unit:
            break
    setting.year = year_in(*setting.names)
    return setting


def read_above(setting: Setting, cells: list[Cell]) -> None:
    """Label and value in one cell, or side by side; what is neither is a title."""
    label = ""
    for cell in cells:
        if cell is None:
            continue
        text = plain(cell)
        if label:
            setting.said.setdefault(label, cell)
            label = ""
        elif pairs := [(code, value) for word, value in _PAIR.findall(text) if (code := code_of(word))]:
            setting.said.update({code: value for code, value in pairs if value and code not in setting.said})
            label = pairs[-1][0] if not pairs[-1][1] else ""
        elif not (label := code_of(text)) and isinstance(cell, str):
            setting.titles.append(tidy(cell))


def code_of(label: str) -> str:
    column = FORMS[MEETINGS].find(label)
    return column.code if column and column.code in ABOVE else ""


def own_title(setting: Setting, places: Places) -> str:
    """What the title says beside the unit and the kind of sheet."""
    for title in setting.titles:
        rest = places.without(title, setting.unit)
        for word in SHEET_WORDS:
            rest = rest.replace(word, "")
        if rest:
            return rest
    return ""


def label_of_sheet(setting: Setting) -> str:
    return compact(f"{setting.file}/{setting.sheet.grid.name}")
