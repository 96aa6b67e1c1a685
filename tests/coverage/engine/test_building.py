from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qisong.coverage.engine.building import PIECE, build
from qisong.coverage.engine.planes import positions
from qisong.words.text import Refusal
from tests.counts import count as times

Row = tuple[int, int]
GATE = settings(max_examples=times(ci=150, full=20_000), deadline=None)


def columns(rows: list[Row]) -> tuple[np.ndarray, np.ndarray]:
    where, which = np.array(rows, np.int32).reshape(-1, 2).T
    return where, which.astype(np.int16)


def bits(planes: np.ndarray, size: int) -> set[Row]:
    return {(place, number) for number, words in enumerate(planes) for place in positions(words, 0, size).tolist()}


@pytest.mark.gate
@GATE
@given(st.integers(1, 5), st.integers(1, 3000), st.integers(0, 10_000), st.sampled_from([1, 7, 60, 2000]))
def test_planes_hold_what_the_ledger_says(planes: int, size: int, seed: int, piece: int) -> None:
    chance = Random(seed)
    rows = [(chance.randrange(size), chance.randrange(planes)) for _ in range(chance.choice([0, 1, 40, 3000]))]
    rows += chance.sample(rows, len(rows) // 10)
    for order in (rows, sorted(rows)):
        ledger = [columns(order[start : start + piece]) for start in range(0, len(order), piece)]
        assert bits(build(ledger, planes, size), size) == set(rows)


def test_rows_near_and_far_give_the_same_planes() -> None:
    size = 3 * PIECE
    chance = np.random.default_rng(2)
    where = np.sort(chance.integers(0, size, 2 * PIECE + 5, dtype=np.int32))
    which = chance.integers(0, 3, len(where), dtype=np.int8)
    mixed = chance.permutation(len(where))
    near, far = build([(where, which)], 3, size), build([(where[mixed], which[mixed])], 3, size)
    truth = np.zeros((3, size), bool)
    truth[which, where] = True
    assert np.array_equal(near, np.packbits(truth, axis=1, bitorder="little").view(np.uint64))
    assert np.array_equal(far, near)


def test_many_planes_keep_apart() -> None:
    rows = [(place, place % 200) for place in range(1000)]
    assert bits(build([columns(rows)], 200, 1000), 1000) == set(rows)


def test_empty_ledger_gives_empty_planes() -> None:
    assert build([], 2, 100).tolist() == [[0, 0], [0, 0]]
    assert build([columns([])], 1, 0).tolist() == [[]]


@pytest.mark.parametrize("row", [(100, 0), (-1, 0), (0, 2), (0, -1)])
def test_number_outside_is_refused(row: Row) -> None:
    with pytest.raises(Refusal) as refused:
        build([columns([(1, 1), row])], 2, 100)
    assert refused.value.code == "outside-planes"
