"""The bundles hold what they should and nothing else, and the one for Linux starts on a machine without a network."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import time
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from bundle.__main__ import LINUX, SUMS, WINDOWS, Target, locked, make
from tests.house.source import PACKAGE, kept_files
from tests.postgres import free_port

NOT_READY = 90  # seconds


@pytest.fixture(scope="module")
def linux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(LINUX, tmp_path_factory.mktemp("linux"))


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(WINDOWS, tmp_path_factory.mktemp("windows"))


def contents(bundle: Path) -> dict[str, bytes]:
    """Name inside the one folder → content."""
    with zipfile.ZipFile(bundle) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        assert {PurePosixPath(name).parts[0] for name in names} == {bundle.stem}
        assert [name for name in names if ".." in PurePosixPath(name).parts] == []
        return {name.partition("/")[2]: archive.read(name) for name in names}


def require_sums(held: dict[str, bytes]) -> None:
    told = dict(reversed(line.split("  ", 1)) for line in held[SUMS].decode().splitlines())
    assert told == {name: hashlib.sha256(content).hexdigest() for name, content in held.items() if name != SUMS}


def needed(target: Target, python: str) -> set[str]:
    """Name and version of every locked package, as a wheel writes them."""
    return {re.sub(r"[-.]", "_", line.split(" --")[0].lower().replace("==", "@")) for line in locked(target, python)}


def of_wheel(name: str) -> str:
    return re.sub(r"[-.]", "_", "@".join(name.lower().split("-")[:2]))


def test_linux_holds_every_locked_package_for_every_python(linux: Path) -> None:
    held = contents(linux)
    require_sums(held)
    wheels = {PurePosixPath(name).name for name in held if name.startswith("wheels/")}
    own = {name for name in wheels if name.startswith("qisong-")}
    assert {of_wheel(name) for name in wheels - own} == needed(LINUX, "3.11")
    assert len(own) == 1
    for python in LINUX.pythons:
        tag = f"cp{python.replace('.', '')}"
        fitting = {of_wheel(name) for name in wheels - own if tag in name or "none-any" in name or "abi3" in name}
        assert fitting == needed(LINUX, python)
    assert set(held) - {f"wheels/{name}" for name in wheels} == {"LICENSE", SUMS, "qisong.sh", "start.sh", "读我.txt"}


def test_windows_holds_every_locked_package_laid_out(windows: Path) -> None:
    held = contents(windows)
    require_sums(held)
    infos = {name.split("/")[1] for name in held if name.endswith(".dist-info/METADATA")}
    found = {of_wheel(info.removesuffix(".dist-info")) for info in infos if not info.startswith("qisong-")}
    assert found == needed(WINDOWS, "3.12")
    assert "gunicorn@27_0_1" not in found
    assert {name for name in held if not name.startswith("lib/")} == {
        *("LICENSE", SUMS, "qisong.cmd", "启动.cmd", "演示.cmd", "读我.txt")
    }
    assert [name for name in held if name.endswith(".so")] == []
    assert all(held[name].count(b"\n") == held[name].count(b"\r\n") for name in held if name.endswith(".cmd"))


def test_program_is_whole_with_its_catalogues_and_files(windows: Path) -> None:
    held = {name.removeprefix("lib/") for name in contents(windows) if name.startswith("lib/qisong/")}
    kept = {f"qisong/{file.relative_to(PACKAGE).as_posix()}" for file in kept_files() if file.is_relative_to(PACKAGE)}
    compiled = {name.removesuffix(".po") + ".mo" for name in kept if name.endswith(".po")}
    assert held == kept | compiled


def test_linux_starts_without_a_network(linux: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(linux) as archive:
        archive.extractall(tmp_path)
    port = free_port()
    home = tmp_path / linux.stem
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "HOME"}}
    nowhere = {"PIP_NO_INDEX": "1", "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    # A new group, so that the shell and what it became are ended together.
    running = subprocess.Popen(
        ["sh", str(home / "start.sh"), "--port", str(port)],
        cwd=tmp_path,
        env=kept | nowhere,
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert running.stdin is not None
        running.stdin.write("青山县委\nC0\n高远行\n".encode())
        running.stdin.close()
        page = answer(f"http://127.0.0.1:{port}/sign-in/", running)
    finally:
        os.kill(running.pid, signal.SIGTERM)
        assert running.wait(timeout=30) == 0
    assert ('lang="zh-hans"' in page, "七送" in page) == (True, True)
    assert (home / "data" / "master.key").exists()


def answer(url: str, running: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + NOT_READY
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - loopback
                return str(response.read().decode())
        except OSError:
            assert (running.poll(), time.monotonic() < end) == (None, True)
            time.sleep(0.5)
