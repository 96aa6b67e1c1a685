import pytest

from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """The named world without members: this room knows of none, and a unit nobody belongs to may close."""
    return make_world(people=False)
