"""Runs a command against a throw-away PostgreSQL: ``python -m tests.postgres -- pytest -m postgres``.

The cluster lives in a temporary folder, listens on a free loopback port with a random password, and is gone afterwards.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.needs import CI, find

# Nothing here outlives the run, so nothing need reach the disk.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}
# PostgreSQL refuses to run as root.
OWNER = "postgres" if os.geteuid() == 0 else None
MISSING = (
    "没有 PostgreSQL(initdb、pg_ctl)，其测试未运行 / not run: the tests on PostgreSQL; initdb and pg_ctl are missing"
)


def main(command: list[str]) -> int:
    if not find("initdb") or not find("pg_ctl"):
        sys.stderr.write(f"{MISSING}\n")
        return 1 if CI else 0
    # So that a stopped run stops its server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster() as url:
        return subprocess.run(command, env=os.environ | {"TEST_DATABASE_URL": url}, check=False).returncode


@contextmanager
def cluster(**changes: str) -> Iterator[str]:
    """The URL of a running server, as its superuser; ``changes``: to ``SETTINGS``."""
    with tempfile.TemporaryDirectory(prefix="qisong-pg-") as name:
        folder = Path(name)
        give(folder)
        password = secrets.token_hex(16)
        create(folder, password)
        port = free_port()
        control(folder, "start", "-w", "-l", str(folder / "log"), "-o", options(folder, port, changes))
        try:
            yield f"postgresql://qisong:{password}@127.0.0.1:{port}/qisong"
        finally:
            control(folder, "stop", "-m", "immediate")


def give(path: Path) -> None:
    if OWNER:
        shutil.chown(path, OWNER)


def create(folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    give(secret)
    run(
        "initdb",
        f"--pgdata={folder / 'data'}",
        "--username=qisong",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )


def options(folder: Path, port: int, changes: Mapping[str, str]) -> str:
    settings = SETTINGS | changes | {"port": str(port), "unix_socket_directories": str(folder)}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def control(folder: Path, *arguments: str) -> None:
    run("pg_ctl", f"--pgdata={folder / 'data'}", *arguments)


def run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(find(program)), *arguments],
        user=OWNER,
        cwd="/",  # the checkout may be closed to the server's owner
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{program}: {done.stderr}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:] if sys.argv[1:2] == ["--"] else sys.argv[1:]))
