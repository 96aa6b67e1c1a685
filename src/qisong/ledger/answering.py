"""What a member says about an item outside any act: 本人已有、婉拒、暂缓至某日, or owed again."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from qisong.ledger.models import Answer, Item, Obligation, Round
from qisong.ledger.terms import AnswerKind
from qisong.ledger.turns import turns_of
from qisong.org import journal
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.roster.models import Affiliation, Member
from qisong.words.text import refuse


def answer(
    *,
    by: Account | None,
    scope: Scope,
    member: Member,
    item: Item,
    kind: AnswerKind,
    on: date,
    until: date | None = None,
) -> Answer:
    """Record the answer in the round open on ``on``; it holds until a later one. No reason is asked.

    Refuses a member of units for which the scope does not record, a day to come, and an item not owed that day.
    """
    units = list(Affiliation.objects.on(on).filter(member=member).values_list("unit_id", flat=True))
    unit = next((one for one in units if scope.allows(Right.RECORD, one)), None)
    if unit is None:
        raise refuse(
            "unknown-person", "您的组织里没有这个人。", "There is no such member in your units.", place="member"
        )
    if on > timezone.localdate():
        raise refuse("future", "日期还没到，请核对。", "That day has not come yet; check the date.", place="on")
    require_until(kind, until, on)
    round_ = open_round([one.round for one in Obligation.objects.filter(item=item).select_related("round")], item, on)
    with journal.verb("answer.recorded", by=by) as entry:
        said = Answer.objects.create(
            member=member, item=item, round=round_, kind=kind, on=on, until=until, recorded_by=by
        )
        entry.touch("member", [member.pk])
    return said


def require_until(kind: AnswerKind, until: date | None, on: date) -> None:
    if kind == AnswerKind.LATER and (until is None or until <= on):
        raise refuse(
            "until-needed",
            "暂缓要写明到哪一天，且晚于活动日期。",
            "Name the day until which it is put off, after the day of the act.",
            place="until",
        )
    if kind != AnswerKind.LATER and until:
        raise refuse("until-unneeded", "只有暂缓才填到哪一天。", "Only a postponement has such a day.", place="until")


def open_round(rounds: list[Round], item: Item, on: date) -> Round:
    """The last round of an owed item, if on ``on`` it runs or something is still owed from one that is over."""
    turns = turns_of(rounds, on)
    if any(turn.open for turn in turns):
        return turns[-1].round
    raise refuse(
        "no-open-round",
        "“{item}”在{on}没有进行中的轮次，不用记答复。",
        "No round of {item} is open on {on}; there is nothing to answer.",
        place="item",
        item=item.code,
        on=on,
    )
