"""Logins: first passwords on paper, reset by the level above, and an end that ends every session."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from qisong.org import journal
from qisong.org.appointing import add_person, give_post
from qisong.org.models import Account, Person, Post, Unit
from qisong.org.reminding import end_reminders, revoke_live
from qisong.org.scope import Scope, reach_of
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label
from qisong.words.digits import compact
from qisong.words.text import Refusal, Text, refuse

# Nobody has to guess whether a mark on paper is a letter or a digit: no 0 o, 1 l i, 2 z, 5 s, 9 g q, u v.
LETTERS = "abcdefhjkmnprtwxy"
DIGITS = "34678"
FIRST_PASSWORD_LENGTH = 10
# What the validators of the settings object to.
WEAK = {
    "password_too_short": Text(
        "密码太短，至少要 {min_length} 个字符。",
        "The password is too short; it needs at least {min_length} characters.",
    ),
    "password_too_common": Text(
        "这个密码太常见，别人容易猜到，请换一个。", "This password is too common and easily guessed; choose another."
    ),
    "password_too_similar": Text(
        "密码与登录名太相似，请换一个。", "The password is too much like the login name; choose another."
    ),
}


@dataclass(frozen=True)
class LoginSlip:
    """What is printed once and handed over: the only place where a first password can be read."""

    name: str
    unit: str
    role: str
    username: str
    password: str
    valid_until: datetime


def slip_of(account: Account, password: str) -> LoginSlip:
    """The slip of a login whose first password was just made."""
    post = first_post(account.person)
    unit, role = (post.unit.name, label(TermCategory.ROLE, post.role)) if post else ("", "")
    until = account.first_password_until or timezone.now()
    return LoginSlip(account.person.name, unit, role, account.username, password, until)


def open_first_account(*, name: str, role: str, unit: Unit, on: date) -> LoginSlip:
    """For the operator at the command line: a person with a post and a login, at once."""
    with transaction.atomic():
        person = add_person(by=None, name=name)
        give_post(by=None, person=person, unit=unit, role=role, on=on)
        account, password = open_account(by=None, person=person)
    return slip_of(account, password)


def open_account(*, by: Account | None, person: Person, username: str | None = None) -> tuple[Account, str]:
    """A login and its first password, which is shown once, printed, and never stored readably.

    Without a ``username`` one is made of the code of the unit where the person's first post is.
    """
    wanted = proper_username(username) if username is not None else free_username(person)
    with journal.verb("account.opened", by=by, unit=unit_of(person)) as entry:
        if Account.objects.filter(username=wanted).exists():
            raise refuse(
                "username-taken",
                "登录名“{username}”已经有人用了，请换一个。",
                "The login name {username} is taken; choose another.",
                place="username",
                username=wanted,
            )
        account = Account(username=wanted, person=person)
        password = give_first_password(account)
        entry.touch("account", [account.pk])
    return account, password


def reset_password(*, by: Account | None, account: Account) -> str:
    """A new first password in place of a lost one; whoever is signed in with the old one is signed out."""
    if not account.is_active:
        raise refuse("account-closed", "这个账号已经停用。", "This login has been closed.")
    with journal.verb("account.reset", by=by, unit=unit_of(account.person)) as entry:
        password = give_first_password(account)
        end_sessions([account])
        revoke_live(account)  # whoever may have had the password may have made a calendar's address, too
        entry.touch("account", [account.pk])
    return password


def choose_password(*, account: Account, password: str) -> None:
    """The holder's own password in place of the first or of an older one; all other sessions end."""
    refuse_weak(account, password)
    with journal.verb("account.password-chosen", by=account, unit=unit_of(account.person)) as entry:
        account.set_password(password)
        account.first_password_until = None
        account.save(update_fields=["password", "first_password_until"])
        entry.touch("account", [account.pk])


def close_account(*, by: Account | None, account: Account) -> None:
    """The login works no more, and no session of it goes on."""
    with journal.verb("account.closed", by=by, unit=unit_of(account.person)) as entry:
        account.is_active = False
        account.set_unusable_password()
        account.save(update_fields=["is_active", "password"])
        end_sessions([account])
        end_reminders(account)
        entry.touch("account", [account.pk])


def close_idle(*, by: Account | None, person: Person, on: date) -> None:
    """Close the logins of somebody who holds no post any more."""
    if not Post.objects.on(on).filter(person=person).exists():
        for account in person.accounts.filter(is_active=True):
            close_account(by=by, account=account)


def must_choose(account: Account) -> bool:
    """Whether the holder still signs in with the first password and has to replace it before anything else."""
    return account.first_password_until is not None


def has_expired(account: Account, now: datetime | None = None) -> bool:
    """Whether the first password was never used in time."""
    return account.first_password_until is not None and account.first_password_until <= (now or timezone.now())


def may_reset(scope: Scope, account: Account) -> bool:
    """Whether the scope looks after this login: all that it reaches, and where it belongs, lies in the scope's care.

    Otherwise whoever resets a password could sign in with it and see more than before.
    """
    held = scope.units(Right.ACCOUNTS)
    if not held or (scope.account is not None and scope.account.pk == account.pk):
        return False
    reached: set[int] = set()
    for post in Post.objects.on(scope.on).filter(person_id=account.person_id):
        reached |= {post.unit_id, *reach_of(post, scope)}
    # A login without a post belongs to the whole county.
    return (reached or set(scope.tree.roots)) <= held


def give_first_password(account: Account) -> str:
    password = first_password()
    account.set_password(password)
    account.first_password_until = timezone.now() + timedelta(days=settings.FIRST_PASSWORD_DAYS)
    account.save()
    return password


def first_password() -> str:
    """Ten readable letters and digits, at least two of each: hard to guess for the days it lives, easy to copy."""
    while True:
        drawn = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(FIRST_PASSWORD_LENGTH))
        digits = sum(character in DIGITS for character in drawn)
        if 2 <= digits <= FIRST_PASSWORD_LENGTH - 2:
            return drawn


def end_sessions(accounts: Iterable[Account]) -> None:
    """Sign the accounts out everywhere."""
    ids = {str(account.pk) for account in accounts}
    live = Session.objects.filter(expire_date__gt=timezone.now())
    ended = [session.pk for session in live.iterator() if session.get_decoded().get(SESSION_KEY) in ids]
    Session.objects.filter(pk__in=ended).delete()


def refuse_weak(account: Account, password: str) -> None:
    """Refuse what the validators of the settings object to, in both languages."""
    if account.check_password(password):
        raise refuse(
            "same-password",
            "新密码要与原来的不同。",
            "The new password must differ from the one before.",
            place="password",
        )
    try:
        validate_password(password, account)
    except ValidationError as error:
        # Django's own Chinese does not cover every message, and ours says what to do.
        texts = [WEAK[fault.code or ""].format(**fault.params or {}) for fault in error.error_list]
        text = Text("".join(text.zh for text in texts), " ".join(text.en for text in texts))
        raise Refusal("weak-password", text, "password") from error


def first_post(person: Person) -> Post | None:
    """The longest held of the person's posts of today."""
    posts = Post.objects.on(timezone.localdate()).filter(person=person).order_by("valid_from", "id")
    return posts.select_related("unit").first()


def unit_of(person: Person) -> Unit | None:
    post = first_post(person)
    return post.unit if post else None


def free_username(person: Person) -> str:
    """The code of the person's unit, with a number if that is taken; readable letters without any unit."""
    unit = unit_of(person)
    stem = proper_username(unit.code) if unit else first_password()
    taken = set(Account.objects.filter(username__startswith=stem).values_list("username", flat=True))
    number = 1
    name = stem
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def proper_username(username: str) -> str:
    """As it is stored and looked up: no spaces, half-width, small letters."""
    username = compact(username).lower()
    if not 0 < len(username) <= 60:
        raise refuse(
            "bad-username", "登录名要有1到60个字符。", "A login name has 1 to 60 characters.", place="username"
        )
    return username
