"""Who received enough: live receipts of a round that add up to the quantity of an obligation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Sum

from qisong.coverage.keys import Key, stored
from qisong.ledger.models import Obligation
from qisong.ledger.models.act import ReceiptQuerySet


def read_received(rows: ReceiptQuerySet, duties: Iterable[Obligation], recipient: str) -> dict[int, set[Key]]:
    """Obligation → members (or units) whose unreversed ``rows`` are enough."""
    rounds: dict[int, list[Obligation]] = defaultdict(list)
    for duty in duties:
        rounds[duty.round_id].append(duty)
    found: dict[int, set[Key]] = {}
    for of_round in rounds.values():
        found |= enough(rows.live(), of_round, recipient)
    return found


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
    return {duty.pk: found[item] for item, duty in wanted.items()}
