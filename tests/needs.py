"""Programs that some tests need beside Python. A test that lacks one says so by name; in CI it fails."""

import os
import shutil
from pathlib import Path

import pytest

CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
# Debian keeps PostgreSQL's own programs out of the path.
FOLDERS = ["/usr/lib/postgresql/*/bin"]


def find(program: str) -> Path | None:
    if found := shutil.which(program):
        return Path(found)
    return max((file for folder in FOLDERS for file in Path("/").glob(f"{folder[1:]}/{program}")), default=None)


def need(program: str) -> Path:
    """The program's path. Without it the test is skipped by name, which ``tests/conftest.py`` fails in CI."""
    if found := find(program):
        return found
    pytest.skip(f"没有 {program}，未运行 / not run: {program} is missing")
