"""Times, and the table they stand in."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


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
