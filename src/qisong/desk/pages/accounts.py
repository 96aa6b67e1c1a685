"""Logins of those below: who has one, and the slips on which they are handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qisong.desk.furniture import lazy_word
from qisong.desk.pages.tie_lists import choices, chosen_unit
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import day
from qisong.org.accounts import (
    LoginSlip,
    has_expired,
    may_reset,
    must_choose,
    open_account,
    reset_password,
    slip_of,
)
from qisong.org.models import Account, Person, Post
from qisong.org.scope import Scope, role_rights
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label
from qisong.words.text import refuse


@dataclass(frozen=True)
class AccountsPage:
    answer: str
    under: int
    choices: Sequence[tuple[int, str]]
    table: Table
    numbers: Page[Any]


def accounts_page(scope: Scope, *, under: str | None, number: str | None) -> AccountsPage:
    """Everybody below who holds a post with rights, in tree order, a page at a time."""
    chosen = chosen_unit(scope, under)
    posts = posts_below(scope, chosen)
    numbers = page_of(posts, number)
    columns = [
        Column(_("Name")),
        Column(lazy_word("unit")),
        Column(_("Post")),
        Column(_("Login name")),
        Column(_("State")),
        Column("", "verb"),
    ]
    table = Table(
        "", columns, [account_row(post) for post in numbers], tick="person", empty=_("Nobody holds a post here.")
    )
    without = sum(not live_account(post.person) for post in posts)
    answer = _("{people} posts, {without} of them without a login.").format(people=len(posts), without=without)
    return AccountsPage(answer, chosen, choices(scope), table, numbers)


def posts_below(scope: Scope, chosen: int = 0) -> list[Post]:
    """Posts with rights, in units where the reader looks after logins, without the reader's own person."""
    within = scope.units(Right.ACCOUNTS)
    if chosen:
        within &= frozenset(scope.tree.subtree(chosen))
    posts = Post.objects.within(scope).on(scope.on).filter(unit__in=within, role__in=list(role_rights()))
    if scope.account:
        posts = posts.exclude(person=scope.account.person_id)
    rank = {unit: place for place, unit in enumerate(scope.tree.order)}
    found = posts.select_related("person", "unit").prefetch_related("person__accounts")
    return sorted(found, key=lambda post: (rank.get(post.unit_id, len(rank)), post.valid_from, post.pk))


def live_account(person: Person) -> Account | None:
    return next((account for account in person.accounts.all() if account.is_active), None)


def account_row(post: Post) -> Row:
    account = live_account(post.person)
    close = Cell(_("Close it"), url=reverse("desk:close-account", args=[account.pk])) if account else Cell()
    cells = [
        Cell(post.person.name),
        Cell(post.unit.name),
        Cell(label(TermCategory.ROLE, post.role)),
        Cell(account.username if account else ""),
        Cell(state_of(account)),
        close,
    ]
    return Row(cells, id=str(post.person_id))


def state_of(account: Account | None) -> str:
    if account is None:
        return _("no login yet")
    if has_expired(account):
        return _("first password has run out")
    if must_choose(account):
        return _("has a slip until {day}").format(day=day(local_day(account.first_password_until)))
    return _("in use")


def local_day(moment: datetime | None) -> Any:
    return timezone.localtime(moment).date() if moment else None


def print_slips(scope: Scope, by: Account, people: Sequence[UUID]) -> list[LoginSlip]:
    """Open a login for each who has none, reset the others; passwords live on these slips alone."""
    wanted = set(people)
    found = {post.person_id: post.person for post in posts_below(scope) if post.person_id in wanted}
    if not found:
        raise refuse(
            "nobody-ticked", "请先在名单里勾选要打印登录条的人。", "Tick the people whose slips you want to print."
        )
    return [slip(scope, by, person) for person in found.values()]


def slip(scope: Scope, by: Account, person: Person) -> LoginSlip:
    account = live_account(person)
    if not may_reset(scope, account or Account(person=person)):
        raise refuse(
            "beyond-care",
            "{name}还在您管不到的组织任职，登录条要由上级打印。",
            "{name} also holds a post beyond your care; the level above prints that slip.",
            name=person.name,
        )
    if account is None:
        return slip_of(*open_account(by=by, person=person))
    return slip_of(account, reset_password(by=by, account=account))


def find_account(scope: Scope, pk: int) -> Account | None:
    """A live login among those the reader looks after."""
    accounts = [live_account(post.person) for post in posts_below(scope)]
    found = next((account for account in accounts if account and account.pk == pk), None)
    return found if found and may_reset(scope, found) else None
