"""Web pages, background tasks and scheduled work under one parent: no broker, no second thing to start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click
from django.conf import settings
from django.db import close_old_connections

from qisong.org.schedule import run_due

WEB_WORKERS, WEB_THREADS = 2, 4
TICK_SECONDS = 30.0


def run(host: str, port: int) -> None:
    """Serve until interrupted; a child that dies is started again."""
    click.echo(f"七送： http://{host}:{port}/  (Ctrl+C 结束 / ends)")
    children = {"web": start(web_command(host, port)), "tasks": start(task_command())}
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    commands = {"web": web_command(host, port), "tasks": task_command()}
    next_tick = time.monotonic()
    while not stopping:
        for name, child in children.items():
            if child.poll() is not None:
                time.sleep(1)
                children[name] = start(commands[name])
        if time.monotonic() >= next_tick:
            tick()
            next_tick = time.monotonic() + TICK_SECONDS
        time.sleep(0.3)
    end(list(children.values()))
    # Whoever restores or upgrades next need not wait for it to grow old.
    heartbeat().unlink(missing_ok=True)


def heartbeat() -> Path:
    return Path(settings.DATA_DIR) / "heartbeat"


def tick() -> None:
    """Run what is due and leave a heartbeat that a health check can read."""
    close_old_connections()
    run_due()
    heartbeat().write_text(str(int(time.time())), encoding="ascii")


def web_command(host: str, port: int) -> list[str]:
    if sys.platform == "win32":
        return [
            sys.executable,
            "-m",
            "waitress",
            f"--listen={host}:{port}",
            f"--threads={WEB_THREADS * 2}",
            # A roster that is handed in is not to lie in clear in a temporary file.
            f"--inbuf-overflow={settings.FILE_UPLOAD_MAX_MEMORY_SIZE}",
            "qisong.config.wsgi:application",
        ]
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{host}:{port}",
        "--workers",
        str(WEB_WORKERS),
        "--worker-class",
        "gthread",
        "--threads",
        str(WEB_THREADS),
        "--log-level",
        "warning",
        "--no-control-socket",
        "qisong.config.wsgi:application",
    ]


def task_command() -> list[str]:
    return [sys.executable, "-m", "django", "db_worker", "--queue-name", "*", "--interval", "1"]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "qisong.config.settings"}
    # Children get a group of their own, so that Ctrl+C reaches the parent alone and each ends in order.
    return subprocess.Popen(command, env=environment, start_new_session=sys.platform != "win32")  # noqa: S603


def end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
