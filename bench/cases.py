"""Pages of cases in a county of 20,000 members, 50,000 attempts and 100,000 problems: ``python -m bench.cases``.

Each page is made ``TIMES`` times as by a process that has just started (first), right after an act and a step of a
case within everybody's reach (cold), and again (warm). The yardstick is taken between them: where it wavers, the
machine did.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

COMMITTEES, BRANCHES, MEMBERS, PROBLEMS, SEARCHES, ATTEMPTS = 20, 20, 50, 100_000, 5_000, 10
BEGINNING, OPENED, LONG = date(2020, 1, 1), timedelta(days=300), timedelta(days=150)
NOT_LOOKED_FOR = 300
TIMES, BATCH = 30, 2_000
ASPECTS = ("work", "theory", "ties")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="qisong-bench-") as folder:
        os.environ["QISONG_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        from bench.recording import migrate, start_django

        start_django()
        migrate()
        found()
        begin_cases()
        lose_from_sight()
        write_table()


def found() -> None:
    """A county of 20 committees with 20 branches each, every one with 50 members and somebody who keeps its books."""
    from qisong.config.founding import found_county
    from qisong.org.models import Person, Post, Unit
    from qisong.org.tending import NewUnit, create_units
    from qisong.roster.enrolling import NewMember, enrol

    found_county(name="测速县", code="C0", on=BEGINNING)
    plans = []
    for n in range(COMMITTEES):
        plans.append(NewUnit(f"D{n}", f"第{n}党委", "committee", ("committee",), "C0", BEGINNING))
        branches = [f"B{n}-{one}" for one in range(BRANCHES)]
        plans += [NewUnit(code, code, "branch", ("organisation",), f"D{n}", BEGINNING) for code in branches]
    create_units(by=None, plans=plans)
    units = list(Unit.objects.filter(code__startswith="B"))
    new = [NewMember(unit=unit.pk, on=BEGINNING, name=f"党员{n}") for unit in units for n in range(MEMBERS)]
    enrol(by=None, members=new)
    for code, role in (("C0", "office"), ("D0", "clerk")):
        person = Person.objects.create(name=role)
        Post.objects.create(person=person, unit=Unit.objects.get(code=code), role=role, valid_from=BEGINNING)
    keepers = Person.objects.bulk_create(Person(name=f"信息员{unit.code}") for unit in units)
    Post.objects.bulk_create(
        Post(person=keeper, unit=unit, role="recorder", valid_from=BEGINNING)
        for keeper, unit in zip(keepers, units, strict=True)
    )


def begin_cases() -> None:
    """Written as rows: cases, their steps, and what belongs to them."""
    from qisong.casework.models import Case, ContactAttempt, Finding, Step, TracingCase

    cases = list(new_cases())
    Case.objects.bulk_create(cases, batch_size=BATCH)
    Step.objects.bulk_create([step for case in cases for step in steps_of(case)], batch_size=BATCH)
    searches = [case for case in cases if case.member_id]
    problems = [case for case in cases if not case.member_id]
    turn = random.Random(2)
    Finding.objects.bulk_create([Finding(case=case, aspect=turn.choice(ASPECTS)) for case in problems], BATCH)
    spoken = {case: case.ended_on for case in searches}
    TracingCase.objects.bulk_create([TracingCase(case=case, spoken_on=on) for case, on in spoken.items()], BATCH)
    ContactAttempt.objects.bulk_create(
        (
            ContactAttempt(case=case, on=case.opened_on, channel="phone", result="no-answer", tried_by="信息员")
            for case in searches
            for _ in range(ATTEMPTS)
        ),
        BATCH,
    )


def lose_from_sight() -> None:
    """Whoever is still looked for, and some whom nobody looks for."""
    from qisong.casework.models import Case
    from qisong.roster.models import Circumstance, Member

    searches = Case.objects.filter(kind="tracing")
    lost = list(searches.filter(ended_on=None).values_list("member", flat=True))
    lost += Member.objects.exclude(pk__in=searches.values("member")).values_list("pk", flat=True)[:NOT_LOOKED_FOR]
    Circumstance.objects.bulk_create(
        (Circumstance(member_id=member, kind="out-of-contact", valid_from=BEGINNING) for member in lost), BATCH
    )


def new_cases() -> Iterator[Any]:
    """Two of three ended, one of ten waits to be verified, deadlines within half a year."""
    from django.utils import timezone

    from qisong.casework.models import Case
    from qisong.org.models import Post
    from qisong.roster.models import Affiliation

    turn, today = random.Random(1), timezone.localdate()
    keepers = list(Post.objects.filter(role="recorder").values_list("unit", "person"))
    ties = list(Affiliation.objects.values_list("member", "unit")[:SEARCHES])
    owners = dict(keepers)
    for n in range(PROBLEMS + SEARCHES):
        searched = n >= PROBLEMS
        member, unit = ties[n - PROBLEMS] if searched else (None, turn.choice(keepers)[0])
        state = turn.choices(("closed", "found" if searched else "fixed", "working", "open"), (65, 10, 20, 5))[0]
        opened = today - turn.random() * OPENED
        yield Case(
            kind="tracing" if searched else "finding",
            unit_id=unit,
            member_id=member,
            subject="" if searched else f"学习记录缺第{n}次",
            state=state,
            opened_on=opened,
            due_on=None if state == "open" else opened + turn.random() * 2 * LONG,
            ended_on=min(today, opened + LONG / 2) if state == "closed" else None,
            owner_id=None if state == "open" else owners[unit],
        )


def steps_of(case: Any) -> Iterator[Any]:
    """Opened, and, unless it is still new, brought where it stands."""
    from django.utils import timezone

    from qisong.casework.models import Step

    same = {"case": case, "kind": case.kind, "unit_id": case.unit_id, "due_on": case.due_on, "owner_id": case.owner_id}
    later = case.ended_on or min(timezone.localdate(), case.opened_on + LONG / 3)
    moves = {"closed": "settle", "found": "find", "fixed": "request"}
    further = moves.get(case.state)
    first = "working" if further else case.state
    yield Step(number=1, move="open", on=case.opened_on, until=later if further else None, state=first, **same)
    if further:
        yield Step(number=2, move=further, on=later, state=case.state, **same)


def write_table() -> None:
    from django.utils import timezone

    from bench.machine import table
    from qisong.config.measuring.machine import machine
    from qisong.org.models import Unit

    county, committee = Unit.objects.get(code="C0").pk, Unit.objects.get(code="D0").pk
    past = f"?on={(timezone.localdate() - LONG).isoformat()}"
    asked = [
        ("cases of one reader: the county's office", "office", "/cases/"),
        ("cases of one reader: a branch", "recorder", "/cases/"),
        ("figures of the county", "office", f"/units/{county}/cases/"),
        ("figures of the county on a past day", "office", f"/units/{county}/cases/{past}"),
        ("figures of a committee", "clerk", f"/units/{committee}/cases/"),
        ("figures of a committee on a past day", "clerk", f"/units/{committee}/cases/{past}"),
        ("list of the county's problems", "office", f"/units/{county}/cases/finding/"),
        ("list of a committee's problems", "clerk", f"/units/{committee}/cases/finding/"),
        ("members of the county nobody looks for", "office", f"/units/{county}/cases/unsearched/"),
        ("one case", "office", f"/cases/{some_problem()}/"),
    ]
    rows = [measured(name, reader(role), url) for name, role, url in asked]
    ways = [f"{way} {part} ms" for way in ("first", "cold", "warm") for part in ("p50", "p95")]
    headings = ("page", "queries", *ways, "yardstick p50 ms", "kB")
    sys.stdout.write(f"{machine()}\n\n{PROBLEMS:,} problems, {SEARCHES:,} searches with {SEARCHES * ATTEMPTS:,} ")
    sys.stdout.write(f"attempts, {COMMITTEES * BRANCHES * MEMBERS:,} members in {COMMITTEES * BRANCHES} branches, ")
    sys.stdout.write(f"{NOT_LOOKED_FOR} out of contact whom nobody looks for.\n\n")
    sys.stdout.write(table(headings, rows) + "\n")


def some_problem() -> object:
    from qisong.casework.models import Case

    return Case.objects.filter(kind="finding", state="fixed").values_list("pk", flat=True)[0]


def reader(role: str) -> Callable[[str], Any]:
    """A browser in which the first holder of a role is signed in."""
    from django.test import Client

    from qisong.org.accounts import open_account
    from qisong.org.models import Post

    post = Post.objects.filter(role=role).earliest("pk")
    account = post.person.accounts.first() or open_account(by=None, person=post.person)[0]
    account.first_password_until = None
    account.save()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client.get


def measured(name: str, get: Callable[[str], Any], url: str) -> tuple[object, ...]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.machine import p95, timed, yardstick
    from qisong.org.remembering import forget

    answer = get(url)
    assert answer.status_code == 200, (name, answer.status_code)
    change_something()
    with CaptureQueriesContext(connection) as captured:
        get(url)
    queries = len(captured)
    first, cold, warm, fixed = [], [], [], []
    for _ in range(TIMES):
        forget()
        first += timed(lambda: get(url), 1)
        change_something()
        cold += timed(lambda: get(url), 1)
        warm += timed(lambda: get(url), 1)
        fixed += timed(yardstick, 1)
    figures = [part(way) for way in (first, cold, warm) for part in (statistics.median, p95)]
    figures.append(statistics.median(fixed))
    return (name, queries, *(f"{figure:.1f}" for figure in figures), f"{len(answer.content) / 1000:.0f}")


def change_something() -> None:
    """An act, and another deadline for a problem of the committee that is measured."""
    from django.utils import timezone

    from bench.pages import commit_something
    from qisong.casework.assigning import extend
    from qisong.casework.models import Case

    commit_something()
    today = timezone.localdate()
    case = Case.objects.filter(kind="finding", state="working", unit__code__startswith="B0-").order_by("?")[0]
    later = max(case.due_on or today, today) + timedelta(days=1)
    extend(by=None, case=case, due_on=later, on=today, reason="农忙")


if __name__ == "__main__":
    main()
