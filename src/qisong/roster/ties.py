"""How a member's belonging ends, begins and is handed from one unit to another. Called inside a verb."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from qisong.org.intervals import Dated
from qisong.org.models import Unit
from qisong.roster.models import Affiliation, Member
from qisong.roster.signals import belonging_changed
from qisong.roster.terms import Bond, Leaving
from qisong.words.text import Refusal, refuse

D = TypeVar("D", bound=Dated)


def open_ties(member: Member, bond: Bond, unit: Unit | None = None) -> list[Affiliation]:
    ties = member.affiliations.filter(bond=bond, valid_to=None)
    return list(ties.filter(unit=unit) if unit else ties)


def end(one: D, on: date, leaving: Leaving | None = None) -> D:
    """``on`` is the first day on which it no longer holds; it may be the day it began."""
    if on < one.valid_from:
        raise too_early(one.valid_from)
    one.valid_to = on
    if leaving is not None and isinstance(one, Affiliation):
        one.left_by = leaving
    one.save()
    return one


def leave(member: Member, on: date, leaving: Leaving) -> None:
    """All open affiliations and circumstances end."""
    for tie in member.affiliations.filter(valid_to=None):
        end(tie, on, leaving)
    for circumstance in member.circumstances.filter(valid_to=None):
        end(circumstance, max(on, circumstance.valid_from))
    belonging_changed.send(Member, members=[member.pk])


def move(member: Member, unit: Unit, on: date) -> list[int]:
    """Formally of ``unit`` from ``on``, and no longer only attached there; the units concerned."""
    left = open_ties(member, Bond.FORMAL)
    for tie in left:
        if tie.unit_id == unit.pk:
            raise refuse("already-there", "已经在这个组织。", "The member belongs there already.", place="unit")
        end(tie, on, Leaving.TRANSFER)
    for tie in open_ties(member, Bond.ATTACHED, unit=unit):
        end(tie, on, Leaving.TRANSFER)
    check_not_gone([member.pk])
    check_after_last(member, on)
    Affiliation.objects.create(member=member, unit=unit, bond=Bond.FORMAL, valid_from=on)
    belonging_changed.send(Member, members=[member.pk])
    return [*(tie.unit_id for tie in left), unit.pk]


def hand_over(tie: Affiliation, unit: Unit, on: date, leaving: Leaving) -> None:
    """From ``on`` the affiliation is one to ``unit``, to the end it had; earlier days stay as they were."""
    day, until, left_by = max(on, tie.valid_from), tie.valid_to, tie.left_by
    end(tie, day, leaving)
    others = [one for one in Affiliation.objects.reaching(unit, day).filter(member=tie.member_id) if one.pk != tie.pk]
    if tie.bond == Bond.ATTACHED and others:
        return
    for one in others:  # formally there now, so no longer attached
        end(one, max(day, one.valid_from), leaving)
    Affiliation.objects.create(
        member_id=tie.member_id, unit=unit, bond=tie.bond, valid_from=day, valid_to=until, left_by=left_by
    )
    belonging_changed.send(Member, members=[tie.member_id])


def gone_by_letter() -> QuerySet[Affiliation]:
    """The last formal belonging of everybody whom a letter took to another county."""
    later = Affiliation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("valid_to")), member=OuterRef("member"), bond=Bond.FORMAL
    )
    return Affiliation.objects.filter(bond=Bond.FORMAL, left_by=Leaving.LETTER).exclude(Exists(later))


def check_not_gone(members: Collection[UUID]) -> None:
    """Nobody is put onto the roster whom a letter took, or is taking, to another county."""
    names = gone_by_letter().filter(member__in=members).values_list("member__person__name", flat=True)
    if gone := sorted(names):
        raise refuse(
            "gone-by-letter",
            "组织关系已经用介绍信转往别的县：{names}。要回来，由那个县开介绍信转回；对方没有接收的，登记对方的退信回执号。",
            "A letter took them to another county: {names}. Only a letter from there brings them back; if it was not "
            "taken in there, enter the code by which the other county declined it.",
            place="member",
            names="、".join(gone),
        )


def check_after_last(member: Member, on: date) -> None:
    """A new formal affiliation begins when all earlier ones have ended."""
    later = member.affiliations.filter(bond=Bond.FORMAL, valid_to__gt=on).order_by("-valid_to").first()
    if later is not None and later.valid_to is not None:
        raise too_early(later.valid_to)


def too_early(beginning: date) -> Refusal:
    return refuse(
        "too-early",
        "日期太早：名册上原来的记录从 {beginning} 开始，请填这一天或以后。",
        "Too early: what the roster holds begins on {beginning}; give that day or a later one.",
        place="on",
        beginning=beginning,
    )
