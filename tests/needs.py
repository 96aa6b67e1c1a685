"""Programs that some tests need beside Python. A test that lacks one says so by name; in CI it fails."""

import os
import shutil
from pathlib import Path

import pytest

CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
# Debian keeps PostgreSQL's own programs out of the path, a folder for each version.
POSTGRESQL = Path("/usr/lib/postgresql")


def find(program: str) -> Path | None:
    if found := shutil.which(program):
        return Path(found)
    kept = POSTGRESQL.glob(f"*/bin/{program}")
    return max(kept, key=lambda file: float(file.parts[4]), default=None)


def need(program: str) -> Path:
    """The program's path. Without it the test is skipped by name, which ``tests/conftest.py`` fails in CI."""
    if found := find(program):
        return found
    pytest.skip(f"没有 {program}，未运行 / not run: {program} is missing")
