"""Counts by directory against counts of plain booleans, while bits come and go."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.coverage.engine.planes import pack
from qisong.coverage.engine.ranks import Ranked

SIZES = [0, 1, 63, 64, 65, 511, 512, 513, 32_767, 32_768, 32_769, 70_000]
parts = st.floats(min_value=0, max_value=1)


@pytest.mark.parametrize("size", SIZES)
@given(seed=st.integers(0, 9), ranges=st.lists(st.tuples(parts, parts), min_size=1, max_size=20))
def test_counts_in_any_range_equal_those_of_booleans(size: int, seed: int, ranges: list[tuple[float, float]]) -> None:
    bits = np.random.default_rng(seed).random(size) < 0.6
    ranked = Ranked(pack(bits))
    for one, other in ranges:
        start, stop = sorted((round(one * size), round(other * size)))
        assert ranked.count(start, stop) == bits[start:stop].sum()


@given(seed=st.integers(0, 9), changes=st.lists(st.tuples(parts, st.booleans()), min_size=1, max_size=30))
def test_changed_bit_is_counted_at_once(seed: int, changes: list[tuple[float, bool]]) -> None:
    size = 40_000
    bits = np.random.default_rng(seed).random(size) < 0.5
    ranked = Ranked(pack(bits))
    for part, to in changes:
        place = min(int(part * size), size - 1)
        bits[place] = to
        ranked.put(place, to=to)
        for stop in (place, place + 1, size):
            assert ranked.count(0, stop) == bits[:stop].sum()
