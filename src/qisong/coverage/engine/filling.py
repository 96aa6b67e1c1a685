"""Who received enough: copies poured into what is owed, and doses that lie far enough apart.

Copies of a round fill first the oldest line that is still open, then the line of the round itself; what is left over
is lost, for nobody receives ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qisong.coverage.engine.columns import Ints, Mask, Receipts


@dataclass(frozen=True, slots=True)
class Vessel:
    """An open line: ``number`` of its round among those of its item, and what it takes.

    ``owed``, ``settled``: bool[P]. Whoever is ``settled`` has it already or declined: once another round has begun, no
    copy goes there any more.
    """

    number: int
    quantity: int
    owed: Mask
    settled: Mask

    def takes(self, number: int) -> Mask:
        return self.owed if number == self.number else self.owed & ~self.settled


def pour(vessels: Sequence[Vessel], receipts: Receipts, starts: Sequence[int]) -> list[Mask]:
    """bool[P] for each of ``vessels``, oldest first: whom the copies fill. ``starts``: the first day of each round."""
    people = len(vessels[0].owed)
    lacking = [np.full(people, vessel.quantity, np.int64) for vessel in vessels]
    numbers = np.searchsorted(np.asarray(starts, np.int32), receipts.on, side="right") - 1
    for number in range(vessels[0].number, len(starts)):
        here = numbers == number
        left = sums(receipts.who[here], receipts.copies[here], people)
        for place, vessel in enumerate(vessels):
            if vessel.number <= number:
                taken = np.where(vessel.takes(number), np.minimum(left, lacking[place]), 0)
                lacking[place] -= taken
                left -= taken
    return [lack == 0 for lack in lacking]


def sums(who: Ints, copies: Ints, people: int) -> NDArray[np.int64]:
    """int64[P]: the copies of each; exact up to 2**53."""
    return np.bincount(who, copies, people).astype(np.int64)


def doses(receipts: Receipts, people: int, *, start: int, quantity: int, apart: int) -> Mask:
    """bool[P]: who received on ``quantity`` days from ``start`` on, each ``apart`` days or more after the last."""
    days = np.unique((receipts.who.astype(np.int64) << 32) | receipts.on)
    everybody = np.arange(people, dtype=np.int64)
    earliest = np.full(people, start, np.int64)
    enough = np.ones(people, bool)
    for _ in range(quantity):
        place = np.searchsorted(days, (everybody << 32) | earliest)
        found = days[np.minimum(place, len(days) - 1)] if len(days) else np.full(people, -1, np.int64)
        enough &= (place < len(days)) & (found >> 32 == everybody)
        earliest = (found & 0xFFFFFFFF) + max(apart, 1)
    return enough
