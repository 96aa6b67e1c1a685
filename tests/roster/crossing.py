"""Two counties that send one another their members, each a site of its own (``county.py``), killed at any moment.

``play`` drives them through a random history and looks at both after every step.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

BEGINNING = date(2026, 1, 1)
KILLED = 0.3  # of all requests
LONGEST = 0.08  # seconds until one is killed


class County:
    """The driver's end of one site."""

    def __init__(self, code: str, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "tests.roster.county", code]
        self.code = code
        self.process = subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, verb: str, *, kill: float | None = None, **said: Any) -> Any:
        """The answer; None if the request was killed, a text if it was refused."""
        assert self.process.stdin
        assert self.process.stdout
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
        self.killed, self.done = 0, Counter[str]()

    def step(self) -> None:
        county, chance = self.chance.choice([*self.both.values()]), self.chance
        self.day += timedelta(days=chance.choice([0, 0, 1, 5]))
        verb = chance.choice(["send", "send", "save", "take", "take", "take", "decline", "answer", "return"])
        said = self.said(county, verb, str(self.day - timedelta(days=chance.choice([0, 0, 0, 9]))))
        if said is None:
            return
        answer = county.ask(verb, kill=chance.uniform(0, LONGEST) if chance.random() < KILLED else None, **said)
        self.killed += answer is None
        if isinstance(answer, list):
            self.done[verb] += 1
            (self.files if verb == "save" else self.codes).extend(answer)

    def said(self, county: County, verb: str, day: str) -> dict[str, Any] | None:
        """What the verb is asked to do; None where there is nothing to do it with."""
        told = county.ask("told", days=[str(self.day)])
        here = {pk for pk, _day in told["counted"]}
        other = next(code for code in self.both if code != county.code)
        offered: dict[str, list[dict[str, Any]]] = {
            "send": [{"member": pk, "on": day, "to": other} for pk in told["people"] if pk in here],
            "return": [{"member": pk, "on": day} for pk in told["people"] if pk not in here],
            "save": [{"letter": one["letter"]} for one in told["under-way"]],
            "take": [{"file": file} for file in self.files],
            "decline": [{"file": file} for file in self.files],
            "answer": [{"code": code} for code in self.codes],
        }
        return self.chance.choice(offered[verb]) if offered[verb] else None

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
            "done": dict(history.done),
        }


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QISONG_", "DATABASE_URL"))}
    data.mkdir(parents=True, exist_ok=True)
    return kept | {"QISONG_DATA": str(data), "DJANGO_SETTINGS_MODULE": "qisong.config.settings"} | more
