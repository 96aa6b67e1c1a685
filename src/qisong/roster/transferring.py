"""Many members change their unit on one day: all whom it concerns, or nobody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, QuerySet

from qisong.org import journal
from qisong.org.appointing import require_standing
from qisong.roster.checking import check_day
from qisong.roster.models import Affiliation, Member
from qisong.roster.terms import Bond
from qisong.roster.ties import move
from qisong.words.text import Refusal, Text, refuse

if TYPE_CHECKING:
    from qisong.org.models import Account, Unit

DIED = Text("名册上已记去世", "the roster records a death")
LEFT = Text("{day}已离开", "left on {day}")
ELSEWHERE = Text("已经转到别的组织", "belongs to another unit by now")
THERE = Text("已经在那里", "belongs there already")
CAME_LATER = Text("{day}才来到原来的组织", "came to the former unit only on {day}")


@dataclass(frozen=True)
class Stays:
    """Somebody whom the transfer would leave where they are, and why."""

    member: Member
    why: Text


@dataclass(frozen=True)
class Plan:
    moving: Sequence[Member]
    staying: Sequence[Stays]


def transfer_members(
    *, by: Account | None, members: Collection[UUID], out_of: Collection[int], unit: Unit, on: date
) -> int:
    """Move the formal affiliation of ``members`` from units of ``out_of`` to ``unit``; how many moved.

    Refuses, naming everybody at once, if one of them cannot be moved: ``plan_transfer`` says beforehand who can.
    """
    check_day(on)
    with journal.verb("members.transferred", by=by, unit=unit) as entry:
        require_standing(unit, on)
        held = Member.objects.filter(pk__in=members).order_by("pk").select_for_update(of=("self",))
        plan = planned(held, out_of, unit, on)
        if plan.staying:
            raise some_stay(plan.staying)
        if not plan.moving:
            raise refuse("nobody-chosen", "请先勾选要转的人。", "Tick those who move first.", place="ticked")
        for member in plan.moving:
            entry.touch("unit", move(member, unit, on))
        Member.objects.filter(pk__in=[member.pk for member in plan.moving]).update(version=F("version") + 1)
        entry.touch("member", [member.pk for member in plan.moving])
    return len(plan.moving)


def plan_transfer(members: Collection[UUID], out_of: Collection[int], unit: Unit, on: date) -> Plan:
    """Who would move on that day and who would not; nothing is written."""
    return planned(Member.objects.filter(pk__in=members), out_of, unit, on)


def planned(members: QuerySet[Member], out_of: Collection[int], unit: Unit, on: date) -> Plan:
    found = sorted(members.select_related("person"), key=lambda member: (member.person.name, member.pk))
    last = last_ties(found)
    judged = [(member, why_not(member, last[member.pk], out_of, unit, on)) for member in found if member.pk in last]
    return Plan([member for member, why in judged if not why], [Stays(member, why) for member, why in judged if why])


def last_ties(members: Sequence[Member]) -> dict[UUID, Affiliation]:
    """The formal affiliation of each that began last."""
    ties = Affiliation.objects.filter(member__in=members, bond=Bond.FORMAL).order_by("valid_from", "pk")
    return {tie.member_id: tie for tie in ties}


def why_not(member: Member, last: Affiliation, out_of: Collection[int], unit: Unit, on: date) -> Text | None:
    if member.died_on:
        return DIED
    if last.valid_to is not None:
        return LEFT.format(day=last.valid_to)
    if last.unit_id == unit.pk:
        return THERE
    if last.unit_id not in out_of:
        return ELSEWHERE
    return CAME_LATER.format(day=last.valid_from) if last.valid_from > on else None


def some_stay(staying: Sequence[Stays]) -> Refusal:
    return refuse(
        "some-stay",
        "没有转：名单里有 {count} 人不能在这一天转。{who}。请重新看一遍再转。",
        "Nobody was moved: {count} of them cannot be moved on that day. {named}. Look again, then move the others.",
        place="ticked",
        count=len(staying),
        who="；".join(f"{one.member}（{one.why.zh}）" for one in staying),
        named="; ".join(f"{one.member} ({one.why.en})" for one in staying),
    )
