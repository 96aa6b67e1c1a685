"""What was acknowledged stands, once, however often the writers are killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.counts import SEED, count

ROUNDS = count(ci=100, full=1_000)


@pytest.mark.gate
def test_no_acknowledged_act_is_lost_or_doubled(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ledger.killing", str(tmp_path), str(ROUNDS), str(SEED)]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["acknowledged"] >= ROUNDS, told
    # A writer may be killed between the commit and the word: then more stand than were told of, never fewer.
    assert 0 <= told["acts"] - told["acknowledged"] <= 2 * ROUNDS
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
