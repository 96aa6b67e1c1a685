"""A made-up nation: a tree of five levels, people in branches of uneven size, and a ledger of what they received."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import gcd

import numpy as np
from numpy.typing import NDArray

from qisong.coverage.engine.columns import Ints, Mask
from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.planes import WORD

ITEMS = 7
BRANCH = 19  # people in a branch, on average
COMMITTEE, COUNTY, PROVINCE = 10, 184, 90  # branches in a committee, committees in a county, counties in a province
DELIVERED = 205  # of 256
AGAIN = 33  # every so manieth delivery is in the ledger twice
PIECE = 1 << 20

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Nation:
    """``sizes``: int64[B], the people of each branch; the tree above them follows from their numbers."""

    sizes: Longs

    @classmethod
    def of(cls, members: int, seed: int = 1) -> Nation:
        branches = max(1, members // BRANCH)
        weights = np.random.default_rng(seed).lognormal(0, 0.8, branches)
        bounds = np.round(np.cumsum(weights) / weights.sum() * members).astype(np.int64)
        return cls(np.diff(bounds, prepend=0))

    @property
    def members(self) -> int:
        return int(self.sizes.sum())

    @cached_property
    def above(self) -> list[Longs]:
        """For each branch the numbers of its committee, county and province, each kind counted by itself."""
        committees = np.arange(len(self.sizes)) // COMMITTEE
        counties = committees // COUNTY
        return [committees, counties, counties // PROVINCE]

    @cached_property
    def rank(self) -> Longs:
        """int64[B]: each branch's number among all units; everything above it came before."""
        committees, counties, provinces = self.above
        found: Longs = np.arange(len(self.sizes)) + committees + counties + provinces + 4
        return found

    @property
    def positions(self) -> int:
        return int(self.layout.starts[-1])

    @cached_property
    def firsts(self) -> Longs:
        """int64[B]: the first position of each branch; each county begins at a multiple of 64."""
        counties = self.above[1]
        people = np.bincount(counties, self.sizes).astype(np.int64)
        room = -(-people // WORD) * WORD
        begin = np.cumsum(room) - room
        within = np.cumsum(self.sizes) - self.sizes
        found: Longs = begin[counties] + within - (np.cumsum(people) - people)[counties]
        return found

    @cached_property
    def layout(self) -> Layout:
        units = int(self.rank[-1]) + 1
        starts, ends = np.zeros(units + 1, np.int64), np.zeros(units, np.int32)
        starts[self.rank], ends[self.rank] = self.firsts, self.rank + 1
        for level, groups in enumerate([*self.above, np.zeros_like(self.rank)]):
            first = np.flatnonzero(np.diff(groups, prepend=-1))
            last = np.append(first[1:], len(groups)) - 1
            # A unit stands right before the first one beneath it.
            number = self.rank[first] - level - 1
            starts[number], ends[number] = self.firsts[first], self.rank[last] + 1
        starts[-1] = -(-(self.firsts[-1] + self.sizes[-1]) // WORD) * WORD
        return Layout(starts, ends)

    @cached_property
    def position_of(self) -> Ints:
        """int32[M]: where each member stands; members are numbered branch by branch."""
        shift = self.firsts - (np.cumsum(self.sizes) - self.sizes)
        found: Ints = (np.arange(self.members) + np.repeat(shift, self.sizes)).astype(np.int32)
        return found

    @cached_property
    def unit_of(self) -> Ints:
        """int32[M]: the number of each member's branch among all units."""
        return np.repeat(self.rank, self.sizes).astype(np.int32)

    def ledger(self, *, in_order: bool) -> Iterator[tuple[Ints, NDArray[np.int8]]]:
        """Member and item of each delivery, in pieces; some deliveries come twice."""
        pairs = self.members * ITEMS
        stride, start = (1, 0) if in_order else (scattering(pairs), pairs // 3)
        for begin in range(0, pairs, PIECE):
            numbers = np.arange(begin, min(begin + PIECE, pairs), dtype=np.uint64)
            chosen = (numbers * np.uint64(stride) + np.uint64(start)) % np.uint64(pairs)
            chosen = chosen[delivered(chosen)]
            chosen = np.concatenate([chosen, chosen[::AGAIN]])
            yield (chosen // np.uint64(ITEMS)).astype(np.int32), (chosen % np.uint64(ITEMS)).astype(np.int8)


def delivered(pairs: NDArray[np.uint64]) -> Mask:
    """The same for a pair whenever it is asked about."""
    mixed = (pairs ^ (pairs >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(56)).astype(np.int64) < DELIVERED


def scattering(pairs: int) -> int:
    """A stride by which all pairs are met once, each far from the one before."""
    stride = max(1, int(pairs * 0.6180339887)) | 1
    while gcd(stride, pairs) != 1:
        stride += 2
    return stride
