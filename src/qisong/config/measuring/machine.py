"""The machine that something was measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
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
