import pytest

from tests.coverage.histories import burden
from tests.world import World


@pytest.fixture
def busy_world(world: World) -> World:
    """The small world, with more owed and under more conditions than the preset says."""
    burden(world)
    return world
