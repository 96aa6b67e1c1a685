"""Who received enough where more than one round of an item is open, or where days must lie between two doses.

Copies of a round fill first the oldest line that is still open, then the line of the round itself; what is left over
is lost: nobody receives ahead. All that is known about a person is the number of copies in each round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, IntegerField, Sum, Value, When

from qisong.coverage.keys import Key, day_of, stored
from qisong.coverage.oracle.households import Heads, Pools
from qisong.ledger.models import Obligation
from qisong.ledger.models.act import ReceiptQuerySet


@dataclass(frozen=True)
class Vessel:
    """An open line: the number of its round among those of its item, and what it takes.

    Whoever is ``settled`` has it already or declined: once another round has begun, no copy goes there any more.
    """

    number: int
    quantity: int
    owed: set[Key]
    settled: set[Key]

    def takes(self, key: Key, number: int) -> bool:
        if key not in self.owed or number < self.number:
            return False
        return number == self.number or key not in self.settled


def pour(vessels: Sequence[Vessel], pools: Mapping[Key, Mapping[int, int]]) -> list[set[Key]]:
    """For each of ``vessels``, oldest first, those whose copies fill it."""
    full: list[set[Key]] = [set() for _ in vessels]
    for key, pool in pools.items():
        lacking = [vessel.quantity for vessel in vessels]
        for number in sorted(pool):
            copies = pool[number]
            for place, vessel in enumerate(vessels):
                if vessel.takes(key, number):
                    taken = min(copies, lacking[place])
                    lacking[place] -= taken
                    copies -= taken
        for place, lack in enumerate(lacking):
            if not lack:
                full[place].add(key)
    return full


def read_pools(rows: ReceiptQuerySet, courses: Mapping[int, Sequence[date]], recipient: str) -> Pools:
    """``courses``: item → the first day of each of its rounds."""
    return sums(rows.live(), courses, recipient)


def sums(rows: ReceiptQuerySet, courses: Mapping[int, Sequence[date]], recipient: str) -> Pools:
    """A statement for all items whose rounds began on the same days."""
    alike: dict[tuple[date, ...], list[int]] = defaultdict(list)
    for item, starts in courses.items():
        alike[tuple(starts)].append(item)
    found: Pools = {item: defaultdict(dict) for item in courses}
    for starts, items in alike.items():
        whens = [When(on__gte=start, then=Value(number)) for number, start in enumerate(starts)]
        number = Case(*reversed(whens), output_field=IntegerField())
        of_items = rows.filter(item__in=items, on__gte=starts[0], **{f"{recipient}__isnull": False})
        grouped = of_items.annotate(number=number).values("item_id", f"{recipient}_id", "number")
        summed = grouped.annotate(sum=Sum("copies")).values_list("item_id", f"{recipient}_id", "number", "sum")
        for item, key, place, copies in stored(summed):
            found[item][key][place] = copies
    return found


def read_doses(
    rows: ReceiptQuerySet, duties: Iterable[Obligation], recipient: str, heads: Heads | None = None
) -> dict[int, set[Key]]:
    """Obligation → those who received on enough days that lie far enough apart."""
    return {duty.pk: enough_doses(rows, duty, recipient, heads or {}) for duty in duties}


def enough_doses(rows: ReceiptQuerySet, duty: Obligation, recipient: str, heads: Heads) -> set[Key]:
    of_item = rows.live().filter(item=duty.item_id, on__gte=duty.round.starts_on, **{f"{recipient}__isnull": False})
    days: dict[Any, set[date]] = defaultdict(set)
    for key, on in stored(of_item.values_list(f"{recipient}_id", "on")):
        days[heads.get(key, key)].add(day_of(on))
    apart = timedelta(days=duty.round.min_interval_days)
    return {key for key, own in days.items() if doses(own, apart) >= duty.quantity}


def doses(days: Iterable[date], apart: timedelta) -> int:
    """One a day, each at least ``apart`` after the one before that counts."""
    count, last = 0, None
    for on in sorted(days):
        if last is None or on >= last + apart:
            count, last = count + 1, on
    return count
