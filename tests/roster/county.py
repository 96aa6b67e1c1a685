"""One county of ``crossing.py``: ``python -m tests.roster.county CODE``, a site in ``QISONG_DATA``.

It answers lines of JSON on its input, each request in a child that may be killed while it works.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from datetime import date
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.core.management import call_command
from django.db import connections

from qisong.config.founding import found_county
from qisong.coverage import checking
from qisong.org.models import Site, Unit
from qisong.org.tending import NewUnit, create_units
from qisong.roster import arriving
from qisong.roster.editing import add_member, transfer_member
from qisong.roster.letter import read
from qisong.roster.models import Affiliation, Letter, Member
from qisong.roster.sending import answer_letter, letter_file, send_member
from qisong.words.text import Refusal
from tests.roster.crossing import BEGINNING

PASSPHRASE = "7KQM-W3XD-9PHT"
PEOPLE = 3


def serve(code: str) -> None:
    found(code)
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(answered(code, request) + "\n")
        sys.stdout.flush()


def found(code: str) -> None:

    call_command("migrate", verbosity=0, interactive=False)
    if Site.objects.exists():
        return
    found_county(name=f"{code}县委", code=code, keep=["identity"], on=BEGINNING)
    create_units(by=None, plans=[NewUnit("B1", "东岭村党支部", "branch", ("organisation", "village"), code, BEGINNING)])
    for number in range(PEOPLE):
        branch = Unit.objects.get(code="B1")
        add_member(by=None, unit=branch, on=BEGINNING, name=f"田守{'一二三'[number]}", category="full")


def answered(code: str, request: dict[str, Any]) -> str:
    """By a child that has its own connection, and that is killed after so many seconds if the request says so."""
    connections.close_all()
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            pipe.write(json.dumps(worked(code, request["verb"], request["said"]), default=str))
        os._exit(0)
    os.close(writing)
    if request["kill"] is not None:
        time.sleep(request["kill"])
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    return told or "null"


def worked(code: str, verb: str, said: dict[str, Any]) -> Any:
    try:
        return VERBS[verb](code, **said)
    except Refusal as refusal:
        return refusal.code
    except Exception as error:  # noqa: BLE001 - anything else is told to the test
        return {"broken": repr(error)}


def send(_code: str, member: str, on: str, to: str) -> list[str]:
    for one in Member.objects.filter(pk=member):
        send_member(by=None, member=one, to_code=to, to_name=f"{to}县委", on=date.fromisoformat(on))
    return []


def save(_code: str, letter: str) -> list[str]:
    letters = Letter.objects.filter(fate="under-way", pk=letter)
    return [letter_file(by=None, letter=one, passphrase=PASSPHRASE).hex() for one in letters]


def take(_code: str, file: str) -> list[str]:
    content = read(bytes.fromhex(file), PASSPHRASE)
    return [arriving.take_in(by=None, content=content, unit=Unit.objects.get(code="B1")).code]


def decline(_code: str, file: str) -> list[str]:
    content = read(bytes.fromhex(file), PASSPHRASE)
    return [arriving.decline(by=None, content=content, unit=Unit.objects.get(code="B1")).code]


def answer(_code: str, code: str) -> list[str]:
    """Somebody types the code at every letter of the county, one of which it may answer."""
    for one in Letter.objects.all():
        with suppress(Refusal):
            answer_letter(by=None, letter=one, code=code)
    return []


def return_(code: str, member: str, on: str) -> list[str]:
    """Somebody tries to put a member back onto the roster by a verb of this county alone."""
    for one in Member.objects.filter(pk=member):
        transfer_member(by=None, member=one, unit=Unit.objects.get(code=code), on=date.fromisoformat(on))
    return []


def people(_code: str) -> list[str]:
    return [str(pk) for pk in Member.objects.values_list("pk", flat=True)]


def counted(_code: str, days: list[str]) -> list[tuple[str, str]]:
    ties = Affiliation.objects.filter(bond="formal").values_list("member", "valid_from", "valid_to")
    held = [(str(pk), str(since), str(until) if until else "9999") for pk, since, until in ties]
    return [(pk, day) for pk, since, until in held for day in days if since <= day < until]


def told(code: str, days: list[str]) -> dict[str, Any]:
    return {"people": people(code), "counted": counted(code, days), "under-way": under_way(code)}


def under_way(_code: str) -> list[dict[str, str]]:
    rows = Letter.objects.filter(fate="under-way").values_list("pk", "member", "on")
    return [{"letter": str(pk), "member": str(member), "on": str(on)} for pk, member, on in rows]


def check(_code: str) -> list[str]:
    return [str(one) for one in checking.check()]


VERBS = {
    "send": send,
    "save": save,
    "take": take,
    "decline": decline,
    "answer": answer,
    "return": return_,
    "people": people,
    "told": told,
    "under-way": under_way,
    "check": check,
}


if __name__ == "__main__":
    serve(sys.argv[1])
