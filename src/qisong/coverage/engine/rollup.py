"""Counts of all units at once.

The bits set before each unit are counted once; a unit's count, alone or with everybody beneath it, is a difference of
two of these numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.planes import Words, count_of

Counted = NDArray[np.int32]
CHUNK = 1 << 14  # units: what is worked on at once stays in the processor's cache


def own_counts(planes: Sequence[Words], layout: Layout) -> Counted:
    """int32[P, U]: of each plane, how many of each unit's own people."""
    found = np.empty((len(planes), layout.units), np.int32)
    before = Before(layout)
    for row, words in zip(found, planes, strict=True):
        np.subtract((counts := before.count(words))[1:], counts[:-1], out=row)
    return found


def roll_up(planes: Sequence[Words], layout: Layout) -> Counted:
    """int32[P, U]: of each plane, how many of each unit and everybody beneath it."""
    found = np.empty((len(planes), layout.units), np.int32)
    before, inner = Before(layout), layout.inner
    ends = layout.ends[inner]
    for row, words in zip(found, planes, strict=True):
        counts = before.count(words)
        np.subtract(counts[1:], counts[:-1], out=row)
        row[inner] = counts[ends] - counts[inner]
    return found


def anyone(words: Words, layout: Layout) -> NDArray[np.bool_]:
    """bool[U]: whether a bit is set for anybody of a unit or beneath it."""
    found: NDArray[np.bool_] = roll_up([words], layout)[0] > 0
    return found


def crosstab(rows: Sequence[Words], columns: Sequence[Words], start: int, stop: int) -> NDArray[np.int64]:
    """int64[R, C]: how many are in both of two planes, from one position until before another."""
    found = [count_of(partial(both, one, other), start, stop) for one, other in product(rows, columns)]
    return np.array(found, np.int64).reshape(len(rows), len(columns))


def both(one: Words, other: Words, part: slice) -> Words:
    return one[part] & other[part]


class Before:
    """How many bits are set before each unit's first position, plane after plane in the same memory."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.found = np.zeros(layout.units + 1, np.int32)
        self.taken = np.empty(CHUNK, np.uint64)
        self.whole = np.zeros(1, np.int32)

    def count(self, words: Words) -> Counted:
        """int32[U+1]; the next call writes over it."""
        if not len(words):
            return self.found
        if len(self.whole) != len(words) + 1:
            self.whole = np.zeros(len(words) + 1, np.int32)
        np.cumsum(np.bitwise_count(words), out=self.whole[1:])
        places, masks = self.layout.boundary_words, self.layout.boundary_masks
        for start in range(0, len(self.found), CHUNK):
            part = slice(start, start + CHUNK)
            here = self.taken[: len(places[part])]
            # A unit that begins behind the last word has no bit before it there: its mask is empty.
            np.take(words, places[part], out=here, mode="clip")
            here &= masks[part]
            np.take(self.whole, places[part], out=self.found[part], mode="clip")
            self.found[part] += np.bitwise_count(here)
        return self.found
