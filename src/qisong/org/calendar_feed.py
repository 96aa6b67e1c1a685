"""The due days of an account as a calendar: a day and a number, in words that tell a lock screen nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from icalendar import Calendar, Event

from qisong.org.digest import Digest, number_by_day
from qisong.org.models import Feed
from qisong.words.text import Text

REMINDERS = Text("提醒", "Reminders")
ONE, MORE = Text("1 件事项到期", "1 thing is due"), Text("{n} 件事项到期", "{n} things are due")


def things_due(n: int) -> Text:
    return ONE if n == 1 else MORE.format(n=n)


def calendar_of(feed: Feed, digest: Digest, *, page: str) -> bytes:
    """``page`` is where each event leads. What was read on one day and is the same gives the same bytes."""
    language = feed.account.language
    calendar = Calendar()
    calendar.add("prodid", "-//Qisong//Reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", REMINDERS.choose(language))
    for event in events(feed, digest, language, page):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def events(feed: Feed, digest: Digest, language: str, page: str) -> Sequence[Event]:
    return [
        event_on(day, f"{feed.pk}-{day:%Y%m%d}@qisong", things_due(n).choose(language), digest.today, page)
        for day, n in number_by_day(digest.dated)
    ]


def event_on(day: date, uid: str, summary: str, read_on: date, page: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", datetime.combine(read_on, time(), timezone.get_default_timezone()).astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("url", page)
    event.add("transp", "TRANSPARENT")  # a day with something due is not a day that is taken
    return event
