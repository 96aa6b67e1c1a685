"""A national front over plane files of full size: ``python -m bench.front --counties 2800 --members 35714``.

The files are made up county by county and read back as ``qisong planes ask`` reads them; every count is compared with
what was put in.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import numpy as np

from qisong.config.measuring.nation import Nation
from qisong.coverage.engine.front import Front
from qisong.coverage.engine.plane_files import CountyPlanes, Heading, write_planes
from qisong.coverage.engine.planes import WORD, Words, first_of, words_for
from qisong.coverage.engine.rollup import roll_up

ITEMS = 7
PROVINCES = 31


@dataclass
class Told:
    """Seconds by step, and the missing that were put into each county."""

    seconds: dict[str, float] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.front")
    parser.add_argument("--counties", type=int, default=2800)
    parser.add_argument("--members", type=int, default=35_714)
    given = parser.parse_args()
    told = Told()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        told.missing = [make(Path(folder), number, given.members) for number in range(given.counties)]
        told.seconds["write"] = time.perf_counter() - start
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        answer = ask(Path(folder), told)
    answer |= {"counties": given.counties, "members": given.counties * given.members, "file_bytes": size}
    answer["peak_mib"] = getrusage(RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps(answer, indent=1) + "\n")
    return 0 if answer["equal"] else 1


def make(folder: Path, number: int, members: int) -> int:
    """One county's file; how many are missing the first item there."""
    chance = np.random.default_rng(number)
    nation = Nation.of(members, seed=number)
    layout = nation.layout
    people = int(layout.starts[-1])
    planes = {f"missing:{item}": sown(chance, people, members) for item in range(ITEMS)}
    planes |= {f"owed:{item}": sown(chance, people, members) for item in range(ITEMS)}
    province = number % PROVINCES
    heading = Heading(
        path=("N", f"P{province:02}", f"C{number:04}"),
        as_of="2026-11-01",
        store=f"{number:032x}",
        seq=1,
        people=people,
        units=tuple(f"C{number:04}-{unit}" for unit in range(layout.units)),
        planes=tuple(planes),
    )
    ids = chance.integers(0, 256, (people, 16), np.uint8)
    write_planes(folder / f"{number:04}.planes", CountyPlanes(heading, layout, ids, planes))
    return int(np.bitwise_count(planes["missing:0"]).sum())


def sown(chance: np.random.Generator, people: int, members: int) -> Words:
    """One in five; nobody past the last position."""
    bits = chance.random(words_for(people) * WORD) < 0.2
    bits[members:] = False
    return np.packbits(bits, bitorder="little").view(np.uint64)


def ask(folder: Path, told: Told) -> dict[str, object]:
    seconds = told.seconds

    def timed(step: str, start: float) -> None:
        seconds[step] = round(time.perf_counter() - start, 4)

    start = time.perf_counter()
    front = Front(sorted(folder.glob("*.planes")))
    timed("open, every digest checked", start)
    start = time.perf_counter()
    planes = [front.plane(f"missing:{item}") for item in range(ITEMS)]
    timed("seven planes copied together", start)
    start = time.perf_counter()
    counts = roll_up(planes, front.layout)
    timed("all units × 7 items", start)
    start = time.perf_counter()
    front.people(first_of(planes[0].__getitem__, 50, 0, int(front.layout.starts[-1])))
    timed("first 50 missing, with their ids", start)
    number = {code: at for at, code in enumerate(front.units)}
    found = [int(counts[0][number[f"C{one:04}-0"]]) for one in range(len(told.missing))]
    equal = found == told.missing and int(counts[0][0]) == sum(told.missing)
    return {"units": len(front.units), "seconds": seconds, "equal": equal}


if __name__ == "__main__":
    raise SystemExit(main())
