"""Two counties that send one another their members, each a site of its own, killed at any moment.

``python -m tests.roster.crossing CODE`` is one of them: it answers lines of JSON on its input, each request in a child
that may be killed while it works. ``play`` drives two of them through a random history and looks at both after it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

PASSPHRASE = "7KQM-W3XD-9PHT"
BEGINNING = date(2026, 1, 1)
PEOPLE = 3
LONGEST = 0.08  # seconds until a request is killed


class County:
    """The driver's end of one site."""

    def __init__(self, code: str, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "tests.roster.crossing", code]
        self.code = code
        self.process = subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, verb: str, *, kill: float | None = None, **said: Any) -> Any:
        """The answer; None if the request was killed, a text if it was refused."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"verb": verb, "kill": kill, "said": said}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if isinstance(answer, dict) and "broken" in answer:
            raise AssertionError(answer["broken"])
        return answer


@contextmanager
def counties(environments: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, County]]:
    both = {code: County(code, environment) for code, environment in environments.items()}
    try:
        yield both
    finally:
        for one in both.values():
            one.process.communicate()


class History:
    """What has gone to and fro so far: files in many copies, and codes told to everybody."""

    def __init__(self, both: Mapping[str, County], seed: int) -> None:
        self.both, self.chance = both, random.Random(seed)
        self.files: list[str] = []
        self.codes: list[str] = []
        self.people = [pk for one in both.values() for pk in one.ask("people")]
        self.day = BEGINNING
        self.killed = self.done = 0

    def step(self) -> None:
        county, chance = self.chance.choice([*self.both.values()]), self.chance
        self.day += timedelta(days=chance.choice([0, 0, 1, 5]))
        kill = chance.uniform(0, LONGEST) if chance.random() < 0.3 else None
        person, day = chance.choice(self.people), str(self.day - timedelta(days=chance.choice([0, 0, 0, 9])))
        verb = chance.choice(["send", "send", "save", "save", "take", "take", "take", "decline", "answer", "return"])
        said: dict[str, Any] = {}
        if verb == "send":
            said = {"member": person, "on": day, "to": next(code for code in self.both if code != county.code)}
        elif verb == "return":
            said = {"member": person, "on": day}
        elif verb in {"take", "decline"}:
            if not self.files:
                return
            said = {"file": chance.choice(self.files)}
        elif verb == "answer":
            if not self.codes:
                return
            said = {"code": chance.choice(self.codes)}
        answer = county.ask(verb, kill=kill, **said)
        self.killed += answer is None
        self.done += isinstance(answer, list)
        if isinstance(answer, list):
            (self.files if verb == "save" else self.codes).extend(answer)

    def settle(self) -> None:
        """Every letter that is still under way reaches its county, and is answered."""
        for code, one in self.both.items():
            there = next(other for other in self.both.values() if other.code != code)
            for letter in one.ask("under-way"):
                for file in one.ask("save", letter=letter["letter"]):
                    for told in there.ask("take", file=file):
                        one.ask("answer", code=told)

    def faults(self) -> list[str]:
        """Members whom both counties count on a day, or neither, though no letter is said to be under way."""
        days = [BEGINNING + timedelta(days=number) for number in range((self.day - BEGINNING).days + 1)]
        told = [one.ask("told", days=list(map(str, days))) for one in self.both.values()]
        counted = [{(pk, day) for pk, day in one["counted"]} for one in told]
        under_way = [(each["member"], each["on"]) for one in told for each in one["under-way"]]
        found = [f"both count {pk} on {day}" for pk, day in counted[0] & counted[1]]
        for pk in self.people:
            since = [on for member, on in under_way if member == pk]
            missing = [str(day) for day in days if not any((pk, str(day)) in one for one in counted)]
            if missing and not (since and min(since) <= missing[0]):
                found.append(f"nobody counts {pk} on {missing[0]}")
        return found


def play(environments: Mapping[str, Mapping[str, str]], seed: int, steps: int) -> dict[str, Any]:
    with counties(environments) as both:
        history = History(both, seed)
        faults: list[str] = []
        for _ in range(steps):
            history.step()
            faults += history.faults()
        history.settle()
        left = [each for one in both.values() for each in one.ask("under-way")]
        checks = [fault for one in both.values() for fault in one.ask("check")]
        return {
            "faults": faults + history.faults() + checks,
            "left": left,
            "killed": history.killed,
            "done": history.done,
        }


# The site's end.


def serve(code: str) -> None:
    found(code)
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(answered(code, request) + "\n")
        sys.stdout.flush()


def found(code: str) -> None:
    from django.core.management import call_command

    from qisong.config.founding import found_county
    from qisong.org.models import Site, Unit
    from qisong.org.tending import NewUnit, create_units
    from qisong.roster.editing import add_member

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
    from django.db import connections

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
    from qisong.words.text import Refusal

    try:
        return VERBS[verb](code, **said)
    except Refusal as refusal:
        return refusal.code
    except Exception as error:  # noqa: BLE001 - anything else is told to the test
        return {"broken": repr(error)}


def send(_code: str, member: str, on: str, to: str) -> list[str]:
    from qisong.roster.models import Member
    from qisong.roster.sending import send_member

    for one in Member.objects.filter(pk=member):
        send_member(by=None, member=one, to_code=to, to_name=f"{to}县委", on=date.fromisoformat(on))
    return []


def save(_code: str, letter: str = "") -> list[str]:
    from qisong.roster.models import Letter
    from qisong.roster.sending import letter_file

    letters = Letter.objects.filter(fate="under-way", **({"pk": letter} if letter else {}))[:1]
    return [letter_file(by=None, letter=one, passphrase=PASSPHRASE).hex() for one in letters]


def take(_code: str, file: str) -> list[str]:
    from qisong.org.models import Unit
    from qisong.roster.arriving import take_in
    from qisong.roster.letter import read

    content = read(bytes.fromhex(file), PASSPHRASE)
    return [take_in(by=None, content=content, unit=Unit.objects.get(code="B1")).code]


def decline(_code: str, file: str) -> list[str]:
    from qisong.org.models import Unit
    from qisong.roster import arriving
    from qisong.roster.letter import read

    content = read(bytes.fromhex(file), PASSPHRASE)
    return [arriving.decline(by=None, content=content, unit=Unit.objects.get(code="B1")).code]


def answer(_code: str, code: str) -> list[str]:
    """Somebody types the code at every letter of the county, one of which it may answer."""
    from contextlib import suppress

    from qisong.roster.models import Letter
    from qisong.roster.sending import answer_letter
    from qisong.words.text import Refusal

    for one in Letter.objects.all():
        with suppress(Refusal):
            answer_letter(by=None, letter=one, code=code)
    return []


def return_(code: str, member: str, on: str) -> list[str]:
    """Somebody tries to put a member back onto the roster by a verb of this county alone."""
    from qisong.org.models import Unit
    from qisong.roster.editing import transfer_member
    from qisong.roster.models import Member

    for one in Member.objects.filter(pk=member):
        transfer_member(by=None, member=one, unit=Unit.objects.get(code=code), on=date.fromisoformat(on))
    return []


def people(_code: str) -> list[str]:
    from qisong.roster.models import Member

    return [str(pk) for pk in Member.objects.values_list("pk", flat=True)]


def counted(_code: str, days: list[str]) -> list[tuple[str, str]]:
    from qisong.roster.models import Affiliation

    ties = Affiliation.objects.filter(bond="formal").values_list("member", "valid_from", "valid_to")
    held = [(str(pk), str(since), str(until) if until else "9999") for pk, since, until in ties]
    return [(pk, day) for pk, since, until in held for day in days if since <= day < until]


def told(code: str, days: list[str]) -> dict[str, Any]:
    return {"counted": counted(code, days), "under-way": under_way(code)}


def under_way(_code: str) -> list[dict[str, str]]:
    from qisong.roster.models import Letter

    rows = Letter.objects.filter(fate="under-way").values_list("pk", "member", "on")
    return [{"letter": str(pk), "member": str(member), "on": str(on)} for pk, member, on in rows]


def check(_code: str) -> list[str]:
    from qisong.coverage import checking

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


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QISONG_", "DATABASE_URL"))}
    data.mkdir(parents=True, exist_ok=True)
    return kept | {"QISONG_DATA": str(data), "DJANGO_SETTINGS_MODULE": "qisong.config.settings"} | more


if __name__ == "__main__":
    import django

    django.setup()
    serve(sys.argv[1])
