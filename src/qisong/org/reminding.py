"""Reminders that an account asks for: a calendar that reads its due days, and an address for the daily e-mail.

Neither is a way in: the token of a calendar opens counts and days and nothing else, and ends when it is revoked.
"""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef
from django.utils import timezone

from qisong.org import journal
from qisong.org.models import Account, DigestAddress, Feed, Post
from qisong.org.scope import role_rights
from qisong.seals.keys import Keyring
from qisong.seals.sealing import seal, unseal
from qisong.words.digits import compact
from qisong.words.text import refuse

LONGEST = 254  # what mail itself allows


def make_feed(*, by: Account) -> str:
    """A new token, told this once; the one before it opens nothing any more."""
    token = secrets.token_urlsafe(32)
    with journal.verb("feed.made", by=by) as entry:
        revoke_live(by)
        Feed.objects.create(account=by, digest=digest_of(token), made_at=timezone.now())
        entry.touch("account", [by.pk])
    return token


def revoke_feed(*, by: Account) -> None:
    with journal.verb("feed.revoked", by=by) as entry:
        revoke_live(by)
        entry.touch("account", [by.pk])


def keep_address(*, by: Account, address: str) -> None:
    """Mail the daily digest there; an address kept before is replaced, and today is not mailed twice for that."""
    checked = checked_address(address)
    with journal.verb("address.kept", by=by) as entry:
        sealed = seal(keyring(), checked, place=place_of(by.pk))
        DigestAddress.objects.update_or_create(account=by, defaults={"sealed": sealed})
        entry.touch("account", [by.pk])


def forget_address(*, by: Account) -> None:
    with journal.verb("address.forgotten", by=by) as entry:
        DigestAddress.objects.filter(account=by).delete()
        entry.touch("account", [by.pk])


def end_reminders(account: Account) -> None:
    """Part of the verb that closes a login."""
    revoke_live(account)
    DigestAddress.objects.filter(account=account).delete()


def revoke_live(account: Account) -> None:
    Feed.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=timezone.now())


def live_feed(account: Account) -> Feed | None:
    return Feed.objects.filter(account=account, revoked_at__isnull=True).first()


def feed_of(token: str) -> Feed | None:
    """The feed that a calendar asks for. One statement decides about token, login and posts alike, so that nobody
    learns by the time it takes which of them is missing."""
    held = Post.objects.on(timezone.localdate()).filter(
        person=OuterRef("account__person"), role__in=list(role_rights())
    )
    live = Feed.objects.filter(Exists(held), revoked_at__isnull=True, account__is_active=True)
    return live.select_related("account").filter(digest=digest_of(token)).first()


def kept_address(account: Account) -> str:
    """The address in clear, for its own holder; empty if there is none."""
    kept = DigestAddress.objects.filter(account=account).first()
    return opened(kept) if kept else ""


def opened(kept: DigestAddress) -> str:
    return unseal(keyring(), kept.sealed, place=place_of(kept.account_id))


def place_of(account: int) -> str:
    return f"org_digestaddress|sealed|{account}"


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def checked_address(address: str) -> str:
    plain = compact(address)
    try:
        validate_email(plain)
    except ValidationError:
        plain = ""
    if not plain or len(plain) > LONGEST:
        raise refuse(
            "bad-address",
            "这不是一个邮箱地址，请对照着改，例如 name@example.com。",
            "This is not an e-mail address; correct it, such as name@example.com.",
            place="address",
        )
    return plain


def keyring() -> Keyring:
    return Keyring.of(settings.DATA_DIR)
