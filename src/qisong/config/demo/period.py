"""The demo's calendar: everything happens between the start of the programme and today, as a fraction of that time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# The tree as the county knew it before the first change it remembers.
FOUNDED = date(2019, 7, 1)
# A first round needs some weeks in which something can happen.
SHORTEST = timedelta(days=90)


@dataclass(frozen=True)
class Period:
    """From the first day of the programme to today."""

    start: date
    today: date

    def day(self, fraction: float) -> date:
        """The day at ``fraction`` (0 the start, 1 today) of the period."""
        return self.start + (self.today - self.start) * min(max(fraction, 0.0), 1.0)

    def years_before(self, years: float) -> date:
        return self.start - timedelta(days=int(years * 365.25))


def period_until(today: date, starts_on: date) -> Period:
    """From the preset's own start, or from 180 days ago when that start is still ahead or too recent."""
    if today - starts_on >= SHORTEST:
        return Period(starts_on, today)
    return Period(today - timedelta(days=180), today)
