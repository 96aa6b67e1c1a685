"""Planes from a ledger that comes in pieces, in any order and with anything said twice.

Rows that lie close together are marked one byte each in a window over their positions, which is then packed; rows from
everywhere are sorted first, so that each word is written once. Either way nothing is held but the planes and one piece.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from qisong.coverage.engine.columns import Ints
from qisong.coverage.engine.planes import ONE, WORD, Words, words_for
from qisong.words.text import refuse

Which = NDArray[np.integer]

PIECE = 1 << 20  # rows: their window, or they themselves, stay near the processor
CLOSE = 8  # bytes of a window that a row is worth


def build(ledger: Iterable[tuple[Ints, Which]], planes: int, positions: int) -> Words:
    """uint64[planes, ⌈positions/64⌉], the bit of every row set; ``ledger``: pieces of two columns of one length, the
    position of whoever received and the number of the plane that says so."""
    found = np.zeros((planes, words_for(positions)), np.uint64)
    for where, which in ledger:
        check(where, positions)
        check(which, planes)
        for start in range(0, len(where), PIECE):
            mark(found, where[start : start + PIECE], which[start : start + PIECE])
    return found


def check(numbers: Which, end: int) -> None:
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < end:
        raise refuse(
            "outside-planes",
            "台账里有 0 到 {last} 以外的编号，与这些位图对不上，请核对编号后重建。",
            "The ledger holds a number outside 0 to {last}, which fits no plane; check how it was numbered.",
            last=end - 1,
        )


def mark(planes: Words, where: Ints, which: Which) -> None:
    """Sets the bits of one piece."""
    first, last = int(where.min()) // WORD, int(where.max()) // WORD + 1
    if (last - first) * WORD * len(planes) <= CLOSE * len(where):
        mark_near(planes[:, first:last], where - first * WORD, which)
    else:
        mark_far(planes, where, which)


def mark_near(planes: Words, where: Ints, which: Which) -> None:
    size = planes.shape[1] * WORD
    window = np.zeros((len(planes), size), bool)
    window.reshape(-1)[which * np.int64(size) + where] = True
    planes |= np.packbits(window, axis=1, bitorder="little").view(np.uint64)


def mark_far(planes: Words, where: Ints, which: Which) -> None:
    bits = which * np.int64(planes.shape[1] * WORD) + where
    bits.sort()
    words = bits >> 6
    begin = np.flatnonzero(np.diff(words, prepend=-1))
    planes.reshape(-1)[words[begin]] |= np.bitwise_or.reduceat(ONE << (bits & 63).view(np.uint64), begin)
