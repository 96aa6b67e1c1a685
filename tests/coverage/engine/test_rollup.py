from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.planes import count, pack
from qisong.coverage.engine.rollup import anyone, crosstab, own_counts, roll_up
from tests.counts import count as times
from tests.coverage.engine.nations import Nation, nation_of, nations, plane, ranges, some_of

CHANCES = st.lists(st.integers(0, 10_000), max_size=4)
GATE = settings(max_examples=times(ci=100, full=10_000), deadline=None)


@pytest.mark.gate
@GATE
@given(nations)
def test_layout_says_where_units_stand(nation: Nation) -> None:
    layout = nation.layout
    for unit, (own, beneath) in enumerate(zip(nation.own, nation.beneath, strict=True)):
        assert {place for place in range(*layout.own(unit)) if place in nation.people} == own
        assert {place for place in range(*layout.span(unit)) if place in nation.people} == beneath


@pytest.mark.gate
@GATE
@given(nations, CHANCES)
def test_roll_up_agrees_with_sets(nation: Nation, chances: list[int]) -> None:
    sets = [some_of(nation.people, chance) for chance in chances]
    planes = [plane(members, nation.size) for members in sets]
    assert roll_up(planes, nation.layout).tolist() == [[len(one & unit) for unit in nation.beneath] for one in sets]
    assert own_counts(planes, nation.layout).tolist() == [[len(one & unit) for unit in nation.own] for one in sets]
    for members, words in zip(sets, planes, strict=True):
        assert anyone(words, nation.layout).tolist() == [bool(members & unit) for unit in nation.beneath]


@pytest.mark.gate
@GATE
@given(st.data(), nations, CHANCES, CHANCES)
def test_crosstab_agrees_with_sets(data: st.DataObject, nation: Nation, rows: list[int], columns: list[int]) -> None:
    start, stop = data.draw(ranges(nation.size))
    inside = set(range(start, stop))
    across, down = ([some_of(nation.people, chance) for chance in chances] for chances in (rows, columns))
    found = crosstab(
        [plane(one, nation.size) for one in across], [plane(one, nation.size) for one in down], start, stop
    )
    assert found.shape == (len(rows), len(columns))
    assert found.tolist() == [[len(one & other & inside) for other in down] for one in across]


def test_roll_up_of_many_units_agrees_with_a_running_total() -> None:
    chance = np.random.default_rng(3)
    sizes = chance.integers(0, 9, 50_000)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    ends = np.arange(1, len(sizes) + 1, dtype=np.int32)
    ends[::50] += 49
    ends[0] = len(sizes)
    mask = chance.random(starts[-1]) < 0.5
    total = np.concatenate(([0], np.cumsum(mask)))
    layout = Layout(starts, ends)
    assert roll_up([pack(mask)], layout)[0].tolist() == (total[starts[ends]] - total[starts[:-1]]).tolist()
    assert own_counts([pack(mask)], layout)[0].tolist() == np.diff(total[starts]).tolist()


def test_unit_without_members_counts_nobody() -> None:
    nation = nation_of([(3, [(0, []), (2, [])])])
    words = plane(nation.people, nation.size)
    assert roll_up([words], nation.layout).tolist() == [[5, 5, 0, 2]]
    assert anyone(words, nation.layout).tolist() == [True, True, False, True]


def test_county_of_one_branch_is_its_branch() -> None:
    nation = nation_of([(0, [(7, [])])])
    assert roll_up([plane({0, 6}, nation.size)], nation.layout).tolist() == [[2, 2, 2]]


def test_nobody_at_all_rolls_up_to_nothing() -> None:
    nation = nation_of([(0, [(0, [])])])
    assert roll_up([plane(set(), 0)], nation.layout).tolist() == [[0, 0, 0]]


def test_padding_between_counties_counts_for_nobody() -> None:
    nation = nation_of([(1, []), (1, [])])
    first, second = nation.layout.span(1), nation.layout.span(2)
    words = plane(nation.people, nation.size)
    assert (first, second) == ((0, 64), (64, 128))
    assert [count(words, *first), count(words, *second)] == [1, 1]
