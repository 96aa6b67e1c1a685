"""Who lives together: joining a household, leaving it, and another head for it.

A household is known by its head, who has no row; every other member has one that names the head. On a day on which the
head is not on the roster it falls apart: each of the others stands alone until they join somebody again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F

from qisong.org import journal
from qisong.roster.checking import check_day
from qisong.roster.models import Household, Member
from qisong.roster.secrets import unit_of
from qisong.roster.ties import end
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.journal import Entry
    from qisong.org.models import Account


@dataclass(frozen=True)
class Together:
    """A household as a day finds it."""

    head: Member
    others: list[Member]

    @property
    def everybody(self) -> list[Member]:
        return [self.head, *self.others]


def household_of(member: Member, on: date) -> Together:
    """With whom the member lives that day; perhaps nobody."""
    rows = Household.objects.standing(on).select_related("head__person")
    own = rows.filter(member=member).first()
    head = own.head if own else member
    others = rows.filter(head=head).select_related("member__person").order_by("member__person__name", "member")
    return Together(head, [row.member for row in others])


def join_household(*, by: Account | None, member: Member, head: Member, on: date) -> Household:
    """From ``on`` the member lives in the household of ``head``."""
    check_day(on)
    if member.pk == head.pk:
        raise refuse("same-person", "请选另一个人。", "Choose somebody else.", place="head")
    with changing("household.joined", by=by, member=member, others=[head.pk]) as entry:
        check_here(member, "member", on)
        check_here(head, "head", on)
        rows = running([member.pk, head.pk], on)
        check_free(member, rows)
        check_head(head, rows)
        entry.touch("member", others_of(rows))
        return Household.objects.create(member=member, head=head, valid_from=on)


def leave_household(*, by: Account | None, member: Member, on: date) -> Household:
    """From ``on`` the member is a household alone."""
    check_day(on)
    row = own_row(member)
    with changing("household.left", by=by, member=member, others=[row.head_id]):
        return end(row, on)


def change_head(*, by: Account | None, head: Member, to: Member, on: date) -> None:
    """From ``on`` the household of ``head`` is that of ``to``, who lives in it; everybody stays together, and so does
    the old head while on the roster."""
    check_day(on)
    row = own_row(to)
    if row.head_id != head.pk:
        raise refuse("other-household", "两人不是一户。", "They do not live together.", place="head")
    rows = list(Household.objects.about([head.pk], on).filter(head=head))
    everybody = {head.pk, *(one.member_id for one in rows)}
    with changing("household.head-changed", by=by, member=to, others=everybody):
        check_here(to, "member", on)
        end(row, on)
        for one in rows:
            if one.pk != row.pk:
                pass_on(one, to, on)
        if head.affiliations.formal(on).exists():
            Household.objects.create(member=head, head=to, valid_from=on)


def pass_on(row: Household, head: Member, on: date) -> None:
    """From ``on`` the row is one of another head, to the end it had."""
    day, until = max(on, row.valid_from), row.valid_to
    end(row, day)
    Household.objects.create(member_id=row.member_id, head=head, valid_from=day, valid_to=until)


def own_row(member: Member) -> Household:
    row = Household.objects.filter(member=member, valid_to=None).first()
    if row is None:
        raise refuse(
            "no-household", "没有记下与别人同住一户。", "Nothing says that they live with anybody.", place="member"
        )
    return row


def running(members: Iterable[UUID], on: date) -> list[Household]:
    """The rows about ``members`` from ``on`` on. Those that hold no more because somebody left the roster are ended."""
    rows = list(Household.objects.about(members, on).select_for_update(of=("self",)).order_by("pk"))
    standing = set(Household.objects.standing(on).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    found = []
    for row in rows:
        if row.valid_from > on or row.pk in standing:
            found.append(row)
        else:
            end(row, on)
    return found


def others_of(rows: Iterable[Household]) -> set[UUID]:
    return {one for row in rows for one in (row.member_id, row.head_id)}


def check_here(member: Member, place: str, on: date) -> None:
    if not member.affiliations.formal(on).exists():
        raise refuse(
            "not-on-the-roster",
            "“{name}”那天不在名册上。",
            "{name} is not on the roster that day.",
            place=place,
            name=member.person.name,
        )


def check_free(member: Member, rows: Iterable[Household]) -> None:
    for row in rows:
        if row.member_id == member.pk:
            raise refuse(
                "already-in-a-household",
                "从{on}起已与别人同住一户。请先记下离开，再加入。",
                "They live in a household from {on}. Record first that they left it.",
                place="member",
                on=row.valid_from,
            )
        if row.head_id == member.pk:
            raise refuse(
                "heads-a-household",
                "这个人自己是户主，名下还有别人。请先换户主，再加入。",
                "They are the head of a household themselves. Give it another head first.",
                place="member",
            )


def check_head(head: Member, rows: Iterable[Household]) -> None:
    if any(row.member_id == head.pk for row in rows):
        raise refuse(
            "head-elsewhere",
            "“{name}”自己是别人户里的人，不能当户主。请选那一户的户主。",
            "{name} lives in the household of another. Choose the head of that one.",
            place="head",
            name=head.person.name,
        )


@contextmanager
def changing(kind: str, *, by: Account | None, member: Member, others: Iterable[UUID]) -> Iterator[Entry]:
    """One verb on several members, held against others meanwhile."""
    with journal.verb(kind, by=by, unit=unit_of(member)) as entry:
        concerned = {member.pk, *others}
        list(Member.objects.select_for_update(of=("self",)).filter(pk__in=concerned).order_by("pk").values_list("pk"))
        yield entry
        Member.objects.filter(pk__in=concerned).update(version=F("version") + 1)
        entry.touch("member", concerned)
