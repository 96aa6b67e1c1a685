from datetime import date, datetime

from django.utils import timezone
from icalendar import Calendar

from qisong.org.calendar_feed import calendar_of
from qisong.org.digest import digest_for
from qisong.org.models import Account, Feed
from qisong.org.reminding import make_feed
from qisong.org.scope import scope_of
from qisong.org.todos import Todo
from tests.org.todo_lines import only, todo
from tests.world import World

TODAY = date(2026, 6, 1)
PAGE = "https://qisong.example/today/"
LINES = [
    todo("田守一", date(2026, 6, 3), 2),
    todo("柳随风", date(2026, 6, 3)),
    todo("何渺", date(2026, 5, 2)),
    todo("无"),
]


def drawn(account: Account, *lines: Todo) -> bytes:
    feed = Feed.objects.filter(account=account).first()
    if feed is None:
        make_feed(by=account)
        feed = Feed.objects.get(account=account)
    with only(*lines):
        return calendar_of(feed, digest_for(scope_of(account, TODAY), TODAY), page=PAGE)


def events(drawn: bytes) -> list[tuple[object, ...]]:
    found = Calendar.from_ical(drawn).walk("VEVENT")
    return [(one.decoded("dtstart"), one.decoded("dtend"), str(one["summary"]), str(one["url"])) for one in found]


def test_day_with_things_due_is_one_event_of_that_whole_day(world: World) -> None:
    assert events(drawn(world.recorder, *LINES)) == [
        (date(2026, 5, 2), date(2026, 5, 3), "1 件事项到期", PAGE),
        (date(2026, 6, 3), date(2026, 6, 4), "3 件事项到期", PAGE),
    ]


def test_calendar_tells_a_lock_screen_nothing(world: World) -> None:
    lines = drawn(world.recorder, *LINES).decode().splitlines()
    told = "\n".join(line for line in lines if not line.startswith("UID:"))  # random letters may spell anything
    secret = ["田守一", "柳随风", "东岭", "党", "支部", world.recorder.username.upper(), world.recorder.username]
    assert [word for word in secret if word in told] == []


def test_calendar_speaks_the_language_of_its_account(world: World) -> None:
    world.recorder.language = "en"
    world.recorder.save()
    told = [summary for _start, _end, summary, _url in events(drawn(world.recorder, *LINES))]
    assert told == ["1 thing is due", "3 things are due"]


def test_names_of_events_stay_and_differ_between_accounts(world: World) -> None:
    uids = [
        {str(one["uid"]) for one in Calendar.from_ical(drawn(account, *lines)).walk("VEVENT")}
        for account, lines in ((world.recorder, LINES), (world.recorder, LINES[:3]), (world.clerk, LINES))
    ]
    assert (uids[0] == uids[1], uids[0] & uids[2], len(uids[0])) == (True, set(), 2)


def test_calendar_is_stamped_with_the_day_it_was_read_and_else_the_same(world: World) -> None:
    told = drawn(world.recorder, *LINES)
    stamps = {one.decoded("dtstamp") for one in Calendar.from_ical(told).walk("VEVENT")}
    midnight = timezone.make_aware(datetime(2026, 6, 1))  # noqa: DTZ001 - made aware here
    assert (stamps, drawn(world.recorder, *LINES) == told) == ({midnight}, True)


def test_nothing_due_is_an_empty_calendar(world: World) -> None:
    assert events(drawn(world.recorder, LINES[-1])) == []
