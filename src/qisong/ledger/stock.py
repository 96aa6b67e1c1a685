"""What branches hold for their members: 支部已领、尚未发到人 = taken − returned − receipts from custody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from django.db.models import Case, F, Sum, When

from qisong.ledger.models import Activity, Custody, Item, Receipt
from qisong.ledger.terms import Direction
from qisong.org.models import Unit

Movement = tuple[int, int, date, int]  # unit, item, day, copies that came in (or, negative, went out)


def on_hand(unit: Unit, item: Item, as_of: date) -> int:
    """Copies that ``unit`` had taken by the end of ``as_of`` and not handed on. Below zero: more was handed out than
    was ever taken, which is shown and never refused."""
    return Stock.of([unit.pk]).on_hand(unit.pk, item.pk, as_of)


def holdings(unit: Unit, as_of: date) -> dict[int, int]:
    """Item id → copies on hand, for every item that the unit ever took or handed out by ``as_of``."""
    return {item: copies for (_unit, item), copies in held([unit.pk], as_of).items()}


def held(units: Collection[int] | None, as_of: date) -> dict[tuple[int, int], int]:
    """(unit, item) → copies on hand, for every item that one of ``units`` (None: of all) ever took or handed out by
    ``as_of``."""
    custody = Custody.objects.live().filter(on__lte=as_of)
    receipts = Receipt.objects.live().filter(holder__isnull=False, on__lte=as_of)
    if units is not None:
        custody, receipts = custody.filter(unit__in=units), receipts.filter(holder__in=units)
    taken, given = custody.values_list("unit_id", "item_id"), receipts.values_list("holder_id", "item_id")
    found = {(unit, item): copies for unit, item, copies in taken.annotate(moved=Sum(signed()))}
    for unit, item, copies in given.annotate(moved=Sum("copies")):
        found[unit, item] = found.get((unit, item), 0) - copies
    return found


@dataclass
class Stock:
    """The movements of some units, so that many questions cost two queries."""

    movements: dict[tuple[int, int], list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, units: Collection[int]) -> Self:
        stock = cls()
        custody = Custody.objects.live().filter(unit__in=units).values_list("unit_id", "item_id", "on")
        receipts = Receipt.objects.live().filter(holder__in=units).values_list("holder_id", "item_id", "on")
        for unit, item, on, copies in custody.annotate(moved=Sum(signed())):
            stock.move((unit, item, on, copies))
        for unit, item, on, copies in receipts.annotate(moved=Sum("copies")):
            stock.move((unit, item, on, -copies))
        return stock

    def move(self, movement: Movement) -> None:
        unit, item, on, copies = movement
        self.movements[unit, item].append((on, copies))

    def on_hand(self, unit: int, item: int, as_of: date) -> int:
        return sum(copies for on, copies in self.movements.get((unit, item), ()) if on <= as_of)


def signed() -> Case:
    return Case(When(direction=Direction.TAKEN, then=F("copies")), default=-F("copies"))


def movements_of(activity: Activity) -> list[Movement]:
    """What the live rows of one act did to the stock of units."""
    custody = Custody.objects.live().filter(activity=activity)
    receipts = Receipt.objects.live().filter(activity=activity, holder__isnull=False)
    return [
        *custody.annotate(moved=signed()).values_list("unit_id", "item_id", "on", "moved"),
        *receipts.annotate(moved=-F("copies")).values_list("holder_id", "item_id", "on", "moved"),
    ]
