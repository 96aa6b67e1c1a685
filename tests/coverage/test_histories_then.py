"""Coverage in the tree of the day asked about: five thousand random histories in the gate, a few in every run."""

import pytest
from hypothesis import HealthCheck, given, seed, settings

from qisong.org.terms import TreeView
from tests.counts import SEED, count
from tests.coverage.histories import Asked, History, asked, compare, histories
from tests.world import World


@pytest.mark.gate
@seed(SEED)
@settings(
    max_examples=count(ci=120, full=5_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories, asked=asked)
def test_counts_and_names_equal_a_plain_recount(busy_world: World, history: History, asked: Asked) -> None:
    compare(history, asked, TreeView.THEN)
