"""How SQLite finds what lists of one reader ask for: that it is right says nothing yet of how long a county waits."""

from qisong.casework.queues import awaiting, unsearched
from tests.world import World


def test_nobody_walks_through_all_closed_cases_for_each_member(world: World) -> None:
    plan = unsearched(world.scope("office"), world.county.pk).explain()
    assert "(state=?)" not in plan


def test_nobody_walks_through_everybody_s_steps_for_what_somebody_asked(world: World) -> None:
    plan = awaiting(world.scope("office")).explain()
    assert "SCAN V0" not in plan
