"""What the tree's news asks of the roster, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F
from django.dispatch import receiver

from qisong.org import signals
from qisong.org.journal import Entry
from qisong.org.models import Unit
from qisong.roster.models import Affiliation, Member
from qisong.roster.terms import Bond, Leaving
from qisong.roster.ties import end, hand_over
from qisong.words.text import refuse


@receiver(signals.units_merged, dispatch_uid="roster.units_merged")
def move_to_successor(*, unit: Unit, into: Unit, on: date, entry: Entry, **_: Any) -> None:
    """Everybody who belonged to the merged unit belongs to its successor from that day."""
    ties = list(Affiliation.objects.reaching(unit, on))
    for tie in ties:
        hand_over(tie, into, on, Leaving.MERGE)
    tell({tie.member_id for tie in ties}, entry)


@receiver(signals.unit_closed, dispatch_uid="roster.unit_closed")
def refuse_to_leave_members(*, unit: Unit, on: date, entry: Entry, **_: Any) -> None:
    """A unit closes when its members have gone; those who only joined its sheets are let go."""
    ties = list(Affiliation.objects.reaching(unit, on))
    left = [tie for tie in ties if tie.bond == Bond.FORMAL]
    if left:
        raise refuse(
            "members-left",
            "“{unit}”还有 {count} 名成员，不能撤销。请先转走他们，或改为合并。",
            "{unit} still has {count} members and cannot be closed. Transfer them first, or merge it instead.",
            place="unit",
            unit=unit.name,
            count=len(left),
        )
    for tie in ties:
        end(tie, max(on, tie.valid_from), Leaving.DEPARTURE)
    tell({tie.member_id for tie in ties}, entry)


def tell(members: Iterable[UUID], entry: Entry) -> None:
    """Their open forms are stale now."""
    if members:
        Member.objects.filter(pk__in=members).update(version=F("version") + 1)
        entry.touch("member", members)
