"""Against a real mail server on the loopback."""

import email
import logging
import socket
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import Message
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from qisong.org.appointing import end_post
from qisong.org.closing import close_site
from qisong.org.mailing import send_digests
from qisong.org.models import DigestAddress, Post
from qisong.org.reminding import keep_address
from qisong.org.todos import Todo
from tests.org.todo_lines import only, todo
from tests.postgres import free_port
from tests.world import World

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 6, 1, 7, 30, tzinfo=CHINA)
REFUSED = "clerk@mail.example"


class Box:
    """What the server took; it refuses ``REFUSED`` as long as ``refusing``."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, Message]] = []
        self.refusing = False

    async def handle_RCPT(  # noqa: N802 - the server calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusing and address == REFUSED:
            return f"550 {address} is unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters += [(one, email.message_from_bytes(envelope.content)) for one in envelope.rcpt_tos]
        return "250 OK"

    @property
    def reached(self) -> list[str]:
        return [address for address, _letter in self.letters]

    def text(self, number: int = 0) -> str:
        payload = self.letters[number][1].get_payload(decode=True)
        assert isinstance(payload, bytes)
        return payload.decode()


def told(port: int) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": port, "username": "", "password": "", "timeout": 5}


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    box = Box()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.SMTP, settings.SMTP_FROM = told(server.port), "qisong@county.example"
    settings.SITE_ADDRESS = "https://qisong.example"
    try:
        yield box
    finally:
        server.stop()


def due(days: int, count: int = 1, name: str = "田守一的事") -> Todo:
    return todo(name, date(2026, 6, 1) + timedelta(days=days), count)


def test_letter_tells_counts_and_days_and_nobody(world: World, box: Box) -> None:
    keep_address(by=world.recorder, address="dong@mail.example")
    with only(due(-3, 2), due(0), due(2), due(30), todo("无期")):
        send_digests(MONDAY)
    address, letter = box.letters[0]
    subject = str(email.header.make_header(email.header.decode_header(letter["Subject"])))
    assert (address, subject, letter["Auto-Submitted"]) == (
        "dong@mail.example",
        "提醒：4 件事项到期",
        "auto-generated",
    )
    assert box.text().split() == [
        "已过期：2", "件", "今天到期：1", "件", "6月3日到期：1", "件",
        "请登录查看：https://qisong.example/today/",
        "不想再收这样的邮件，在这里停掉：https://qisong.example/reminders/",
    ]  # fmt: skip


def test_letter_speaks_the_language_of_the_login(world: World, box: Box) -> None:
    world.recorder.language = "en"
    world.recorder.save()
    keep_address(by=world.recorder, address="dong@mail.example")
    with only(due(1)):
        send_digests(MONDAY)
    assert (box.letters[0][1]["Subject"], "Due on 2026-06-02: 1" in box.text()) == ("1 thing is due", True)


def test_one_letter_a_day(world: World, box: Box) -> None:
    keep_address(by=world.recorder, address="dong@mail.example")
    with only(due(1)):
        for hours in (0, 1, 24):
            send_digests(MONDAY + timedelta(hours=hours))
            keep_address(by=world.recorder, address="dong@mail.example")
    assert len(box.letters) == 2
    assert DigestAddress.objects.get().last_sent_on == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        (MONDAY.replace(hour=6, minute=59), 0),
        (MONDAY.replace(hour=7, minute=0), 1),
        (MONDAY.replace(hour=17, minute=59), 1),
        (MONDAY.replace(hour=18), 0),
        (datetime(2026, 6, 6, 9, tzinfo=CHINA), 0),  # a Saturday
        (datetime(2026, 10, 1, 9, tzinfo=CHINA), 0),  # the national holiday
        (datetime(2026, 10, 10, 9, tzinfo=CHINA), 1),  # a Saturday that is worked
    ],
)
def test_letters_go_on_working_days_in_working_hours(world: World, box: Box, at: datetime, sent: int) -> None:
    keep_address(by=world.recorder, address="dong@mail.example")
    with only(due(1)):
        send_digests(at)
    assert len(box.letters) == sent


def test_nothing_pressing_sends_nothing(world: World, box: Box) -> None:
    keep_address(by=world.recorder, address="dong@mail.example")
    with only(due(11), todo("无期")):
        send_digests(MONDAY)
    assert (box.letters, DigestAddress.objects.get().last_sent_on) == ([], None)


def test_everybody_gets_what_is_theirs(world: World, box: Box) -> None:
    keep_address(by=world.recorder, address="dong@mail.example")
    keep_address(by=world.clerk, address="clerk@mail.example")
    with only(due(1), of=world.clerk):
        send_digests(MONDAY)
    assert box.reached == ["clerk@mail.example"]


def test_failing_recipient_stops_nobody_and_is_tried_again(
    world: World, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    box.refusing = True
    keep_address(by=world.clerk, address=REFUSED)
    keep_address(by=world.recorder, address="dong@mail.example")
    with only(due(1)), caplog.at_level(logging.WARNING):
        send_digests(MONDAY)
        first, box.refusing = box.reached, False
        send_digests(MONDAY + timedelta(hours=1))
    assert (first, box.reached) == (["dong@mail.example"], ["dong@mail.example", REFUSED])
    assert [one.getMessage() for one in caplog.records if one.name.startswith("qisong")] == [
        "a digest could not be sent: SMTPRecipientsRefused"
    ]


def test_server_out_of_reach_is_told_once_and_nothing_is_taken_for_sent(
    world: World, box: Box, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as line:
        nobody = line.getsockname()[1]
    settings.SMTP = told(nobody)
    keep_address(by=world.clerk, address=REFUSED)
    keep_address(by=world.recorder, address="dong@mail.example")
    with only(due(1)), caplog.at_level(logging.WARNING):
        send_digests(MONDAY)
    assert [one.getMessage() for one in caplog.records if one.name.startswith("qisong")] == [
        "the mail server cannot be reached: ConnectionRefusedError"
    ]
    assert set(DigestAddress.objects.values_list("last_sent_on", flat=True)) == {None}


def test_sealed_address_that_cannot_be_opened_stops_nobody(world: World, box: Box) -> None:
    keep_address(by=world.clerk, address=REFUSED)
    keep_address(by=world.recorder, address="dong@mail.example")
    moved = DigestAddress.objects.get(account=world.recorder).sealed
    DigestAddress.objects.filter(account=world.clerk).update(sealed=moved)
    with only(due(1)):
        send_digests(MONDAY)
    assert box.reached == ["dong@mail.example"]


def test_nothing_is_sent_without_a_post_a_server_or_an_open_site(world: World, box: Box, settings: Any) -> None:
    keep_address(by=world.recorder, address="dong@mail.example")
    server = settings.SMTP
    with only(due(1)):
        settings.SMTP = {}
        send_digests(MONDAY)
        settings.SMTP = server
        close_site(by=None, on=MONDAY.date())
        send_digests(MONDAY)
    assert box.letters == []


def test_whoever_holds_no_post_is_not_written_to(world: World, box: Box) -> None:
    keep_address(by=world.recorder, address="dong@mail.example")
    end_post(by=None, post=Post.objects.get(person=world.recorder.person), on=MONDAY.date())
    with only(due(1)):
        send_digests(MONDAY)
    assert box.letters == []
