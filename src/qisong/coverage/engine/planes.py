"""Planes of bits, one bit a position: packing, counting, finding.

A plane is ``uint64[W]``: bit p mod 64 of word p div 64 says something of whoever stands at position p, and bits beyond
the last position are 0. Planes of one layout combine by ``& | ~``; since ``~`` sets the bits of nobody too, it belongs
beside an ``&``. An ``Expression`` says the same of a slice of words, so that no plane of the answer need be made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from qisong.coverage.engine.columns import Mask

Words = NDArray[np.uint64]
Places = NDArray[np.int64]
Expression = Callable[[slice], Words]

WORD = 64  # positions
CHUNK = 1 << 14  # words: 128 kB, so that a handful of planes stay in the processor's cache
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
ONE = np.uint64(1)


def words_for(positions: int) -> int:
    return -(-positions // WORD)


def pack(mask: Mask) -> Words:
    """bool[n] → uint64[⌈n/64⌉]."""
    packed = np.zeros(words_for(len(mask)) * 8, np.uint8)
    bits = np.packbits(mask, bitorder="little")
    packed[: len(bits)] = bits
    return packed.view(np.uint64)


def unpack(words: Words, size: int) -> Mask:
    """uint64[W] → bool[size]."""
    return np.unpackbits(words.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def has(words: Words, places: Places) -> Mask:
    """Whether the bit of each of ``places`` is set."""
    found: Mask = ((words[places >> 6] >> (places & 63).astype(np.uint64)) & ONE).astype(bool)
    return found


def count(words: Words, start: int, stop: int) -> int:
    """How many bits are set from ``start`` until before ``stop``."""
    return count_of(words.__getitem__, start, stop)


def count_of(expression: Expression, start: int, stop: int) -> int:
    return sum(int(np.bitwise_count(words).sum()) for _, words in pieces(expression, start, stop, CHUNK))


def positions(words: Words, start: int, stop: int) -> Places:
    """The set bits from ``start`` until before ``stop``."""
    return first(words, stop - start, start, stop)


def first(words: Words, k: int, start: int, stop: int) -> Places:
    return first_of(words.__getitem__, k, start, stop)


def first_of(expression: Expression, k: int, start: int, stop: int) -> Places:
    """The first ``k`` positions set, in order; looks no further than it must."""
    found, missing = [np.empty(0, np.int64)], k
    for place, words in pieces(expression, start, stop, WORD if k < stop - start else CHUNK):
        here = np.flatnonzero(unpack(words, len(words) * WORD))[:missing]
        found.append(here + place)
        missing -= len(here)
        if not missing:
            break
    return np.concatenate(found)


def pieces(expression: Expression, start: int, stop: int, size: int) -> Iterator[tuple[int, Words]]:
    """Position of its first bit, and words, of each piece of a range; bits outside the range are 0. Pieces of ``size``
    words at first, then growing to a chunk."""
    place, end = start // WORD, words_for(stop)
    while place < end:
        until = min(place + size, end)
        words = expression(slice(place, until))
        if place * WORD < start or until * WORD > stop:
            words = words.copy()
            if place * WORD < start:
                words[0] &= FULL << np.uint64(start - place * WORD)
            if until * WORD > stop:
                words[-1] &= FULL >> np.uint64(until * WORD - stop)
        yield place * WORD, words
        place, size = until, min(size * 4, CHUNK)
