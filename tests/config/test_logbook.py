"""The log tells of faults and of nobody: a site is served as it is in the field, and what was typed is sought in it."""

from __future__ import annotations

import logging
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from qisong.config.logbook import DiscreetFormatter
from qisong.config.serving import web_command
from tests.config.test_backup import environment, qisong
from tests.postgres import free_port

NAME, NUMBER, LOGIN = "东方晓晓", "110101194910010015", "fictional-login"
TOKEN = "fictional-token-of-a-calendar"


class Served:
    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(self, path: str, typed: dict[str, str] | None = None) -> str:
        body = urlencode(typed).encode() if typed else None
        try:
            with self.opener.open(f"http://127.0.0.1:{self.port}{path}", body, timeout=20) as answer:
                return str(answer.read().decode())
        except (OSError, HTTPException):  # broken off, as it should be
            return ""

    def say(self, raw: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(raw)
            line.recv(100)


@pytest.fixture
def served(tmp_path: Path, root: Path) -> Iterator[Served]:
    assert qisong(tmp_path, "init", "--county", "青山县委", "--code", "C0").returncode == 0
    port, log = free_port(), tmp_path / "log"
    told = environment(tmp_path)
    path = f"{told.get('PYTHONPATH', '')}:{root}"
    told |= {"DJANGO_SETTINGS_MODULE": "tests.config.faulty.settings", "QISONG_LOG": "INFO", "PYTHONPATH": path}
    with log.open("wb") as stream:
        running = subprocess.Popen(web_command("127.0.0.1", port), env=told, stdout=stream, stderr=stream)
        try:
            site = Served(port, log)
            end = time.monotonic() + 60
            while not site.ask("/sign-in/"):
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.3)
            yield site
        finally:
            running.terminate()
            running.wait(timeout=30)


def test_log_tells_of_faults_and_of_nobody(served: Served) -> None:
    typed = quote(f"{NAME}{NUMBER}")
    served.ask(f"/at-once/?q={typed}")
    served.ask(f"/while-sent/?q={typed}")
    served.ask(f"/nowhere/?q={typed}")
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', served.ask("/sign-in/"))
    assert token is not None
    served.ask(f"/sign-in/?next=/{typed}", {"csrfmiddlewaretoken": token[1], "username": LOGIN, "password": NUMBER})
    served.ask("/sign-in/", {"username": NAME, "password": NUMBER})
    served.ask(f"/calendar/{TOKEN}.ics")
    served.ask(f"/calendar/{TOKEN}/more")
    served.say(f"GET /{typed} NONSENSE/9 x\r\n\r\n".encode())
    log = served.log.read_text()
    assert [word for word in (NAME, quote(NAME), NUMBER, LOGIN, "?q=", TOKEN) if word in log] == []
    assert (log.count("builtins.ValueError"), "builtins.KeyError" in log, "/at-once/" in log) == (2, True, True)
    assert ("faulty/urls.py" in log, log.count("/calendar/…")) == (True, 2)


def test_exception_is_told_by_its_kind_and_its_way() -> None:
    try:
        int(NAME)
    except ValueError as error:
        record = logging.LogRecord("a", logging.ERROR, "", 0, error, (), sys.exc_info())
    record.exc_text = NAME
    told = DiscreetFormatter("{message}", style="{").format(record)
    assert (told.splitlines()[:2], NAME in told) == (["ValueError", "builtins.ValueError"], False)
