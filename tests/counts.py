"""How often a test of chance repeats: ``GATE=ci`` (the default) or ``GATE=full``, one suite for both."""

import os

import pytest

GATE = os.environ.get("GATE", "ci")
# Chance that can be repeated: the run's seed, which `make gates SEED=…` chooses.
SEED = int(os.environ.get("SEED", "1"))
if GATE not in {"ci", "full"}:
    raise pytest.UsageError(f"GATE={GATE}：应为 ci 或 full / must be ci or full")


def count(*, ci: int, full: int) -> int:
    return full if GATE == "full" else ci
