"""Runs every gate with its full counts, a file a core at a time: ``python -m tests.gates --seed 7``.

A part that has passed at this commit with this seed is not run again, so a stopped run goes on where it stopped.
The table of the last run stands in ``docs/gates.md``.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "gates.md"
LIMIT = 3600  # seconds a part may take
PYTEST = [sys.executable, "-m", "pytest", "-q", "-m", "gate"]

Outcome = dict[str, str | float]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.gates")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="this part alone; the rows of the others stay with the commit they were run at")
    given = parser.parse_args()
    commit, kept = current_commit(), ROOT / ".qisong" / "gates" / f"{given.seed}.json"
    done: dict[str, Outcome] = json.loads(kept.read_text()) if kept.exists() else {}
    kept.parent.mkdir(parents=True, exist_ok=True)
    todo = [part for part in parts() if given.only in {None, part} and not holds(done.get(part, {}), commit)]
    with ThreadPoolExecutor(os.cpu_count()) as runners:
        running = {runners.submit(run, part, given.seed): part for part in todo}
        for ended in as_completed(running):
            done[running[ended]] = ended.result() | {"commit": commit}
            kept.write_text(json.dumps(done))
    TABLE.write_text(table(given.seed, done), encoding="utf-8")
    sys.stdout.write(f"{TABLE.relative_to(ROOT)}\n")
    return 0 if all(good(outcome) for outcome in done.values()) else 1


def holds(outcome: Outcome, commit: str) -> bool:
    """Whether a part has passed at this very commit; what passed in a changed tree says nothing of it as it is now."""
    return outcome.get("outcome") == "passed" and outcome["commit"] == commit and not commit.endswith("-dirty")


def current_commit() -> str:
    git = ["git", "-c", "safe.directory=*"]
    described = [*git, "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(described, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def parts() -> list[str]:
    """The test files that hold a gate."""
    listed = subprocess.run([*PYTEST, "--collect-only"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode not in {0, 5}:
        raise SystemExit(listed.stdout)
    return sorted({line.partition("::")[0] for line in listed.stdout.splitlines() if "::" in line})


def run(part: str, seed: int) -> Outcome:
    sys.stdout.write(f"{part} …\n")
    sys.stdout.flush()
    start = time.monotonic()
    done = subprocess.run(
        [*PYTEST, f"--hypothesis-seed={seed}", part],
        cwd=ROOT,
        env=os.environ | {"GATE": "full", "SEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    closing = done.stdout.strip().rpartition("\n")[2].strip("= ")
    sys.stdout.write(done.stdout if done.returncode else f"{closing}\n")
    return {
        "outcome": "failed" if done.returncode else "passed",
        "seconds": round(time.monotonic() - start, 1),
        "closing": closing,
    }


def good(outcome: Outcome) -> bool:
    return outcome["outcome"] == "passed" and float(outcome["seconds"]) <= LIMIT


def table(seed: int, done: dict[str, Outcome]) -> str:
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    head = f"""# Gates

Full counts, seed {seed}, on {machine}. Written by `make gates SEED={seed}`.

| part | commit | outcome | seconds | pytest says |
|---|---|---|---|---|
"""
    row = "| {part} | {commit} | {outcome} | {seconds} | {closing} |\n"
    return head + "".join(row.format(part=part, **outcome) for part, outcome in sorted(done.items()))


if __name__ == "__main__":
    sys.exit(main())
