"""Working days by the Chinese calendar of holidays and of the weekends worked in their stead.

The office that announces a year's holidays does so in the autumn before, so the table of the library ends with the
current year or the next. Beyond it Monday to Friday count, and ``holidays_known`` lets a page say so.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from chinese_calendar import is_workday as is_workday_of_table

DAY = timedelta(days=1)
SATURDAY = 5


@lru_cache(maxsize=8192)
def told(day: date) -> bool | None:
    """What the table says of the day; None where it ends. Kept, because it searches its own ends at each question."""
    try:
        return bool(is_workday_of_table(day))
    except NotImplementedError:
        return None


def holidays_known(day: date) -> bool:
    return told(day) is not None


def is_workday(day: date) -> bool:
    known = told(day)
    return day.weekday() < SATURDAY if known is None else known


def add_workdays(day: date, n: int) -> date:
    """The ``n``-th working day after ``day``, or before it if ``n`` is negative; ``day`` itself for 0."""
    step = DAY if n > 0 else -DAY
    while n:
        day += step
        if is_workday(day):
            n -= 1 if n > 0 else -1
    return day


def workdays_between(day: date, until: date) -> int:
    """How many working days come after ``day`` up to ``until``, that one included; negative if it is past."""
    if until < day:
        return -workdays_between(until, day)
    return sum(is_workday(day + DAY * ahead) for ahead in range(1, (until - day).days + 1))
