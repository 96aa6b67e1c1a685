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
    for row, words in zip(found, planes, strict=True):
        np.subtract((before := counts_before(words, layout))[1:], before[:-1], out=row)
    return found


def roll_up(planes: Sequence[Words], layout: Layout) -> Counted:
    """int32[P, U]: of each plane, how many of each unit and everybody beneath it."""
    found = np.empty((len(planes), layout.units), np.int32)
    inner = layout.inner
    ends = layout.ends[inner]
    for row, words in zip(found, planes, strict=True):
        before = counts_before(words, layout)
        np.subtract(before[1:], before[:-1], out=row)
        row[inner] = before[ends] - before[inner]
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


def counts_before(words: Words, layout: Layout) -> Counted:
    """int32[U+1]: how many bits are set before each unit's first position."""
    whole = np.zeros(len(words) + 1, np.int32)
    np.cumsum(np.bitwise_count(words), out=whole[1:])
    # A unit may begin just behind the last word.
    closed = np.append(words, np.uint64(0))
    places, masks = layout.boundary_words, layout.boundary_masks
    found = np.empty(layout.units + 1, np.int32)
    taken = np.empty(CHUNK, np.uint64)
    for start in range(0, len(found), CHUNK):
        part = slice(start, start + CHUNK)
        here = taken[: len(places[part])]
        np.take(closed, places[part], out=here, mode="clip")
        here &= masks[part]
        np.take(whole, places[part], out=found[part], mode="clip")
        found[part] += np.bitwise_count(here)
    return found
