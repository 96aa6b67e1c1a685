"""A plane with a directory, so that a count in any range takes the same time, and one changed bit little more."""

from __future__ import annotations

import numpy as np

from qisong.coverage.engine.planes import WORD, Words

BLOCK = 8  # words of a small block
LARGE = 1 << 9  # words of a large one: its 32,768 bits are counted in 16


class Ranked:
    """``words`` with two levels of counts: of the bits before each large block, and before each small one within it.

    A count looks at one number of each level and at up to eight words at either end. ``put`` writes to ``words``.
    """

    def __init__(self, words: Words) -> None:
        self.words = words
        small = -(-len(words) // BLOCK)
        padded = np.zeros(small * BLOCK, np.uint8)
        padded[: len(words)] = np.bitwise_count(words)
        sums = padded.reshape(small, BLOCK).sum(axis=1, dtype=np.int64)
        before = np.concatenate(([0], np.cumsum(sums)))
        self.large = before[:: LARGE // BLOCK].copy()
        self.small = (before - np.repeat(self.large, LARGE // BLOCK)[: small + 1]).astype(np.uint16)

    def count(self, start: int, stop: int) -> int:
        """How many bits are set from ``start`` until before ``stop``."""
        return self.before(stop) - self.before(start)

    def before(self, position: int) -> int:
        word, bit = divmod(position, WORD)
        block = word // BLOCK
        found = int(self.large[word // LARGE]) + int(self.small[block])
        for place in range(block * BLOCK, word):
            found += int(self.words[place]).bit_count()
        return found + (int(self.words[word]) & (1 << bit) - 1).bit_count() if bit else found

    def put(self, position: int, *, to: bool) -> None:
        """One person received, or did not after all."""
        word, bit = position >> 6, np.uint64(1 << (position & 63))
        if bool(self.words[word] & bit) is to:
            return
        self.words[word] ^= bit
        large, step = word // LARGE, 1 if to else -1
        self.large[large + 1 :] += step
        self.small[word // BLOCK + 1 : (large + 1) * (LARGE // BLOCK)] += np.uint16(step & 0xFFFF)
