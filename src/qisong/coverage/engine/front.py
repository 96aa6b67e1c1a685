"""Many counties as one: their files side by side, under the units above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import numpy as np

from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.plane_files import PlaneFile, open_planes
from qisong.coverage.engine.planes import WORD, Places, Words, words_for
from qisong.words.text import refuse


class Front:
    """The counties of some files, in the order of their paths; nothing is read from a plane before it is asked about.

    ``units``: the codes of all units in pre-order, those above the counties among them; ``layout``: of all of them.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self.files = sorted((open_planes(file) for file in files), key=lambda one: one.heading.path)
        refuse_twins(self.files)
        self.sizes = [words_for(one.heading.people) for one in self.files]
        self.firsts = np.concatenate(([0], np.cumsum(self.sizes))) * WORD
        self.known: dict[str, Words] = {}
        self.units, self.layout = self.arranged()

    def plane(self, name: str) -> Words:
        """The counties' planes of this name behind each other; of one that lacks it, nobody. Thousands of files cannot
        all stay open, so each is mapped only while its part is copied."""
        if name not in self.known:
            found = np.zeros(sum(self.sizes), np.uint64)
            for file, size, first in zip(self.files, self.sizes, self.firsts // WORD, strict=False):
                if name in file.heading.planes:
                    found[first : first + size] = file.county().planes[name]
            self.known[name] = found
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
            UUID(bytes=bytes(self.files[county].county().ids[place - self.firsts[county]]))
            for county, place in zip(counties.tolist(), places.tolist(), strict=True)
        ]

    def arranged(self) -> tuple[list[str], Layout]:
        """Units above the counties have nobody of their own."""
        units: list[str] = []
        starts: list[np.ndarray] = []
        ends: list[np.ndarray] = []
        opened: list[tuple[str, int]] = []  # units above whose end is not known yet, and their numbers
        closing: dict[int, int] = {}
        for file, first in zip(self.files, self.firsts.tolist(), strict=False):
            above, layout = file.heading.path[:-1], file.county().layout
            shared = alike([code for code, _ in opened], above)
            closing |= {number: len(units) for _, number in opened[shared:]}
            del opened[shared:]
            for code in above[shared:]:
                opened.append((code, len(units)))
                units.append(code)
                starts.append(np.array([first]))
                ends.append(np.zeros(1, np.int32))
            starts.append(layout.starts[:-1] + first)
            ends.append(layout.ends + len(units))
            units.extend(file.heading.units)
        closing |= {number: len(units) for _, number in opened}
        joined = np.concatenate(ends).astype(np.int32)
        joined[list(closing)] = list(closing.values())
        return units, Layout(np.concatenate([*starts, self.firsts[-1:]]).astype(np.int64), joined)


def refuse_twins(files: Sequence[PlaneFile]) -> None:
    """Two files of one county would count its people twice."""
    for one, other in pairwise(files):
        if one.heading.path == other.heading.path:
            raise refuse(
                "county-twice",
                "“{one}”和“{other}”是同一个县的，请只留一个。",
                "{one} and {other} are of the same county; keep one of them.",
                one=one.path.name,
                other=other.path.name,
            )


def alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many entries two paths share from the beginning."""
    return next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), min(len(one), len(other))
    )
