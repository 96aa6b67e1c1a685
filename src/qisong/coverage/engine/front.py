"""Many counties as one: their files side by side, under the units above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np

from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.plane_files import open_planes
from qisong.coverage.engine.planes import WORD, Places, Words, words_for


class Front:
    """The counties of some files, in the order of their paths; nothing is read from a plane before it is asked about.

    ``units``: the codes of all units in pre-order, those above the counties among them; ``layout``: of all of them.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self.counties = sorted((open_planes(file) for file in files), key=lambda one: one.heading.path)
        self.sizes = [words_for(one.heading.people) for one in self.counties]
        self.firsts = np.concatenate(([0], np.cumsum(self.sizes))) * WORD
        self.known: dict[str, Words] = {}
        self.units, self.layout = self.arranged()

    def plane(self, name: str) -> Words:
        """The counties' planes of this name behind each other; of one that lacks it, nobody."""
        if name not in self.known:
            self.known[name] = np.concatenate(
                [
                    one.planes.get(name, np.zeros(size, np.uint64))
                    for one, size in zip(self.counties, self.sizes, strict=True)
                ]
            )
        return self.known[name]

    def beneath(self, unit: int) -> list[int]:
        """The numbers of the units right beneath one."""
        found, child = [], unit + 1
        while child < self.layout.ends[unit]:
            found.append(child)
            child = int(self.layout.ends[child])
        return found

    def people(self, places: Places) -> list[UUID]:
        """The ids of those at these positions."""
        counties = np.searchsorted(self.firsts, places, side="right") - 1
        return [
            UUID(bytes=bytes(self.counties[county].ids[place - self.firsts[county]]))
            for county, place in zip(counties.tolist(), places.tolist(), strict=True)
        ]

    def arranged(self) -> tuple[list[str], Layout]:
        """Units above the counties have nobody of their own."""
        units: list[str] = []
        starts: list[np.ndarray] = []
        ends: list[np.ndarray] = []
        opened: list[tuple[str, int]] = []  # units above whose end is not known yet, and their numbers
        closing: dict[int, int] = {}
        for county, first in zip(self.counties, self.firsts.tolist(), strict=False):
            above = county.heading.path[:-1]
            shared = alike([code for code, _ in opened], above)
            closing |= {number: len(units) for _, number in opened[shared:]}
            del opened[shared:]
            for code in above[shared:]:
                opened.append((code, len(units)))
                units.append(code)
                starts.append(np.array([first]))
                ends.append(np.zeros(1, np.int32))
            starts.append(county.layout.starts[:-1] + first)
            ends.append(county.layout.ends + len(units))
            units.extend(county.heading.units)
        closing |= {number: len(units) for _, number in opened}
        joined = np.concatenate(ends).astype(np.int32)
        joined[list(closing)] = list(closing.values())
        return units, Layout(np.concatenate([*starts, self.firsts[-1:]]).astype(np.int64), joined)


def alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many entries two paths share from the beginning."""
    return next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), min(len(one), len(other))
    )
