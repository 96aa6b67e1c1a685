"""The bench of coverage: what it compares must really be equal, at any size."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from qisong.config.command.catalogue import qisong
from qisong.config.measuring.coverage import measure
from qisong.config.measuring.nation import ITEMS, Nation


@pytest.mark.parametrize("members", [1, 18, 19, 500, 40_000])
def test_every_figure_that_is_compared_is_equal(members: int) -> None:
    assert [one.name for one in measure(members).figures if one.equal is False] == []


@pytest.mark.parametrize("members", [1, 500, 40_000])
def test_units_of_the_nation_hold_all_its_people_once(members: int) -> None:
    nation = Nation.of(members)
    places = nation.position_of
    assert len(np.unique(places)) == nation.members == members
    assert nation.layout.span(0) == (0, nation.positions)
    for member in {0, members // 2, members - 1}:
        start, stop = nation.layout.own(int(nation.unit_of[member]))
        assert start <= places[member] < stop


@pytest.mark.parametrize("members", [7, 1_000])
def test_ledger_says_the_same_in_any_order(members: int) -> None:
    said = [
        np.unique(np.concatenate([who * ITEMS + item for who, item in Nation.of(members).ledger(in_order=in_order)]))
        for in_order in (False, True)
    ]
    assert np.array_equal(*said)


def test_peers_answer_the_same_as_the_engine() -> None:
    asked = CliRunner().invoke(qisong, ["bench", "coverage", "--members", "3000", "--peers", "duckdb,sqlite", "--json"])
    peers = json.loads(asked.output)["peers"]
    assert [(one["name"], one["equal"]) for one in peers] == [
        ("DuckDB, seven bits a member", True),
        ("DuckDB, events", True),
        ("SQLite", True),
    ]
