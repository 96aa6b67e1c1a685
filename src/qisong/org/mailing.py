"""The digest by e-mail, on working days: counts, days and where to look, never who or what or of which organisation."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone

from qisong.org import schedule
from qisong.org.calendar_feed import REMINDERS, things_due
from qisong.org.digest import Digest, digest_for, number, number_by_day
from qisong.org.models import DigestAddress, Site
from qisong.org.reminding import opened
from qisong.org.scope import scope_of
from qisong.seals.sealing import SealBrokenError
from qisong.words.text import Text
from qisong.words.workdays import is_workday

logger = logging.getLogger(__name__)
BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# From the morning on; what could not be sent is tried again hourly as long as people are at work.
HOURS = range(7, 18)

OVERDUE = Text("已过期：{n} 件", "Overdue: {n}")
TODAY = Text("今天到期：{n} 件", "Due today: {n}")
SOON = Text("{month}月{day}日到期：{n} 件", "Due on {on}: {n}")
LOOK = Text("请登录查看：{url}", "Sign in to see them: {url}")
STOP = Text("不想再收这样的邮件，在这里停掉：{url}", "To get no more of these, stop them here: {url}")


def send_digests(now: datetime) -> None:
    """To everybody who gave an address, once a day, if anything is overdue or due within ten days."""
    here = timezone.localtime(now)
    if not settings.SMTP or here.hour not in HOURS or not is_workday(here.date()) or site_closed():
        return
    server = get_connection(BACKEND, **settings.SMTP)
    try:
        for kept in waiting(here.date()):
            scope = scope_of(kept.account, here.date())
            digest = digest_for(scope, scope.on)
            if scope.posts and digest.pressing:
                if not reached(server):
                    return
                mail(kept, digest, server)
    finally:
        server.close()


def site_closed() -> bool:
    return Site.objects.filter(closed_on__isnull=False).exists()


def waiting(today: date) -> list[DigestAddress]:
    """Whom today's digest has not been sent to."""
    kept = DigestAddress.objects.filter(account__is_active=True).exclude(last_sent_on=today)
    return list(kept.select_related("account").order_by("pk"))


def reached(server: BaseEmailBackend) -> bool:
    """Whether the server can be spoken to; without it nobody else's turn would go any better."""
    try:
        server.open()
    except (OSError, SMTPException) as error:
        logger.warning("the mail server cannot be reached: %s", type(error).__name__)
        return False
    return True


def mail(kept: DigestAddress, digest: Digest, server: BaseEmailBackend) -> None:
    """The day is noted before the letter goes, so that no second worker sends it, too; taken back if it fails."""
    if not noted(kept, digest.today):
        return
    try:
        server.send_messages([letter(digest, kept)])
    except (OSError, SMTPException, SealBrokenError) as error:
        # Its words may quote the address.
        logger.warning("a digest could not be sent: %s", type(error).__name__)
        DigestAddress.objects.filter(pk=kept.pk).update(last_sent_on=kept.last_sent_on)
        server.close()  # the next letter begins a conversation of its own


def noted(kept: DigestAddress, today: date) -> bool:
    same = DigestAddress.objects.filter(pk=kept.pk, sealed=kept.sealed, last_sent_on=kept.last_sent_on)
    return same.update(last_sent_on=today) == 1


def letter(digest: Digest, kept: DigestAddress) -> EmailMessage:
    lines = [*lines_of(digest), Text("", ""), *ways_on()]
    language = kept.account.language
    due = things_due(number(digest.pressing)).choose(language)
    return EmailMessage(
        subject=f"{REMINDERS.choose(language)}：{due}" if language.startswith("zh") else due,
        body="\n".join(line.choose(language) for line in lines) + "\n",
        from_email=settings.SMTP_FROM,
        to=[opened(kept)],
        headers={"Auto-Submitted": "auto-generated"},
    )


def lines_of(digest: Digest) -> Iterator[Text]:
    if digest.overdue:
        yield OVERDUE.format(n=number(digest.overdue))
    if digest.due_today:
        yield TODAY.format(n=number(digest.due_today))
    for day, n in number_by_day(digest.soon):
        yield SOON.format(month=day.month, day=day.day, on=day, n=n)


def ways_on() -> Iterator[Text]:
    yield LOOK.format(url=settings.SITE_ADDRESS + reverse("desk:today"))
    yield STOP.format(url=settings.SITE_ADDRESS + reverse("desk:reminders"))


schedule.register("org.digest", 60, send_digests)
