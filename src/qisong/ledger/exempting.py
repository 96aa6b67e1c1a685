"""免送: a recorded decision that a member or a unit is not owed something, with its reason and who decided."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone

from qisong.ledger.models import Exemption, Item, Programme
from qisong.org import journal
from qisong.org.models import Account, Term, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.roster.models import Affiliation, Member
from qisong.words.digits import tidy
from qisong.words.text import refuse


def exempt(
    *,
    by: Account | None,
    scope: Scope,
    programme: Programme,
    reason: str,
    decided_by: str,
    on: date,
    item: Item | None = None,
    member: Member | None = None,
    unit: Unit | None = None,
    note: str = "",
) -> Exemption:
    """From ``on`` the member or the unit (one of them) is not owed ``item``, or anything of the programme.

    ``reason`` is a term; ``decided_by`` says who decided. Refuses a reason that the roster itself states, a day to
    come, and what is exempt already.
    """
    if (member is None) == (unit is None):
        raise refuse(
            "one-of-two", "请写明是哪个人或哪个组织，二者取一。", "Name either a member or a unit.", place="member"
        )
    require_right(scope, member, unit)
    require_reason(reason)
    if on > timezone.localdate():
        raise refuse("future", "日期还没到，请核对。", "That day has not come yet; check the date.", place="on")
    if item and item.programme_id != programme.pk:
        raise refuse("unknown-item", "这项内容不在这个专项活动里。", "The programme has no such item.", place="item")
    decision = Exemption(programme=programme, item=item, member=member, unit=unit, reason=reason, valid_from=on)
    decision.decided_by, decision.note = require_text("decided_by", decided_by, 120), tidy(note)[:200]
    decision.recorded_by = by
    with journal.verb("exemption.recorded", by=by, unit=unit) as entry:
        require_new(decision)
        decision.save(force_insert=True)
        touch(entry, decision)
    return decision


def end_exemption(*, by: Account | None, scope: Scope, exemption: Exemption, on: date) -> Exemption:
    """It holds until the day before ``on``; ended on its first day it never held."""
    require_right(scope, exemption.member, exemption.unit)
    with journal.verb("exemption.ended", by=by, unit=exemption.unit) as entry:
        held = Exemption.objects.select_for_update().get(pk=exemption.pk)
        if held.valid_to is not None:
            raise refuse("already-ended", "这项免送已经结束了。", "This exemption has ended already.", place="on")
        if on < held.valid_from:
            raise refuse("too-early", "结束日期早于开始日期。", "It cannot end before it begins.", place="on")
        held.valid_to = on
        held.save(update_fields=["valid_to"])
        touch(entry, held)
    return held


def require_right(scope: Scope, member: Member | None, unit: Unit | None) -> None:
    units = (
        [unit.pk]
        if unit
        else list(Affiliation.objects.formal(scope.on).filter(member=member).values_list("unit", flat=True))
    )
    if not any(scope.allows(Right.EXEMPT, one) for one in units):
        raise refuse("not-allowed", "免送须由上级决定并记录。", "The level above decides and records exemptions.")


def require_reason(reason: str) -> None:
    term = Term.objects.filter(category=TermCategory.EXEMPTION, code=reason).first()
    if term is None:
        raise refuse(
            "unknown-reason", "没有“{name}”这种理由。", "There is no reason {name}.", place="reason", name=reason
        )
    if term.data.get("from_roster"):
        raise refuse(
            "from-roster",
            "“{name}”请在名册上记，不在这里记。",
            "Put {name} on the roster; it needs no exemption here.",
            place="reason",
            name=term.zh,
        )


def require_text(place: str, text: str, longest: int) -> str:
    if 0 < len(tidy(text)) <= longest:
        return tidy(text)
    raise refuse(
        "empty", "请填写，最多{most}个字。", "Fill this in, at most {most} characters.", place=place, most=longest
    )


def require_new(decision: Exemption) -> None:
    """Refuses a second decision about the same, or one that an open decision on the whole programme covers."""
    same = Exemption.objects.filter(programme=decision.programme, member=decision.member, unit=decision.unit)
    covering = same.filter(Q(item=decision.item) | Q(item=None))
    if covering.filter(Q(valid_to=None) | Q(valid_to__gt=decision.valid_from)).exists():
        raise refuse("already-exempt", "已经记过免送了。", "This is exempt already.", place="item")


def touch(entry: journal.Entry, decision: Exemption) -> None:
    entry.touch("exemption", [decision.pk])
    entry.touch("member", [decision.member_id] if decision.member_id else [])
    entry.touch("unit", [decision.unit_id] if decision.unit_id else [])
