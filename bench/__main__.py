"""Every table in one run: ``make bench`` prints them and keeps them in ``bench/README.md``."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

from qisong.config.measuring.machine import machine

PARTS = {
    "bench.roster": "A roster of 20,000 rows",
    "bench.recording": "Recording acts of 30 people",
    "bench.sites": "County sites on PostgreSQL, recording at once",
    "bench.coverage": "Coverage",
    "bench.pages": "Pages at the size of the demo county",
    "bench.cases": "Cases of a county of 100,000 problems",
}
HEAD = """# Speed

Made by `make bench`; each table names its peers or limits, measured in the same run. These figures move with the
machine and with what else it does: compare within a table, not between runs. The engine of coverage from a county to a
nation: [coverage.md](coverage.md), by `make bench-coverage`.
"""


def main() -> None:
    parts = [HEAD, f"Machine: {machine()}. Day: {date.today().isoformat()}.\n"]  # noqa: DTZ011 - the machine's own day
    for module, title in PARTS.items():
        sys.stderr.write(f"{title} …\n")
        done = subprocess.run([sys.executable, "-m", module], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{module} failed:\n{done.stderr}")
        parts.append(f"## {title}\n\n{done.stdout.strip()}\n")
    Path(__file__).with_name("README.md").write_text("\n".join(parts), encoding="utf-8")
    sys.stdout.write("\n".join(parts))


if __name__ == "__main__":
    main()
