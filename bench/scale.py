"""The engine of coverage from a county to a nation: ``make bench-coverage``.

Every size is a process of its own, so that its memory is its own; a stopped run goes on with what is missing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.machine import table

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".qisong" / "bench"
TABLE = ROOT / "bench" / "coverage.md"
# What is not run takes too long or too much memory to be loaded: a minute and more a query.
SIZES = {
    20_000: "duckdb,sqlite,postgresql",
    1_000_000: "duckdb,sqlite,postgresql",
    10_000_000: "duckdb",
    100_000_000: "",
}
HEAD = """# Coverage at scale

Made by `make bench-coverage`, one process a size, one core; `qisong bench coverage --members N --json` makes one
column. The people are made up: five levels, branches of uneven size, seven items, 0.8 of them delivered, one delivery
in 33 twice in the ledger. The limit is the time in which the planes' bits are read and the numbers of all units written
at the bandwidth measured in the same run. *Equal* stands where the result was compared in full: with a count person by
person, or a peer's answer with the engine's. Peers answer from rows that were loaded and indexed before, on one
thread; the ratio is to the engine's roll-up of the same run.
"""


def main() -> None:
    described = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    commit = described.stdout.strip()
    KEPT.mkdir(parents=True, exist_ok=True)
    answers = [measured(size, peers, commit) for size, peers in SIZES.items()]
    machine = f"{answers[0]['machine']}. Commit {commit}."
    TABLE.write_text("\n".join([HEAD, machine, "", figures(answers), "", peers_of(answers), ""]))
    sys.stdout.write(TABLE.read_text())


def measured(members: int, peers: str, commit: str) -> Any:
    kept = KEPT / f"{members}-{commit}.json"
    if not kept.exists():
        sys.stderr.write(f"{members:,} …\n")
        command = [Path(sys.executable).with_name("qisong"), "bench", "coverage", "--members", str(members), "--json"]
        # The database that every server has: only temporary tables are made.
        url = os.environ.get("TEST_DATABASE_URL", "").rpartition("/")[0] + "/postgres"
        asked = ["--peers", peers, "--postgresql-url", url]
        done = subprocess.run([*command, *asked], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        kept.write_text(done.stdout)
    return json.loads(kept.read_text())


def figures(answers: list[Any]) -> str:
    names = list(dict.fromkeys(one["name"] for answer in answers for one in answer["figures"]))
    rows = [[name, *(told(answer, name) for answer in answers)] for name in names]
    rows.append(["resident memory, MB", *(f"{answer['resident_mb']:,}" for answer in answers)])
    sizes = [f"{answer['members']:,} people, {answer['units']:,} units" for answer in answers]
    return table(["ms (target; × limit)", *sizes], rows)


def told(answer: Any, name: str) -> str:
    one = next((one for one in answer["figures"] if one["name"] == name), None)
    if one is None:
        return "–"
    ms = f"{one['ms']:,.4f}" if one["ms"] < 1 else f"{one['ms']:,.1f}"
    said = [f"target {one['target_ms']:,}"] if one["target_ms"] else []
    said += [f"{one['limit_ratio']} ×"] if one["limit_ratio"] else []
    equal = {True: ", equal", False: ", **differs**", None: ""}[one["equal"]]
    return f"{ms}{' (' + '; '.join(said) + ')' if said else ''}{equal}"


def peers_of(answers: list[Any]) -> str:
    rows = [
        [
            f"{answer['members']:,}",
            one["name"],
            f"{one['ms']:,.1f}",
            f"{one['ratio']:,.0f}",
            "yes" if one["equal"] else "**no**",
        ]
        for answer in answers
        for one in answer["peers"]
    ]
    return table(["people", "peer", "all units × 7 items, ms", "× the engine", "equal"], rows)


if __name__ == "__main__":
    main()
