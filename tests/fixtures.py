"""Fixtures that every room's tests may ask for."""

from collections.abc import Generator

import pytest
from django.utils import translation

from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """The small named world of ``tests/world.py``."""
    return make_world()


@pytest.fixture(autouse=True)
def own_language() -> Generator[None]:
    """A page asked for in English leaves its thread in English; the next test speaks Chinese again."""
    yield
    translation.deactivate()
