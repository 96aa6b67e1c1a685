"""The end of a site: from then on it is read and nothing is recorded any more."""

from __future__ import annotations

from datetime import date

from django.contrib.sessions.models import Session

from qisong.org import journal
from qisong.org.models import Account, Schedule, Site


def close_site(*, by: Account | None, on: date) -> None:
    """Closed twice it stays closed since the first time."""
    if Site.current().closed_on is None:
        with journal.verb("site.closed", by=by):
            Site.objects.update(closed_on=on)


def reopen_site(*, by: Account | None) -> None:
    if Site.current().closed_on is not None:
        with journal.verb("site.reopened", by=by):
            Site.objects.update(closed_on=None)


def dismiss_everybody(*, by: Account | None) -> None:
    """No login, no session and no regular work is left: the step before a site is erased."""
    with journal.verb("site.dismissed", by=by) as entry:
        entry.touch("account", Account.objects.filter(is_active=True).values_list("pk", flat=True))
        Account.objects.update(is_active=False)
        Session.objects.all().delete()
        Schedule.objects.all().delete()
