"""The machine that a table was made on, and the table itself."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def machine() -> str:
    """Processor, cores, memory and the versions that matter, in one line."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in lines_of("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or "unknown processor",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python, sqlite = platform.python_version(), sqlite3.sqlite_version
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {python}, SQLite {sqlite}"


def lines_of(file: str) -> Sequence[str]:
    path = Path(file)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def timed(act: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of ``times`` runs."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def yardstick() -> int:
    """The same work every time: what it takes longer at one moment than at another is the machine's doing."""
    return sum(number * number for number in range(100_000))


def p95(spent: Sequence[float]) -> float:
    return statistics.quantiles(spent, n=20)[-1] if len(spent) > 1 else spent[0]


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
