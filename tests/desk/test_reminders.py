import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from qisong.org.appointing import end_post
from qisong.org.models import Feed, Post
from qisong.org.reminding import keep_address, kept_address, make_feed, revoke_feed
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.org.todo_lines import only, todo
from tests.world import World

ADDRESS = "dongfang@mail.example"


@pytest.fixture
def mails(settings: Any) -> None:
    settings.SMTP = {"host": "127.0.0.1", "port": 9}


def test_address_of_a_calendar_is_shown_once_and_works_without_signing_in(
    signed_in: SignedIn, visitor: Reader, world: World
) -> None:
    client = signed_in(world.recorder)
    made = client.post("/reminders/", {"want": "make-feed"})
    found = re.search(r"http://testserver(/calendar/[\w-]+\.ics)", text_of(made))
    assert found is not None
    assert "/calendar/" not in text_of(client.get("/reminders/"))
    with only(todo("盘点", timezone.localdate(), 2)):
        answer = visitor.get(found[1])
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [(str(one["summary"]), str(one["url"])) for one in events] == [("2 件事项到期", "http://testserver/today/")]
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]


def test_calendar_that_did_not_change_is_not_sent_again(visitor: Reader, world: World) -> None:
    url = f"/calendar/{make_feed(by=world.recorder)}.ics"
    day = timezone.localdate() + timedelta(days=2)
    with only(todo("盘点", day)):
        first = visitor.get(url)
        again = visitor.get(url, headers={"If-None-Match": first["ETag"]})
    with only(todo("盘点", day, 2)):
        changed = visitor.get(url, headers={"If-None-Match": first["ETag"]})
    assert [one.status_code for one in (first, again, changed)] == [200, 304, 200]


def test_what_opens_nothing_answers_alike_with_the_same_work(visitor: Reader, world: World) -> None:
    revoked, postless, closed = (make_feed(by=one) for one in (world.clerk, world.recorder, world.outsider))
    revoke_feed(by=world.clerk)
    end_post(by=None, post=Post.objects.get(person=world.recorder.person), on=timezone.localdate())
    type(world.outsider).objects.filter(pk=world.outsider.pk).update(is_active=False)
    told = []
    for token in ("unknown", revoked, postless, closed):
        visitor.get("/health/")
        with CaptureQueriesContext(connection) as queries:
            answer = visitor.get(f"/calendar/{token}.ics")
        told.append((answer.status_code, answer.content, len(queries)))
    assert ({status for status, _content, _queries in told}, len(set(told))) == ({404}, 1)


def test_feed_is_revoked_on_the_page(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    make_feed(by=world.recorder)
    assert "作废这个地址" in text_of(client.get("/reminders/"))
    client.post("/reminders/", {"want": "revoke-feed"})
    assert (Feed.objects.filter(revoked_at=None).count(), "生成地址" in text_of(client.get("/reminders/"))) == (0, True)


@pytest.mark.usefixtures("mails")
def test_address_is_given_and_taken_away(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    wrong = client.post("/reminders/", {"want": "keep-address", "address": "dongfang"})
    assert (wrong.status_code, "这不是一个邮箱地址" in text_of(wrong), 'value="dongfang"' in text_of(wrong)) == (
        400,
        True,
        True,
    )
    client.post("/reminders/", {"want": "keep-address", "address": ADDRESS})
    assert (kept_address(world.recorder), ADDRESS in text_of(client.get("/reminders/"))) == (ADDRESS, True)
    client.post("/reminders/", {"want": "forget-address"})
    assert kept_address(world.recorder) == ""


def test_without_a_mail_server_no_address_is_asked_for(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.recorder)
    page = text_of(client.get("/reminders/"))
    answer = client.post("/reminders/", {"want": "keep-address", "address": ADDRESS})
    assert ("还没有设置邮件" in page, 'name="address"' in page, answer.status_code) == (True, False, 400)
    assert kept_address(world.recorder) == ""


def test_address_given_earlier_can_be_deleted_though_no_mail_is_sent(signed_in: SignedIn, world: World) -> None:
    keep_address(by=world.recorder, address=ADDRESS)
    assert 'value="forget-address"' in text_of(signed_in(world.recorder).get("/reminders/"))


def test_nobody_sees_or_changes_the_reminders_of_others(signed_in: SignedIn, world: World) -> None:
    keep_address(by=world.recorder, address=ADDRESS)
    make_feed(by=world.recorder)
    client = signed_in(world.office)
    page = text_of(client.get("/reminders/"))
    for want in ("revoke-feed", "forget-address"):
        client.post("/reminders/", {"want": want})
    assert (ADDRESS in page, kept_address(world.recorder)) == (False, ADDRESS)
    assert Feed.objects.filter(account=world.recorder, revoked_at=None).count() == 1


def test_calendar_without_dates_holds_no_day(visitor: Reader, world: World) -> None:
    url = f"/calendar/{make_feed(by=world.recorder)}.ics"
    with only(todo("无期"), todo("早的", date(2026, 1, 5))):
        found = Calendar.from_ical(visitor.get(url).content).walk("VEVENT")
    assert [one.decoded("dtstart") for one in found] == [date(2026, 1, 5)]
