from datetime import date, timedelta

import pytest
from chinese_calendar import holidays
from chinese_calendar import is_workday as of_table
from hypothesis import given
from hypothesis import strategies as st

from qisong.words.workdays import add_workdays, holidays_known, is_workday, workdays_between

LAST = max(holidays).replace(month=12, day=31)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def counted(day: date, until: date) -> int:
    """One by one, by the library itself and by the weekday where it knows nothing."""
    n = 0
    while day < until:
        day += timedelta(days=1)
        n += of_table(day) if day <= LAST else day.weekday() < 5
    return n


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),  # Thursday, the national holiday
        (date(2026, 2, 17), False),  # Tuesday, new year's day of the old calendar
        (date(2026, 10, 10), True),  # Saturday, worked for the holiday
        (date(2026, 2, 14), True),
        (date(2026, 11, 21), False),  # Saturday as any other
        (date(2026, 11, 23), True),
    ],
)
def test_named_days_of_2026(day: date, *, works: bool) -> None:
    assert is_workday(day) is works


def test_year_beyond_the_table_counts_monday_to_friday_and_is_told() -> None:
    days = [date(2099, 10, day) for day in range(1, 8)]  # a Thursday begins it
    assert [is_workday(day) for day in days] == [True, True, False, False, True, True, True]
    assert [holidays_known(date(2026, 12, 31)), holidays_known(date(2099, 1, 1))] == [True, False]


@given(DAYS, DAYS)
def test_days_between_are_those_counted_one_by_one(one: date, other: date) -> None:
    first, last = sorted([one, other])
    assert workdays_between(first, last) == counted(first, last)
    assert workdays_between(last, first) == -counted(first, last)


@given(DAYS, st.integers(-300, 300))
def test_day_that_is_so_many_working_days_off_is_found_again(day: date, n: int) -> None:
    start = add_workdays(day, 1)
    found = add_workdays(start, n)
    assert (workdays_between(start, found), is_workday(found)) == (n, True)


def test_nothing_added_stays_where_it_is() -> None:
    assert add_workdays(date(2026, 10, 4), 0) == date(2026, 10, 4)


def test_national_holiday_is_stepped_over() -> None:
    assert add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
