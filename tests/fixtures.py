"""Fixtures that every room's tests may ask for."""

import pytest

from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """The small named world of ``tests/world.py``."""
    return make_world()
