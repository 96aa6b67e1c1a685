"""What a member has takes no second delivery in another county, and what they declined no second question: a letter
says so, and the new county keeps it as 本人已有 or 婉拒.

Receipts stay where they happened, and count there. Only what is held once and for good is told: an item handed over
as copies, owed to members once or by edition. A quarter's, a year's or a dose's begins with the new county.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.dispatch import receiver

from qisong.ledger.answering import open_round
from qisong.ledger.models import Answer, Obligation, Receipt
from qisong.ledger.terms import AnswerKind, CountedBy, Recipient, RoundKind
from qisong.org.models import Account
from qisong.roster.models import Member
from qisong.roster.signals import letter_taken, letter_written
from qisong.words.text import Refusal

FOR_GOOD = (RoundKind.ONCE, RoundKind.EDITION)
TOLD = (AnswerKind.HAS.value, AnswerKind.DECLINED.value)


@receiver(letter_written, dispatch_uid="ledger.letter_written")
def tell(*, member: Member, on: date, carried: dict[str, Any], **_: Any) -> None:
    """Programme, item and round, by the codes of the preset, of all that the member has or declined."""
    said = [[*named(one), standing(member.pk, one, on)] for one in owed(on)]
    carried["ledger"] = sorted(one for one in said if one[-1] in TOLD)


@receiver(letter_taken, dispatch_uid="ledger.letter_taken")
def keep(*, member: Member, on: date, by: Account | None, carried: dict[str, Any], **_: Any) -> None:
    """What is owed here by the same codes, and not held here from an earlier time, is answered as it was there."""
    told = carried.get("ledger")
    if not isinstance(told, list):
        return
    for one in owed(on):
        kind = next((kind for kind in TOLD if [*named(one), kind] in told), None)
        if kind and standing(member.pk, one, on) not in {AnswerKind.HAS, kind}:
            Answer.objects.create(member=member, item=one.item, round=one.round, kind=kind, on=on, recorded_by=by)


def owed(on: date) -> Iterator[Obligation]:
    """What members are to have for good, in the rounds open that day."""
    duties = Obligation.objects.filter(
        item__by_presence=False,
        item__counted_by=CountedBy.COPIES,
        audience__recipient=Recipient.MEMBER,
        round__kind__in=FOR_GOOD,
    ).select_related("item__programme", "round")
    return (one for one in duties if is_open(one, duties, on))


def is_open(duty: Obligation, duties: Iterable[Obligation], on: date) -> bool:
    """Whether it is the round in which an answer of that day would stand."""
    rounds = [one.round for one in duties if one.item_id == duty.item_id]
    try:
        return open_round(rounds, duty.item, on) == duty.round
    except Refusal:
        return False


def named(duty: Obligation) -> list[str]:
    return [duty.item.programme.code, duty.item.code, duty.round.code]


def standing(member: UUID, duty: Obligation, on: date) -> str:
    """``has`` if received in full since the round began; otherwise the last answer, "" if there was none."""
    received = Receipt.objects.live().filter(member=member, item=duty.item_id, on__gte=duty.round.starts_on, on__lte=on)
    copies = received.aggregate(copies=Sum("copies"))["copies"] or 0
    answers = Answer.objects.live().filter(member=member, item=duty.item_id, round=duty.round_id, on__lte=on)
    said = answers.order_by("-on", "-id").values_list("kind", flat=True).first()
    return AnswerKind.HAS.value if copies >= duty.quantity else said or ""
