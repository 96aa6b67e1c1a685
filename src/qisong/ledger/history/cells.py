"""What people write into the cells of old records: several names, things with their numbers, days without a year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from qisong.sheets.columns import is_null
from qisong.words.dates import DateFault, PartialDate, parse_date
from qisong.words.digits import clean, compact, plain, tidy, tidy_name

_ENTRY = re.compile(r"([^、，,;；。\n\r\t/|(（]*)(?:[(（]([^)）]*)[)）])?")
_LABEL = re.compile(r"\s*([^:：\d]{2,8})[:：](.*)", re.DOTALL)
_NUMBERED = re.compile(r"(.*?)([0-9]{1,5}) *[人名位个]")
_SUMS = frozenset({"", "共", "共计", "合计", "总计", "计", "实到", "应到", "共有", "到会", "出席", "参加"})
_AWAY = ("请假", "缺席", "未到", "未参加", "没来")
_OBSERVING = "列席"
_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_COUNTED = re.compile(r"(.+?)[ :*×xX]*([0-9]{1,7}|[一二两三四五六七八九十]) *([本册枚面节份个套张盒片支件次])?")
_COPIES = re.compile(r"([0-9]{1,7}|[一二两三四五六七八九十])(?:\.0+)? *[本册枚面节份个套张盒片支件次]?")
_TICKS = frozenset("√✓✔是有")
_BETWEEN = re.compile(r"[、，,;；\n\r\t+]")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2}|19[0-9]{2})(?![0-9])")
_DAY = re.compile(r"([0-9]{4}) *[年./-] *([0-9]{1,2}) *[月./-] *([0-9]{1,2}) *[日号]?(?![0-9])")
_DAY_OF_YEAR = re.compile(r"([0-9]{1,2}) *[月./-] *([0-9]{1,2}) *[日号]?(?![0-9])")
_CLOCK = re.compile(r"(?<![0-9])([01]?[0-9]|2[0-3])[:：]([0-5][0-9])(?![0-9])")
_AFTERNOON = re.compile("下午|晚上|晚间|傍晚|夜")
NOON = 12


@dataclass
class Names:
    """The names of one cell: who was there, who was not (and what is noted), who only listened, and people uncounted
    by name. ``others`` when the cell says that there were more than it names."""

    present: list[str] = field(default_factory=list)
    absent: list[tuple[str, str]] = field(default_factory=list)
    observers: list[str] = field(default_factory=list)
    guests: list[tuple[str, int]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)  # what stands in brackets behind a name
    others: bool = False

    @property
    def everyone(self) -> list[str]:
        return [*self.present, *(name for name, _note in self.absent), *self.observers]


def read_names(cell: object, is_known: Callable[[str], bool]) -> Names:
    """The names of a cell, however they are set apart. ``is_known`` tells a name with a space from two names."""
    found, mode = Names(), ""
    text = plain(cell)
    for entry, note in _ENTRY.findall(text):
        if label := _LABEL.fullmatch(entry):
            mode, entry = compact(label[1]), label[2]  # noqa: PLW2901 - what follows the label is the entry
        within = _LABEL.fullmatch(note)
        if within and _speaks_of(within[1]):
            add_names(found, compact(within[1]), re.split("[、，,;； ]", within[2]), "", is_known)
            note = ""  # noqa: PLW2901 - it is read
        add_names(found, compact(note) if _speaks_of(note) else mode, [entry], note, is_known)
    return found


def _speaks_of(note: str) -> bool:
    return any(word in note for word in (*_AWAY, _OBSERVING))


def add_names(found: Names, mode: str, entries: list[str], note: str, is_known: Callable[[str], bool]) -> None:
    for entry in entries:
        name = tidy(entry)
        if not name or is_null(name):
            continue
        if counted := _NUMBERED.fullmatch(clean(name)):
            name = count_people(found, counted[1].strip(), int(counted[2]))
        if name.endswith("等") and len(name) > 2:
            name, found.others = name[:-1], True
        for one in told_apart(name, is_known):
            found.notes[one] = note
            if any(word in mode for word in _AWAY):
                found.absent.append((one, note or mode))
            elif _OBSERVING in mode:
                found.observers.append(one)
            else:
                found.present.append(one)


def count_people(found: Names, who: str, number: int) -> str:
    """People counted without names are guests; the sum of a list is no one. What is left of a name is returned."""
    if who.endswith("等"):
        return who
    if who not in _SUMS:
        found.guests.append((who, number))
    return ""


def told_apart(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """张三 李四 are two, 张 三 is one."""
    if not text:
        return []
    joined = text.replace(" ", "")
    if " " not in text or is_known(joined):
        return [tidy_name(text)]
    parts = text.split(" ")
    if len(parts) == 2 and 1 in {len(part) for part in parts}:  # one character is no name
        return [joined]
    names: list[str] = []
    for part in parts:
        if names and len(part) == len(names[-1]) == 1:
            names[-1] += part
        else:
            names.append(part)
    return names


def read_names_apart(cell: object, is_known: Callable[[str], bool]) -> list[str]:
    """As ``read_names``, of a cell in which it does not matter who is noted how."""
    spaced = re.sub(r"(?<=[\u3400-\u9fff]{2}) +(?=[\u3400-\u9fff]{2})", "、", plain(cell))
    return read_names(spaced, is_known).everyone


def is_away(text: str) -> bool:
    return any(word in text for word in _AWAY)


# ---- things ---------------------------------------------------------------------------------------------------------


def read_things(cell: object) -> list[tuple[str, int | None]]:
    """Each thing named, with its number where one is written beside it."""
    things: list[tuple[str, int | None]] = []
    for part in _BETWEEN.split(plain(cell)):
        text = tidy(part).strip("。. ")
        if not text or is_null(text):
            continue
        counted = _COUNTED.fullmatch(text)
        word = (counted[1] if counted else text).strip("《》“”\"' ")
        things.append((word, number_of(counted[2]) if counted else None))
    return things


def number_of(text: str) -> int:
    return _NUMERALS.get(text) or int(text)


def read_copies(cell: object) -> int | None:
    """How many a cell says, a tick being one; None for nothing. Raises ``ValueError`` for what is no number."""
    text = compact(cell)
    if is_null(text):
        return None
    if text in _TICKS:
        return 1
    found = _COPIES.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return number_of(found[1]) or None


def is_number(text: str) -> bool:
    """Whether a cell that should hold a title only counts or ticks."""
    try:
        return read_copies(text) is not None
    except ValueError:
        return False


# ---- days and times -------------------------------------------------------------------------------------------------


def year_in(*texts: str) -> int | None:
    """The one year that the first text with any year speaks of."""
    for text in texts:
        years = set(_YEAR.findall(clean(text)))
        if years:
            return int(years.pop()) if len(years) == 1 else None
    return None


def day_in(cell: object, year: int | None, today: date) -> PartialDate | None:
    """The day in a text that says more than a day, or a day of ``year``; None if there is none. Never a guess."""
    if not isinstance(cell, str):
        return None
    text = clean(cell)
    found = _DAY.search(text)
    if found is None and year and (short := _DAY_OF_YEAR.match(text)):
        written = f"{year}年{short[1]}月{short[2]}日"
    elif found and len(set(_DAY.findall(text))) == 1:
        written = f"{found[1]}年{found[2]}月{found[3]}日"
    else:
        return None
    try:
        return parse_date(written, today=today)
    except DateFault:
        return None


def times_in(cell: object) -> tuple[str, str]:
    """When it began and ended, as far as a text says so by the clock."""
    if not isinstance(cell, str):
        return "", ""
    later = NOON if _AFTERNOON.search(cell) else 0
    times = [clock(int(hour), minute, later) for hour, minute in _CLOCK.findall(cell)[:2]]
    return next(iter(times), ""), next(iter(times[1:]), "")


def clock(hour: int, minute: str, later: int) -> str:
    return f"{hour + later if 0 < hour < NOON else hour:02}:{minute}"
