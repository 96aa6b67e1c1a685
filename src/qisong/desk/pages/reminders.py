"""How one is reminded outside these pages: a calendar, and an e-mail where the office has set it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import DeskForm, PlainField
from qisong.org.models import Account
from qisong.org.reminding import LONGEST, kept_address, live_feed


class Wanted(StrEnum):
    """What a button of the page asks for."""

    MAKE_FEED = "make-feed"
    REVOKE_FEED = "revoke-feed"
    KEEP_ADDRESS = "keep-address"
    FORGET_ADDRESS = "forget-address"


class AddressForm(DeskForm):
    address = PlainField(label=_("Your e-mail address"), max_length=LONGEST)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs |= {"inputmode": "email", "autocomplete": "email"}


@dataclass(frozen=True)
class RemindersPage:
    feed_since: datetime | None
    address: str
    mails: bool  # whether the office has set up e-mail


def reminders_page(account: Account) -> RemindersPage:
    feed = live_feed(account)
    return RemindersPage(feed.made_at if feed else None, kept_address(account), bool(settings.SMTP))
