from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qisong.coverage.engine.planes import (
    CHUNK,
    WORD,
    Words,
    count,
    count_of,
    first,
    first_of,
    has,
    pack,
    positions,
    unpack,
    words_for,
)
from tests.counts import count as times
from tests.coverage.engine.nations import every, plane, ranges, some_of

SIZES = st.integers(0, 700)
CHANCES = st.integers(0, 10_000)
GATE = settings(max_examples=times(ci=150, full=20_000), deadline=None)


@pytest.mark.gate
@GATE
@given(SIZES, CHANCES)
def test_pack_keeps_every_bit_and_adds_none(size: int, chance: int) -> None:
    members = some_of(set(range(size)), chance)
    words = plane(members, size)
    assert len(words) == words_for(size)
    assert {place for place in range(len(words) * WORD) if int(words[place // WORD]) >> place % WORD & 1} == members
    assert np.flatnonzero(unpack(words, size)).tolist() == sorted(members)


@pytest.mark.gate
@GATE
@given(st.data(), SIZES, CHANCES, st.integers(0, 20))
def test_a_range_counts_and_lists_those_inside_it(data: st.DataObject, size: int, chance: int, k: int) -> None:
    members = some_of(set(range(size)), chance)
    start, stop = data.draw(ranges(size))
    words = plane(members, size)
    before = words.copy()
    inside = every(members, start, stop)
    assert count(words, start, stop) == len(inside)
    assert positions(words, start, stop).tolist() == inside
    assert first(words, k, start, stop).tolist() == inside[:k]
    assert words.tolist() == before.tolist()


@pytest.mark.gate
@GATE
@given(st.data(), SIZES, CHANCES, CHANCES, CHANCES)
def test_expression_agrees_with_sets(data: st.DataObject, size: int, one: int, two: int, three: int) -> None:
    everybody = set(range(size))
    sets = [some_of(everybody, chance) for chance in (one, two, three)]
    a, b, c = (plane(members, size) for members in sets)

    def expression(part: slice) -> Words:
        return a[part] & ~b[part] | b[part] & c[part]

    start, stop = data.draw(ranges(size))
    inside = every(sets[0] - sets[1] | sets[1] & sets[2], start, stop)
    assert count_of(expression, start, stop) == len(inside)
    assert first_of(expression, 7, start, stop).tolist() == inside[:7]


@pytest.mark.gate
@GATE
@given(st.integers(1, 700), CHANCES, st.lists(st.integers(0, 699)))
def test_has_tells_of_each_place(size: int, chance: int, places: list[int]) -> None:
    members = some_of(set(range(size)), chance)
    asked = [place % size for place in places]
    assert has(plane(members, size), np.array(asked, np.int64)).tolist() == [place in members for place in asked]


def test_not_says_nothing_outside_the_range() -> None:
    nobody = plane(set(), 70)
    assert count_of(lambda part: ~nobody[part], 3, 70) == 67
    assert first_of(lambda part: ~nobody[part], 100, 60, 70).tolist() == list(range(60, 70))


def test_ranges_over_several_chunks_count_and_find_all() -> None:
    mask = np.random.default_rng(5).random(2 * CHUNK * WORD + 999) < 0.001
    words, start, stop = pack(mask), 777, len(mask) - 5
    inside = np.flatnonzero(mask[start:stop]) + start
    assert count(words, start, stop) == len(inside)
    assert positions(words, start, stop).tolist() == inside.tolist()
    assert first(words, 1500, start, stop).tolist() == inside[:1500].tolist()


def test_first_looks_no_further_than_it_must() -> None:
    words = plane(set(range(10_000)), 5_000_000)
    seen: list[int] = []

    def expression(part: slice) -> Words:
        seen.append(part.stop)
        return words[part]

    assert first_of(expression, 50, 0, 5_000_000).tolist() == list(range(50))
    assert seen == [64]


def test_first_none_finds_nobody() -> None:
    assert first(plane({1, 2}, 64), 0, 0, 64).tolist() == []
