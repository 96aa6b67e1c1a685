"""The demo county as a database of its own, built once a run: it takes longer than all other tests of a room.

``demo`` gives a test module its worker's copy in place of the test database; what a test writes is rolled back.
"""

import fcntl
import pickle
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import override_settings
from django.utils import timezone

from qisong.config.demo import build
from qisong.org import words
from qisong.org.accounts import LoginSlip

DATABASE, SLIPS = "qisong.sqlite3", "slips"


@dataclass(frozen=True)
class Demo:
    """``seconds``: of processor time that it took to build the county."""

    slips: list[LoginSlip]
    seconds: float

    def slip(self, username: str) -> LoginSlip:
        return next(slip for slip in self.slips if slip.username == username)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder of the county, the same for every worker of the run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def demo(
    demo_folder: Path, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: object
) -> Generator[Demo]:
    copy = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        county = built(demo_folder)
        shutil.copytree(demo_folder, copy, dirs_exist_ok=True)
        with at(copy):
            yield county


def built(folder: Path) -> Demo:
    """Builds the county unless another worker has, and waits for one that is at it."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / SLIPS).exists():
            with at(folder):
                call_command("migrate", interactive=False, verbosity=0)
                before = process_time()
                slips = build(today=timezone.localdate())
            (folder / SLIPS).write_bytes(pickle.dumps(Demo(slips, process_time() - before)))
        found = pickle.loads((folder / SLIPS).read_bytes())  # noqa: S301 - written above
    assert isinstance(found, Demo)
    return found


@contextmanager
def at(folder: Path) -> Generator[None]:
    """The database and the keys of ``folder`` in place of the test database and its keys."""
    connection = connections[DEFAULT_DB_ALIAS]
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(folder / DATABASE)
    words.forget()
    try:
        with override_settings(DATA_DIR=folder):
            yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        words.forget()
