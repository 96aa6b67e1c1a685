import pytest

from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """The small named world before anybody is on the roster."""
    return make_world(people=False)
