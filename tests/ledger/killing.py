"""Writers that are killed while they record: ``python -m tests.ledger.killing DATA ROUNDS SEED``, a site of its own.

``DATABASE_URL`` may name an empty database on a server.

Each round two processes record acts as fast as they can and tell of each one that was acknowledged, until both are
killed. Whatever was told must stand, once; what was under way may stand or not, but whole. Answers with a line of JSON.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time

WRITERS = 2
LONGEST = 0.15  # seconds from the first acknowledgement of a round to its end


def main(rounds: int, seed: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tests.world import make_world

    call_command("migrate", verbosity=0, interactive=False)
    make_world()
    chance, acknowledged = random.Random(seed), []
    for number in range(rounds):
        connections.close_all()
        acknowledged += killed_round(number, chance.uniform(0, LONGEST))
    sys.stdout.write(json.dumps(judged(acknowledged)) + "\n")


def killed_round(number: int, seconds: float) -> list[str]:
    """The ids that two writers told of before they were killed."""
    writers = [started(f"{number}-{writer}") for writer in range(WRITERS)]
    select.select([reading for _pid, reading in writers], [], [], 20)
    time.sleep(seconds)
    for pid, _reading in writers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return [told for _pid, reading in writers for told in read_all(reading)]


def started(name: str) -> tuple[int, int]:
    """A process that records until it is killed, and the end of the pipe on which it tells."""
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        os.close(reading)
        record_for_ever(name, writing)
    os.close(writing)
    return pid, reading


def record_for_ever(name: str, writing: int) -> None:
    number = 0
    while True:
        number += 1
        id_ = f"{name}-{number}"
        if recorded(id_):
            os.write(writing, f"{id_}\n".encode())


def recorded(id_: str) -> bool:
    from qisong.ledger.recording import record
    from qisong.org.scope import operator_scope
    from qisong.roster.models import Member

    people = [str(pk) for pk in Member.objects.filter(affiliations__unit__code="B1").values_list("pk", flat=True)]
    line = {"item": "rules", "copies": 1, "to": people, "giver": {"unit": "D1"}, "source": "giver"}
    document = {"id": id_, "on": "2026-05-19", "unit": "B1", "parts": [{"kind": "visit"}], "received": [line]}
    return record(document, by=None, scope=operator_scope(), door="test").verdict == "stored"


def read_all(reading: int) -> list[str]:
    """Whole lines: a line that was cut off was not told."""
    with os.fdopen(reading, "rb") as pipe:
        return [line.decode() for line in pipe.read().split(b"\n")[:-1]]


def judged(acknowledged: list[str]) -> dict[str, object]:
    from django.db.models import Count

    from qisong.coverage.checking import check
    from qisong.ledger.models import Activity, Submission

    stored = dict(Submission.objects.filter(verdict="stored").values_list("client_id", "act"))
    people = Activity.objects.annotate(people=Count("receipts")).values_list("people", flat=True)
    return {
        "acknowledged": len(acknowledged),
        "lost": sum(one not in stored for one in acknowledged),
        "acts": Activity.objects.count(),
        "stored": len(stored),
        "shared": len(stored) - len(set(stored.values())),
        "shapes": len(set(people)),
        "integrity": integrity(),
        "discrepancies": [one.code for one in check()],
        "again": recorded(acknowledged[-1]) and "stored twice",
    }


def integrity() -> list[str]:
    """Of the file where there is one; of the chain, to which every act added a link, everywhere."""
    from django.db import connection

    from qisong.org.journal import broken_links

    broken = [f"journal {seq}" for seq in broken_links()]
    if connection.vendor != "sqlite":
        return broken or ["ok"]
    with connection.cursor() as cursor:
        return broken + [row[0] for row in cursor.execute("PRAGMA integrity_check").fetchall()]


if __name__ == "__main__":
    os.environ |= {"QISONG_DATA": sys.argv[1], "DJANGO_SETTINGS_MODULE": "qisong.config.settings"}
    main(int(sys.argv[2]), int(sys.argv[3]))
