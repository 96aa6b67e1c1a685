"""The small world at the ledger's door. It is founded once a process and laid out again for each test: founding is
most of a test's time."""

import tomllib
from collections.abc import Callable
from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from qisong.ledger.models import Activity
from qisong.ledger.recording import Acknowledgement, record
from qisong.org.words import forget
from tests.world import World, make_world

Record = Callable[..., Acknowledgement]
KEPT: dict[str, Any] = {}


@pytest.fixture(scope="session")
def preset() -> dict[str, Any]:
    source = files("qisong.config").joinpath("presets", "seven-deliveries.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@pytest.fixture
def world(db: None) -> World:
    """The world of ``tests/world.py``."""
    if not KEPT:
        KEPT["world"] = make_world()
        KEPT["rows"] = [list(model._base_manager.all()) for model in models_of_the_house()]
    else:
        for rows in KEPT["rows"]:
            lay_out(rows)
        forget()
    return deepcopy(KEPT["world"])


def models_of_the_house() -> list[type[models.Model]]:
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if model._meta.app_config.name.startswith("qisong.")]


def lay_out(rows: list[models.Model]) -> None:
    if rows:
        type(rows[0])._base_manager.bulk_create(rows)


@pytest.fixture
def put(world: World) -> Record:
    """Record one act of B1 in the name of a role; keywords are the document's keys."""
    count = iter(range(1, 1_000))

    def put_(role: str = "recorder", **keys: Any) -> Acknowledgement:
        document = {"id": f"act-{next(count)}", "on": "2026-05-19", "unit": "B1"} | keys
        return record(document, by=world.account(role), scope=world.scope(role), door="test")

    return put_


@pytest.fixture
def act_of() -> Callable[[Acknowledgement], Activity]:
    """The act behind an answer that must be ``stored``."""

    def act_of_(answer: Acknowledgement) -> Activity:
        assert (answer.verdict, answer.problems) == ("stored", ())
        return Activity.objects.get(pk=answer.act)

    return act_of_
