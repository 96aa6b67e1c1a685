"""County sites on PostgreSQL, a database each, all recording at once: ``python -m bench.sites``.

One process a site records acts of 30 people as fast as it can, every commit flushed. One, two and four sites stand on
one local server, then two and four on two. Beside them: what one site that is served costs in memory and connections.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FOUND = "import bench.recording as one; one.start_django(); one.migrate(); one.found()"
SHAPES = [("A1",), ("A1", "A2"), ("A1", "A2", "A3", "A4"), ("A1", "B1"), ("A1", "A2", "B1", "B2")]
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Site:
    """``name`` is the letter of the server and a number."""

    name: str
    url: str
    environment: dict[str, str]


def main() -> None:
    from bench.machine import table
    from qisong.config.measuring.machine import machine
    from tests.postgres import cluster

    with (
        tempfile.TemporaryDirectory(prefix="qisong-bench-") as folder,
        cluster(**DURABLE) as a,
        cluster(**DURABLE) as b,
    ):
        servers = {"A": a, "B": b}
        names = sorted({name for shape in SHAPES for name in shape})
        sites = {name: created(servers[name[0]], name, Path(folder)) for name in names}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(found, sites.values()))
        rows = [measured([sites[name] for name in shape]) for shape in SHAPES]
        idle, memory, connections = served(sites["A1"])
    headings = ("sites", "servers", "acts/s, all sites", "acts/s, slowest site", "MiB a recording process")
    sys.stdout.write(f"{machine()}\n\n{table(headings, rows)}\n\n")
    sys.stdout.write(
        f"One site served (`qisong serve`) after its first pages: {memory:.0f} MiB in {idle} processes, shared pages "
        f"divided among those who share them; {connections} connections to its database.\n"
    )


def created(server: str, name: str, folder: Path) -> Site:
    import psycopg

    with psycopg.connect(server, dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    (data := folder / name).mkdir()
    url = f"{server.rpartition('/')[0]}/{name}"
    return Site(name, url, os.environ | {"QISONG_DATA": str(data), "DATABASE_URL": url})


def found(site: Site) -> None:
    subprocess.run([sys.executable, "-c", FOUND], env=site.environment, check=True)


def measured(sites: Sequence[Site]) -> tuple[str, ...]:
    """All of them record for the same seconds."""
    from bench.recording import SECONDS

    workers = [started(site) for site in sites]
    for worker in workers:
        worker.stdout.readline()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    time.sleep(SECONDS / 2)
    memory = max(unshared(worker.pid) for worker in workers) / MEBIBYTE
    rates = [int(worker.communicate()[0]) / SECONDS for worker in workers]
    servers = len({site.name[0] for site in sites})
    return (str(len(sites)), str(servers), f"{sum(rates):.0f}", f"{min(rates):.0f}", f"{memory:.0f}")


def started(site: Site) -> Any:
    command = [sys.executable, "-m", "bench.recording", "--work", "0"]
    return subprocess.Popen(command, env=site.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def served(site: Site) -> tuple[int, float, int]:
    """Processes, MiB and connections of a site that has answered a few pages."""
    import psycopg

    with server_of(site) as (parent, address):
        for _ in range(40):
            urllib.request.urlopen(f"{address}/health/", timeout=10).read()  # noqa: S310 - our own server
        processes = [parent, *children(parent)]
        memory = sum(unshared(pid) for pid in processes) / MEBIBYTE
        with psycopg.connect(site.url) as connection:
            wanted = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            row = connection.execute(wanted).fetchone()
    return len(processes), memory, int(row[0]) if row else 0


@contextmanager
def server_of(site: Site) -> Iterator[tuple[int, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("qisong")), "serve", "--port", str(port)]
    environment = site.environment | {"QISONG_BACKUPS_KEPT": "0"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        until_it_answers(address)
        yield process.pid, address
    finally:
        process.terminate()
        process.wait()


def until_it_answers(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/health/", timeout=10).read()  # noqa: S310 - our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the site does not answer")


def children(pid: int) -> list[int]:
    found = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return [*found, *(below for one in found for below in children(one))]


def unshared(pid: int) -> int:
    """Bytes of a process, each shared page divided among those that share it."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(one.split()[1]) * 1024 for one in lines if one.startswith("Pss:"))


if __name__ == "__main__":
    main()
