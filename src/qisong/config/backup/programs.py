"""PostgreSQL's own programs: found on the path, new enough for the server, run without a password in sight."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection

from qisong.words.text import Text, refuse


def found(program: str) -> str:
    """The program's path; refuses when it is absent or older than the server it is to speak to."""
    path = shutil.which(program)
    if path is None:
        raise refuse("no-program", ABSENT.zh, ABSENT.en, program=program)
    if connection.vendor == "postgresql" and (have := version_of(path)) < (need := server_version()):
        raise refuse("old-program", TOO_OLD.zh, TOO_OLD.en, program=program, have=have, need=need)
    return path


def version_of(path: str) -> int:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own programs
    number = re.search(r"\d+", told)
    return int(number[0]) if number else 0


def server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def run(program: str, *arguments: str | Path, database: str | None = None) -> None:
    """Refuses with the program's own words when it fails."""
    command = [found(program), *map(str, arguments)]
    done = subprocess.run(  # noqa: S603 - our own programs
        command, env=environment(database), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = done.stderr.strip().splitlines()
        raise refuse("program-failed", FAILED.zh, FAILED.en, program=program, told="; ".join(told[:3]))


def environment(database: str | None) -> dict[str, str]:
    """Not arguments, which every user of the machine can read. Only PostgreSQL's settings name a server."""
    if connection.vendor != "postgresql":
        return dict(os.environ)
    told = connection.settings_dict
    named = {
        "PGHOST": told["HOST"],
        "PGPORT": told["PORT"],
        "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"],
        "PGDATABASE": database or told["NAME"],
    }
    return os.environ | {name: str(value) for name, value in named.items() if value}


ABSENT = Text(
    "找不到 PostgreSQL 的程序 {program}。请安装 PostgreSQL 客户端（Debian：apt-get install postgresql-client），"
    "并让它在 PATH 里。",
    "PostgreSQL's program {program} was not found. Install the PostgreSQL client (Debian: apt-get install "
    "postgresql-client) and have it on the PATH.",
)
TOO_OLD = Text(
    "{program} 是 {have} 版，数据库服务器是 {need} 版。请安装 {need} 版或更新的 PostgreSQL 客户端。",
    "{program} is of version {have} and the database server of {need}. Install the PostgreSQL client {need} or newer.",
)
FAILED = Text("{program} 没有做成：{told}", "{program} failed: {told}")
