"""A Spark cluster on this machine alone: a master and two workers, gone when it ends.

``python deploy/spark_cluster.py`` prints the address for ``qisong warehouse rollup --engine spark --spark-url`` and
serves until Ctrl-C. It needs pyspark (``pip install 'qisong[spark]'``) and Java 17, and listens on 127.0.0.1 only.
A cluster of several machines is set up the same way: the same two programs, with each machine's own ``--host``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE = 90  # seconds until all workers must have met the master


@contextmanager
def cluster(*, workers: int = 2, cores: int = 1, memory: str = "1g") -> Iterator[str]:
    """The address of a running master that knows ``workers`` workers of so many cores and so much memory each."""
    port, page = free_port(), free_port()
    url = f"spark://{HOST}:{port}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qisong-spark-")))
        ports = ("--port", str(port), "--webui-port", str(page))
        stack.enter_context(program("master.Master", ("--host", HOST, *ports), folder / "master"))
        for number in range(workers):
            own = folder / f"worker{number}"
            size = ("--cores", str(cores), "--memory", memory, "--webui-port", "0", "--work-dir", str(own))
            stack.enter_context(program("worker.Worker", ("--host", HOST, *size, url), own))
        wait_for(workers, page)
        yield url


@contextmanager
def program(name: str, options: Sequence[str], folder: Path) -> Iterator[None]:
    folder.mkdir()
    start = home() / "bin" / "spark-class"
    settings = {"SPARK_HOME": str(home()), "SPARK_LOCAL_IP": HOST, "SPARK_LOCAL_DIRS": str(folder)}
    with (folder / "log").open("w", encoding="utf-8") as log:
        command = [str(start), f"org.apache.spark.deploy.{name}", *options]
        running = subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log, cwd=folder)
        try:
            yield
        finally:
            running.terminate()
            running.wait()


def home() -> Path:
    """The folder of pyspark, which holds all of Spark."""
    found = find_spec("pyspark")
    if found is None or found.origin is None:
        sys.exit("没有安装 pyspark / pyspark is not installed: pip install 'qisong[spark]'")
    return Path(found.origin).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(workers: int, page: int) -> None:
    until = time.monotonic() + PATIENCE
    while alive(page) < workers:
        if time.monotonic() > until:
            raise TimeoutError(f"Spark: {alive(page)} of {workers} workers after {PATIENCE} s")
        time.sleep(0.2)


def alive(page: int) -> int:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{page}/json/", timeout=5) as answer:
            return int(json.load(answer)["aliveworkers"])
    except (urllib.error.URLError, TimeoutError, ConnectionError, json.JSONDecodeError):
        return 0  # not there yet, or so far only with a page for people


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--cores", type=int, default=1, help="of each worker")
    options.add_argument("--memory", default="1g", help="of each worker")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with cluster(**vars(options.parse_args())) as url:
        print(url, flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
