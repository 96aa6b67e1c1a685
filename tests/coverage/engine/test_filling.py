"""Copies poured and doses counted, person by person in plain Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qisong.coverage.engine.columns import Receipts
from qisong.coverage.engine.filling import Vessel, doses, pour

PEOPLE = 4
STARTS = [100, 120, 140]
rows = st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(90, 160), st.integers(1, 3)), max_size=25)
masks = st.lists(st.booleans(), min_size=PEOPLE, max_size=PEOPLE)
vessels = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), masks, masks), min_size=1, max_size=3)


def receipts(given: list[tuple[int, int, int]]) -> Receipts:
    who, on, copies = zip(*given, strict=True) if given else ((), (), ())
    size = len(given)
    return Receipts.of((who, [0] * size, [0] * size, on, copies), size)


@given(given=rows, lines=vessels)
def test_copies_fill_the_oldest_open_line_first(
    given: list[tuple[int, int, int]], lines: list[tuple[int, int, list[bool], list[bool]]]
) -> None:
    lines = sorted(lines, key=lambda line: line[0])
    found = pour([Vessel(n, q, np.array(owed), np.array(done)) for n, q, owed, done in lines], receipts(given), STARTS)
    for person in range(PEOPLE):
        lacking = [quantity for _, quantity, _, _ in lines]
        for who, on, copies in sorted(given, key=lambda row: row[1]):
            number = sum(on >= start for start in STARTS) - 1
            left = copies
            for place, (of, _, owed, done) in enumerate(lines):
                open_to = owed[person] and of <= number and (of == number or not done[person])
                if who == person and open_to:
                    taken = min(left, lacking[place])
                    lacking[place], left = lacking[place] - taken, left - taken
        assert [bool(full[person]) for full in found] == [lack == 0 for lack in lacking]


@given(given=rows, quantity=st.integers(1, 4), apart=st.integers(0, 30), start=st.integers(95, 130))
def test_doses_count_when_they_lie_far_enough_apart(
    given: list[tuple[int, int, int]], quantity: int, apart: int, start: int
) -> None:
    found = doses(receipts(given), PEOPLE, start=start, quantity=quantity, apart=apart)
    for person in range(PEOPLE):
        counted: list[int] = []
        for on in sorted({on for who, on, _ in given if who == person and on >= start}):
            if not counted or on >= counted[-1] + apart:
                counted.append(on)
        assert bool(found[person]) == (len(counted) >= quantity)
