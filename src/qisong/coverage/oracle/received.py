"""Who received enough: live receipts of a round that add up to the quantity of an obligation.

A reversal cancels its receipt at every date. Reversed receipts are few, so everybody is summed without a look at
them, which takes an index alone, and only those of whom a receipt was reversed are summed anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum

from qisong.coverage.keys import Key, stored
from qisong.ledger.models import Obligation, Reversal
from qisong.ledger.models.act import ReceiptQuerySet

# Receipts of units have no member, those of members no unit: together they are one key that means nobody.
OTHER_KIND: Any = None


def read_received(
    rows: ReceiptQuerySet, duties: Iterable[Obligation], recipient: str, *, everybody: bool
) -> dict[int, set[Key]]:
    """Obligation → members (or units) whose unreversed ``rows`` are enough. ``everybody``: the rows are a county's."""
    rounds: dict[int, list[Obligation]] = defaultdict(list)
    for duty in duties:
        rounds[duty.round_id].append(duty)
    read = read_everybody if everybody else read_few
    return {duty: people for of_round in rounds.values() for duty, people in read(rows, of_round, recipient).items()}


def read_few(rows: ReceiptQuerySet, duties: list[Obligation], recipient: str) -> dict[int, set[Key]]:
    return enough(rows.live(), duties, recipient)


def read_everybody(rows: ReceiptQuerySet, duties: list[Obligation], recipient: str) -> dict[int, set[Key]]:
    cancelled = whose_receipt_was_reversed(recipient)
    touched = {key for (key,) in stored(cancelled)}
    live = enough(rows.live().filter(**{f"{recipient}__in": cancelled}), duties, recipient)
    return {duty: (people - touched) | live[duty] for duty, people in enough(rows, duties, recipient).items()}


def enough(rows: ReceiptQuerySet, duties: list[Obligation], recipient: str) -> dict[int, set[Key]]:
    """Obligation → those whose ``rows`` from the start of the round, which all ``duties`` share, are enough."""
    wanted = {duty.item_id: duty for duty in duties}
    key = f"{recipient}_id"
    sums = (
        rows.filter(item__in=wanted, on__gte=duties[0].round.starts_on)
        .values("item_id", key)
        .annotate(sum=Sum("copies"))
        .filter(sum__gte=min(duty.quantity for duty in duties))
        .values_list("item_id", key, "sum")
    )
    found: dict[int, set[Key]] = {item: set() for item in wanted}
    quantities = {item: duty.quantity for item, duty in wanted.items()}
    for item, one, copies in stored(sums):
        if copies >= quantities[item]:
            found[item].add(one)
    for people in found.values():
        people.discard(OTHER_KIND)
    return {duty.pk: found[item] for item, duty in wanted.items()}


def whose_receipt_was_reversed(recipient: str) -> QuerySet[Reversal, Any]:
    """The members, or the units, of whom a receipt was cancelled by itself or with its act."""
    alone = Reversal.objects.filter(receipt__isnull=False).values_list(f"receipt__{recipient}_id")
    acts = Reversal.objects.filter(activity__isnull=False)
    return alone.union(acts.values_list(f"activity__receipts__{recipient}_id"))
