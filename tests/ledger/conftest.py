import tomllib
from importlib.resources import files
from typing import Any

import pytest


@pytest.fixture(scope="session")
def preset() -> dict[str, Any]:
    source = files("qisong.config").joinpath("presets", "seven-deliveries.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
