"""What was acknowledged stands, once, however often the writers are killed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.counts import SEED, count
from tests.needs import need
from tests.postgres import cluster

ROUNDS = count(ci=100, full=1_000)
# A server takes a new process for each writer, which is slower to begin.
ROUNDS_ON_SERVER = count(ci=30, full=1_000)


def killed(data: Path, rounds: int, url: str = "") -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.ledger.killing", str(data), str(rounds), str(SEED)]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def require_nothing_lost(told: dict[str, Any], rounds: int) -> None:
    assert told["acknowledged"] >= rounds, told
    # A writer may be killed between the commit and the word: then more stand than were told of, never fewer.
    assert 0 <= told["acts"] - told["acknowledged"] <= 2 * rounds
    assert told | {"acknowledged": 0, "acts": 0, "stored": 0} == {
        "acknowledged": 0,
        "acts": 0,
        "stored": 0,
        "lost": 0,
        "shared": 0,
        "shapes": 1,
        "integrity": ["ok"],
        "discrepancies": [],
        "again": False,
    }
    assert told["acts"] == told["stored"]


@pytest.mark.gate
def test_no_acknowledged_act_is_lost_or_doubled(tmp_path: Path) -> None:
    require_nothing_lost(killed(tmp_path, ROUNDS), ROUNDS)


@pytest.mark.gate
def test_no_acknowledged_act_is_lost_or_doubled_on_a_server(tmp_path: Path) -> None:
    need("initdb")
    with cluster() as url:
        with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE killed")
        told = killed(tmp_path, ROUNDS_ON_SERVER, f"{url.rpartition('/')[0]}/killed")
    require_nothing_lost(told, ROUNDS_ON_SERVER)
