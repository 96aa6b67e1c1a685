"""Short sentences for stories about who received what; rows are written as the ledger would write them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from qisong.coverage.counting import Counts, table
from qisong.coverage.gaps import GapList, gap_list
from qisong.ledger.models import Activity, Answer, Audience, Exemption, Item, Obligation, Receipt, Reversal, Round
from qisong.org.models import Unit
from qisong.roster.models import Member

START = date(2026, 2, 1)  # the first round of the preset opens
DAY = date(2026, 6, 1)
LATER = date(2026, 9, 1)


def item(code: str) -> Item:
    return Item.objects.get(code=code)


def items(*codes: str) -> list[Item]:
    return [item(code) for code in codes]


def hold_act(unit: Unit, on: date = DAY) -> Activity:
    return Activity.objects.create(unit=unit, on=on)


def give(code: str, to: Member | Unit, on: date = DAY, *, copies: int = 1, channel: str = "gathering") -> Receipt:
    unit = to if isinstance(to, Unit) else Unit.objects.order_by("pk")[0]
    whom: dict[str, Any] = {"unit": to} if isinstance(to, Unit) else {"member": to}
    return Receipt.objects.create(
        activity=hold_act(unit, on), on=on, item=item(code), copies=copies, channel=channel, **whom
    )


def say(code: str, member: Member, kind: str, on: date = DAY, **also: Any) -> Answer:
    """In the round that was opened last, unless another is named."""
    duty = Obligation.objects.filter(item__code=code).latest("pk")
    return Answer.objects.create(
        **{"member": member, "item": duty.item, "round": duty.round, "kind": kind, "on": on} | also
    )


def reverse(target: Receipt | Activity) -> Reversal:
    kind = "receipt" if isinstance(target, Receipt) else "activity"
    return Reversal.objects.create(**{kind: target}, reason="记错了")


def open_round(code: str, starts_on: date, ends_on: date | None = None, *, quantity: int = 1, **fields: Any) -> Round:
    """Another round of the item, owed to those of the round before it."""
    before = Obligation.objects.filter(item__code=code).latest("pk")
    named = {"programme": before.round.programme, "code": f"{code}-{starts_on}", "zh": "又一轮", "en": "Another"}
    opened = Round.objects.create(**named, starts_on=starts_on, ends_on=ends_on, **fields)
    Obligation.objects.create(item=before.item, audience=before.audience, round=opened, quantity=quantity)
    return opened


def owe_households(code: str, **conditions: list[str]) -> Audience:
    """From now on the item is owed once for those who live together."""
    programme = item(code).programme
    labels = {"code": f"homes-{code}", "zh": "住户", "en": "Households"}
    audience = Audience.objects.create(programme=programme, recipient="household", **labels, **conditions)
    Obligation.objects.filter(item__code=code).update(audience=audience)
    return audience


def exempt(member: Member, code: str | None, on: date = DAY, until: date | None = None) -> Exemption:
    programme = Item.objects.get(code=code or "badges").programme
    return Exemption.objects.create(
        programme=programme,
        item=item(code) if code else None,
        member=member,
        reason="decision",
        decided_by="县委组织部",
        valid_from=on,
        valid_to=until,
    )


def count(unit: Unit, code: str, on: date = LATER, tree: str = "then", **filters: str) -> Counts:
    return table(unit, items(code), as_of=on, tree=tree, **filters)[unit.pk][code]


def gaps(unit: Unit, codes: str | Sequence[str], on: date = LATER, tree: str = "then", **filters: str) -> GapList:
    wanted = [codes] if isinstance(codes, str) else codes
    return gap_list(unit, items(*wanted), as_of=on, tree=tree, **filters)


def names(found: GapList) -> list[str]:
    return [gap.name for gap in found.names]
