"""Dates as people write them, read without ever inventing a day.

A ``PartialDate`` may know only the year, or the year and month. ``parse_date`` reads what a cell or a box holds; what
could mean two days, or no day at all, is a ``DateFault`` with advice, never a guess.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from qisong.words.digits import clean
from qisong.words.text import Text

EARLIEST_YEAR = 1900
_LONGEST = 60  # characters of a written date, with time and weekday
_STORED = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class PartialDate:
    """A date of which the day, or the month and day, may be unknown (0). Ordered; the unknown comes first."""

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        if self.day and not self.month:
            raise ValueError("a day without a month")
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def of(cls, day: date) -> PartialDate:
        return cls(day.year, day.month, day.day)

    @classmethod
    def from_text(cls, text: str) -> PartialDate:
        """The stored form back: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; anything else is a ``ValueError``."""
        found = _STORED.fullmatch(text)
        if found is None:
            raise ValueError("not a stored date")
        year, month, day = found.groups()
        if month == "00" or day == "00":
            raise ValueError("not a stored date")
        return cls(int(year), int(month or 0), int(day or 0))

    @property
    def first(self) -> date:
        """The earliest day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def is_full(self) -> bool:
        return bool(self.day)

    @property
    def chinese(self) -> str:
        """``1958年3月5日``, ``1958年3月`` or ``1958年``."""
        month = f"{self.month}月" if self.month else ""
        return f"{self.year}年{month}" + (f"{self.day}日" if self.day else "")

    def agrees(self, other: PartialDate) -> bool:
        """Whether both can be the same day as far as each is known."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        month = f"-{self.month:02}" if self.month else ""
        return f"{self.year:04}{month}" + (f"-{self.day:02}" if self.day else "")


class DateFault(ValueError):  # noqa: N818 - it is an answer about the input
    """Why a value is no date: ``code`` for programs, ``text`` for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = _FAULTS[code]


_ADVICE = Text(
    "请改成文本格式的“1958年3月5日”；不知道哪一天就写“1958年3月”。",
    "Write it as text, such as 1958-03-05, or 1958-03 when the day is not known.",
)


def _fault(zh: str, en: str) -> Text:
    return Text(f"{zh}{_ADVICE.zh}", f"{en} {_ADVICE.en}")


_FAULTS = {
    "date-empty": _fault("没有填日期。", "There is no date."),
    "date-unreadable": _fault("看不出这是哪一天。", "This cannot be read as a date."),
    "date-ambiguous": _fault("这个写法可能是两个不同的日期。", "This could mean two different dates."),
    "date-impossible": _fault("没有这一天，或年份不可能。", "There is no such day, or the year cannot be."),
    "date-future": _fault("日期在今天以后。", "The date lies in the future."),
    "date-two-digit-year": _fault("年份要写四位数。", "The year must have four digits."),
    "date-lunar": _fault("看起来是农历，请换成公历。", "This looks like a lunar date; give the solar one."),
}

_ENGLISH_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {
    name: number for number, month in enumerate(_ENGLISH_MONTHS, start=1) for name in (month, month[:3], month[:4])
}
_CHINESE_DIGITS = {digit: str(number) for number, digit in enumerate("〇一二三四五六七八九")}
_CHINESE_DIGITS |= {"零": "0", "○": "0", "◯": "0", "O": "0", "o": "0", "两": "2"}
_NUMERAL = "〇零○◯Oo一二三四五六七八九十廿卅两元"
_CHINESE_DATE = re.compile(rf"([{_NUMERAL}0-9]+)年(?:([{_NUMERAL}0-9]+)月(?:份|([{_NUMERAL}0-9]+)[日号]?)?)?", re.ASCII)
_TIME = re.compile(
    r"[ T]?(?:(?:上午|下午|凌晨|[AaPp][Mm]) ?)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?: ?[AaPp][Mm])?(?P<zone> ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?$",
    re.ASCII,
)
_WEEKDAY = re.compile(r" ?\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
_AROUND_MARK = re.compile(r" ?([年月日号/.\-]) ?")
_MARKS = str.maketrans(dict.fromkeys("‐‑‒–—−~", "-") | dict.fromkeys("。、,·", ".") | {"\\": "/"})
_PARTS = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,4})(?:\2([0-9]{1,4}))?", re.ASCII)
_ENGLISH = re.compile(
    r"([0-9]{1,2})[- ]([A-Za-z]+)\.?[- .]+([0-9]{2,4})|([A-Za-z]+)\.? ?([0-9]{1,2})[. ]+([0-9]{4})", re.ASCII
)
_LUNAR = re.compile("农历|阴历|旧历|闰|正月|腊月|冬月|初[一二三四五六七八九十]")


def parse_date(value: object, *, epoch1904: bool = False, today: date) -> PartialDate:
    """Read a cell value (text, number or date) as a date that is not after ``today``; raises ``DateFault``.

    A number is a year (1958), a year and month (195803, 1958.3), a full date (19580305) or an Excel serial of the
    given epoch. 1958.1 as a number may have been typed 1958.10, so it is refused.
    """
    if value is None:
        raise DateFault("date-empty")
    if isinstance(value, PartialDate):
        found = value
    elif isinstance(value, date):
        found = _from_day(value, epoch1904, today)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _from_number(value, epoch1904=epoch1904, today=today)
    elif isinstance(value, str) and len(value) <= _LONGEST:
        found = _from_text(value, epoch1904, today.year)
    else:
        raise DateFault("date-unreadable")
    if found.year < EARLIEST_YEAR:
        raise DateFault("date-impossible")
    if found.first > today:
        raise DateFault("date-future")
    return found


def _from_day(value: date, epoch1904: bool, today: date) -> PartialDate:  # noqa: FBT001 - the epoch of the workbook
    day = value.date() if isinstance(value, datetime) else value
    # A year typed into a cell formatted as a date shows as a day of 1905: its serial is the year itself.
    if EARLIEST_YEAR <= (day - _epoch(epoch1904)).days <= today.year:
        raise DateFault("date-ambiguous")
    return PartialDate.of(day)


def _epoch(epoch1904: bool) -> date:  # noqa: FBT001 - the epoch of the workbook
    return date(1904, 1, 1) if epoch1904 else date(1899, 12, 30)


def _make(year: int, month: int = 0, day: int = 0) -> PartialDate:
    try:
        return PartialDate(year, month, day)
    except ValueError:
        raise DateFault("date-impossible") from None


def _from_number(value: float, *, epoch1904: bool, today: date) -> PartialDate:
    if not math.isfinite(value) or value < 1 or value >= 1e8:
        raise DateFault("date-impossible")
    if value == int(value):
        return _from_whole(int(value), epoch1904, today.year)
    if value >= 10_000:
        return _from_serial(int(value), epoch1904)
    whole, _, fraction = f"{value:.10g}".partition(".")
    if not EARLIEST_YEAR <= int(whole) <= today.year:
        raise DateFault("date-impossible")
    if fraction == "1" or len(fraction) == 3:  # .1 may be .10, .031 may be .0310
        raise DateFault("date-ambiguous")
    if len(fraction) <= 2:
        return _make(int(whole), _part(fraction))
    if len(fraction) == 4:
        return _make(int(whole), _part(fraction[:2]), _part(fraction[2:]))
    raise DateFault("date-unreadable")


def _from_whole(number: int, epoch1904: bool, this_year: int) -> PartialDate:  # noqa: FBT001 - cached callers pass it so
    digits = str(number)
    if len(digits) == 8:
        return _make(int(digits[:4]), _part(digits[4:6]), _part(digits[6:]))
    if len(digits) == 6:
        return _six_digits(digits, this_year)
    if len(digits) == 4 and EARLIEST_YEAR <= number <= this_year:
        return _make(number)
    if len(digits) == 5:
        return _from_serial(number, epoch1904)
    # Serials of four digits end in 1927, and look like a year or a month with a short year.
    raise DateFault("date-ambiguous" if len(digits) == 4 else "date-impossible")


def _six_digits(digits: str, this_year: int) -> PartialDate:
    if not EARLIEST_YEAR <= int(digits[:4]) <= this_year + 1:
        month, day = int(digits[2:4]), int(digits[4:])
        short = 1 <= month <= 12 and 1 <= day <= 31
        raise DateFault("date-two-digit-year" if short else "date-impossible")
    if digits < "1913" and 1 <= int(digits[4:]) <= 31:  # 190305: nobody's 1903, more likely 5 March 2019 cut short
        raise DateFault("date-ambiguous")
    return _make(int(digits[:4]), _part(digits[4:]))


def _from_serial(number: int, epoch1904: bool) -> PartialDate:  # noqa: FBT001 - the epoch of the workbook
    return PartialDate.of(_epoch(epoch1904) + timedelta(days=number))


def _part(digits: str) -> int:
    """A month or a day that is written down, so that zero is no such day rather than an unknown one."""
    number = int(digits)
    if not 1 <= number <= 31:
        raise DateFault("date-impossible")
    return number


@lru_cache(maxsize=8192)
def _from_text(raw: str, epoch1904: bool, this_year: int) -> PartialDate:  # noqa: FBT001 - positional for the cache
    text = clean(raw)
    if not text:
        raise DateFault("date-empty")
    if _LUNAR.search(text):
        raise DateFault("date-lunar")
    text = _without_time(_WEEKDAY.sub("", text)).translate(_MARKS).strip(" -./")
    if " " in text:
        text = _AROUND_MARK.sub(r"\1", text)
    digits = re.sub(r"(?<=[0-9]{5})\.0+$", "", text)
    if digits.isascii() and digits.isdigit():
        return _from_digits(digits, epoch1904, this_year)
    for pattern, read in _GRAMMAR:
        found = pattern.fullmatch(text)
        if found:
            return read(found)
    raise DateFault("date-unreadable")


def _without_time(text: str) -> str:
    found = _TIME.search(text)
    if found is None or found.start() < 6:
        return text
    zone = (found.group("zone") or "").strip()
    # A moment of another zone may be another day here.
    if zone and zone.replace(":", "") != "+0800":
        raise DateFault("date-ambiguous")
    return text[: found.start()].strip()


def _from_digits(digits: str, epoch1904: bool, this_year: int) -> PartialDate:  # noqa: FBT001 - see _from_text
    if digits.startswith("0") or len(digits) > 8:
        raise DateFault("date-impossible")
    year_and_month = len(digits) == 5 and EARLIEST_YEAR <= int(digits[:4]) <= this_year and digits[4] != "0"
    if year_and_month:  # 19583: March 1958 or the serial of a day in 1953
        raise DateFault("date-ambiguous")
    return _from_whole(int(digits), epoch1904, this_year)


def _from_chinese(found: re.Match[str]) -> PartialDate:
    year, month, day = found.groups()
    digits = "".join(_CHINESE_DIGITS.get(character, character) for character in year)
    if not (digits.isascii() and digits.isdigit()):
        raise DateFault("date-unreadable")
    if len(digits) != 4:
        raise DateFault("date-two-digit-year" if len(digits) == 2 else "date-impossible")
    return _make(int(digits), *(_chinese_number(part) for part in (month, day) if part))


def _chinese_number(text: str) -> int:
    """A month or day in Arabic or Chinese numerals: 3, 三, 十二, 二十五, 廿五, 元 (the first month)."""
    if text.isascii() and text.isdigit():
        return _part(text)
    text = {"元": "一"}.get(text, text).replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = text.rpartition("十")
    digits = "".join(
        _CHINESE_DIGITS.get(character, "?") for character in (tens or "一" if ten else "") + (ones or "〇")
    )
    if not digits.isdigit() or len(digits) > 2:
        raise DateFault("date-unreadable")
    return _part(digits)


def _from_parts(found: re.Match[str]) -> PartialDate:
    one, _mark, two, three = found.groups()
    if len(one) == 4:
        return _make(int(one), _part(two), *([_part(three)] if three else []))
    if three is None:
        if len(two) == 4 and len(one) <= 2:  # 3/1958
            return _make(int(two), _part(one))
        raise DateFault("date-two-digit-year")
    if len(three) != 4 or len(one) > 2 or len(two) > 2:
        raise DateFault("date-two-digit-year" if max(len(one), len(two), len(three)) <= 2 else "date-unreadable")
    return _day_and_month(int(three), _part(one), _part(two))


def _day_and_month(year: int, one: int, two: int) -> PartialDate:
    """5/19/2016 and 19/5/2016 have one reading; 3/5/2016 has two."""
    if one <= 12 and two <= 12 and one != two:
        raise DateFault("date-ambiguous")
    return _make(year, min(one, two), max(one, two))


def _from_english(found: re.Match[str]) -> PartialDate:
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    if month.lower() not in _MONTHS:
        raise DateFault("date-unreadable")
    if len(year) != 4:
        raise DateFault("date-two-digit-year" if len(year) == 2 else "date-unreadable")
    return _make(int(year), _MONTHS[month.lower()], _part(day))


_GRAMMAR = (
    (_CHINESE_DATE, _from_chinese),
    (_PARTS, _from_parts),
    (_ENGLISH, _from_english),
)
