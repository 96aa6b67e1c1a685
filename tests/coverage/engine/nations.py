"""Small nations for Hypothesis, and the same as plain sets: who stands where, of which unit, with whom beneath it."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import numpy as np
from hypothesis import strategies as st

from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.planes import WORD, Words, pack

Branch = tuple[int, list["Branch"]]  # its own people, the units right beneath it

PEOPLE = st.one_of(st.just(0), st.integers(0, 5), st.integers(0, 150))
counties = st.recursive(
    st.tuples(PEOPLE, st.just([])),
    lambda beneath: st.tuples(PEOPLE, st.lists(beneath, max_size=4)),
    max_leaves=10,
)


@dataclass
class Nation:
    """Everything unit by unit, in pre-order; padding is of nobody."""

    own: list[set[int]] = field(default_factory=list)
    beneath: list[set[int]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    size: int = 0

    @property
    def layout(self) -> Layout:
        return Layout(np.array([*self.starts, self.size], np.int64), np.array(self.ends, np.int32))

    @property
    def people(self) -> set[int]:
        return self.beneath[0]

    def settle(self, branch: Branch) -> set[int]:
        people, branches = branch
        number = len(self.own)
        self.starts.append(self.size)
        self.own.append(set(range(self.size, self.size + people)))
        self.beneath.append(set())
        self.ends.append(0)
        self.size += people
        self.beneath[number] = self.own[number].union(*map(self.settle, branches))
        self.ends[number] = len(self.own)
        return self.beneath[number]

    def pad(self) -> None:
        self.size += -self.size % WORD


def nation_of(grown: list[Branch]) -> Nation:
    """Counties under one root that has nobody of its own."""
    nation = Nation([set()], [set()], [0], [0])
    for county in grown:
        nation.beneath[0] |= nation.settle(county)
        nation.pad()
    nation.ends[0] = len(nation.own)
    return nation


nations = st.lists(counties, min_size=1, max_size=4).map(nation_of)


def some_of(people: set[int], seed: int) -> set[int]:
    """Few, many, nobody or all of them."""
    chance = Random(seed)
    share = chance.choice([0, 0.1, 0.5, 0.9, 1])
    return {one for one in people if chance.random() < share}


def plane(members: set[int], size: int) -> Words:
    mask = np.zeros(size, bool)
    mask[list(members)] = True
    return pack(mask)


@st.composite
def ranges(draw: st.DrawFn, size: int) -> tuple[int, int]:
    start = draw(st.integers(0, size))
    return start, draw(st.integers(start, size))


def every(members: set[int], start: int, stop: int) -> list[int]:
    return sorted(one for one in members if start <= one < stop)
