"""Counts crossed two ways against the tables and the lists of names that are asked one by one."""

from datetime import date
from itertools import permutations

import pytest

from qisong.coverage.counting import Counts, table
from qisong.coverage.daily import MOST, by_day, days_between
from qisong.coverage.gaps import gap_list
from qisong.coverage.pivoting import Axis, Pivot, Spot, pivot
from qisong.org import words
from qisong.org.models import Unit
from qisong.org.terms import TermCategory
from qisong.org.tree import tree_on
from qisong.words.text import Refusal
from tests.coverage.histories import CODES
from tests.coverage.story import LATER, give, item, items
from tests.world import World

DAYS = [date(2026, 2, 1), date(2026, 5, 1), LATER]


@pytest.fixture
def crossed_county(busy_world: World) -> World:
    for name, channel in (("田守一", "visit"), ("西门三", "gathering"), ("柳随风", "visit")):
        give("badges", busy_world.member(name), date(2026, 4, 1), channel=channel)
    return busy_world


def asked(world: World, rows: Axis | str, columns: Axis | str, **filters: str) -> Pivot:
    found = items("badges", "rules", "flags")
    return pivot(world.county, found, as_of=LATER, tree="then", rows=rows, columns=columns, days=DAYS, **filters)


def plain(spot: Spot) -> tuple[int, int, int, int]:
    """The same by the list of names."""
    gaps = gap_list(
        Unit.objects.get(pk=spot.unit),
        spot.items,
        as_of=spot.as_of,
        tree="then",
        channel=spot.channel or None,
        circumstance=spot.circumstance or None,
    )
    return gaps.owed, gaps.received, gaps.exempt, gaps.missing


@pytest.mark.parametrize(("rows", "columns"), list(permutations(Axis, 2)))
def test_every_cell_is_what_its_names_say(crossed_county: World, rows: Axis, columns: Axis) -> None:
    found = asked(crossed_county, rows, columns)
    for down in range(len(found.rows)):
        for across in range(len(found.columns)):
            spot, counts = found.spot(down, across), found.cells[down][across]
            if counts is not None:
                assert (counts.owed, counts.received, counts.exempt, counts.missing) == plain(spot)


def test_units_items_and_terms_stand_in_their_own_order(crossed_county: World) -> None:
    tree = [head.spot.unit for head in asked(crossed_county, Axis.LEVEL, Axis.ITEM).rows]
    assert tree == [crossed_county.county.pk, *tree_on(LATER).children[crossed_county.county.pk]]
    kinds = [head.spot.channel for head in asked(crossed_county, Axis.CHANNEL, Axis.ITEM).rows]
    assert kinds == ["", *(term.code for term in words.terms(TermCategory.CHANNEL))]


def test_all_beneath_stand_in_tree_order(crossed_county: World) -> None:
    found = pivot(
        crossed_county.county, items("badges"), as_of=LATER, tree="then", rows="level", columns="item", deep=True
    )
    tree = tree_on(LATER)
    units = [head.spot.unit for head in found.rows[1:]]
    assert units == tree.order[1:]


def test_day_before_the_unit_stood_has_no_cell(crossed_county: World) -> None:
    found = pivot(
        crossed_county.branch,
        items("badges"),
        as_of=LATER,
        tree="then",
        rows=Axis.DATE,
        columns=Axis.ITEM,
        days=[date(1900, 1, 1), LATER],
    )
    assert found.cells[0] == [None]
    assert isinstance(found.cells[1][0], Counts)


@pytest.mark.parametrize(
    ("rows", "columns", "code"), [("level", "level", "same-axis"), ("merit", "item", "unknown-axis")]
)
def test_axes_that_make_no_table_are_refused(crossed_county: World, rows: str, columns: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(crossed_county, rows, columns)
    assert refused.value.code == code


def test_each_day_is_counted_as_that_day(crossed_county: World) -> None:
    found = [item(code) for code in CODES]
    days = [date(1900, 1, 1), *DAYS]
    for one in by_day(crossed_county.committee, found, days=days, tree="then"):
        alone = table(crossed_county.committee, found, as_of=one.on, tree="then")
        assert one.counts == alone[crossed_county.committee.pk]
    assert [one.on for one in by_day(crossed_county.committee, found, days=days, tree="then")] == DAYS


@pytest.mark.parametrize("length", [0, 1, 30, 31, 32, 365, 3_000])
def test_days_of_a_span_are_few_and_end_with_the_last(length: int) -> None:
    last = date(2026, 11, 1)
    first = date.fromordinal(last.toordinal() - length)
    days = days_between(first, last)
    assert days == sorted(set(days))
    assert len(days) <= MOST
    assert first <= days[0]
    assert days[-1] == last
    assert len(days) == length + 1 or length >= MOST
