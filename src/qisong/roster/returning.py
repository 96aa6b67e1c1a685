"""A departure or death recorded by mistake is taken back, at every date: the member never left."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from qisong.org import journal
from qisong.org.appointing import require_standing
from qisong.org.models import UnitState
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.terms import Bond, Leaving
from qisong.roster.ties import check_not_gone
from qisong.words.digits import tidy
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.journal import Entry
    from qisong.org.models import Account

LEFT = (Leaving.DEPARTURE, Leaving.DEATH)


def leavings(units: Collection[int]) -> QuerySet[Affiliation]:
    """The last formal belonging of everybody who left from one of ``units`` and is nowhere now, latest first."""
    later = Affiliation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("valid_to")), member=OuterRef("member"), bond=Bond.FORMAL
    )
    ended = Affiliation.objects.filter(unit__in=units, bond=Bond.FORMAL, left_by__in=LEFT, valid_to__isnull=False)
    return ended.exclude(Exists(later)).order_by("-valid_to", "member__person__name", "pk")


def take_back(*, by: Account | None, tie: Affiliation, reason: str) -> Member:
    """Open again what ended when the member left by ``tie``: the belongings, and what their life asked for."""
    today = timezone.localdate()
    with journal.verb("member.returned", by=by, unit=tie.unit, reason=checked_reason(reason)) as entry:
        require_standing(tie.unit, today)
        held = Member.objects.select_related("person").select_for_update(of=("self",)).get(pk=tie.member_id)
        if not leavings([tie.unit_id]).filter(pk=tie.pk).exists():
            raise refuse("already-back", "这位成员已经在名册上。", "The member is on the roster.", place="reason")
        check_not_gone([held.pk])
        reopen(held, tie, entry)
    held.refresh_from_db()
    return held


def reopen(held: Member, tie: Affiliation, entry: Entry) -> None:
    """The member never left by ``tie``; belongings to units that stand no more stay ended."""
    ended = held.affiliations.filter(valid_to=tie.valid_to, left_by=tie.left_by)
    units = set(ended.values_list("unit_id", flat=True))
    standing = UnitState.objects.on(timezone.localdate()).values("unit")
    ended.filter(unit__in=standing).update(valid_to=None, left_by="")
    ended_with(held, tie).update(valid_to=None)
    Member.objects.filter(pk=held.pk).update(died_on=None, version=F("version") + 1)
    entry.touch("member", [held.pk])
    entry.touch("unit", units)


def ended_with(member: Member, tie: Affiliation) -> QuerySet[Circumstance]:
    """Circumstances that leaving ended; one of a kind that has begun anew since stays as it is."""
    open_kinds = member.circumstances.filter(valid_to=None).values("kind")
    later = Q(valid_from__gt=tie.valid_to, valid_to=F("valid_from"))
    return member.circumstances.filter(Q(valid_to=tie.valid_to) | later).exclude(kind__in=open_kinds)


def checked_reason(reason: str) -> str:
    if not (told := tidy(reason)):
        raise refuse("reason-missing", "请写明为什么。", "Say why.", place="reason")
    return told
