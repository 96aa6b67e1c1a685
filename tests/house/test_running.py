"""A test that lacks a program: skipped by name at home, failed in CI."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.needs import find, need
from tests.postgres import cluster

SAMPLE = """
from tests.needs import need

def test_drawing():
    need("no-such-program")

def test_other():
    pass
"""
HOOKS = "from tests.conftest import pytest_make_collect_report, pytest_runtest_makereport\n"


def run_sample(folder: Path, root: Path, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(SAMPLE)
    (folder / "conftest.py").write_text(HOOKS)
    plain = ["-p", "no:django", "-p", "no:playwright", "-p", "no:cacheprovider", "-c", os.devnull]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", *plain, f"--rootdir={folder}", str(folder)],
        cwd=root,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("ci", "code", "line"), [("", 0, "1 passed, 1 skipped"), ("true", 1, "1 failed, 1 passed")])
def test_missing_program_is_told_by_name_and_fails_in_ci(
    tmp_path: Path, root: Path, ci: str, code: int, line: str
) -> None:
    done = run_sample(tmp_path, root, ci)
    assert (done.returncode, line in done.stdout) == (code, True), done.stdout
    assert "没有 no-such-program，未运行 / not run: no-such-program is missing" in done.stdout


def test_find_knows_a_program_and_its_absence() -> None:
    assert (find("sh") is not None, find("no-such-program")) == (True, None)


def test_cluster_answers_while_it_lasts_and_is_gone_afterwards() -> None:
    need("initdb")
    with cluster() as url:
        address = f"{url.rpartition('/')[0]}/postgres"
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
