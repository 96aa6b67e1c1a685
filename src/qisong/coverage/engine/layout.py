"""Where everybody stands: units in pre-order, the people of each side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qisong.coverage.engine.columns import Ints
from qisong.coverage.engine.planes import Places, Words


@dataclass(frozen=True)
class Layout:
    """``starts``: int64[U+1], the first position of each unit's own people; ``ends``: int32[U], the number of the unit
    after the last one beneath each.

    Several counties stand behind each other, each from a multiple of 64 on. What lies between belongs to the unit
    before and is 0 in every plane.
    """

    starts: Places
    ends: Ints

    @property
    def units(self) -> int:
        return len(self.ends)

    def own(self, unit: int) -> tuple[int, int]:
        """From which position until before which a unit's own people stand."""
        return int(self.starts[unit]), int(self.starts[unit + 1])

    def span(self, unit: int) -> tuple[int, int]:
        """The same for a unit and everybody beneath it."""
        return int(self.starts[unit]), int(self.starts[self.ends[unit]])

    @cached_property
    def inner(self) -> NDArray[np.intp]:
        """The units that have others beneath them."""
        return np.flatnonzero(self.ends != np.arange(1, self.units + 1))

    @cached_property
    def boundary_words(self) -> NDArray[np.intp]:
        """intp[U+1]: the word in which each unit begins."""
        return (self.starts >> 6).astype(np.intp)

    @cached_property
    def boundary_masks(self) -> Words:
        """uint64[U+1]: the bits of that word before the unit's."""
        return (np.uint64(1) << (self.starts & 63).astype(np.uint64)) - np.uint64(1)
