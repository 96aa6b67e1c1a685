"""The demo county's build, and its pages as the server makes them: ``python -m bench.pages``.

Every page is asked for cold (right after an act was committed, so that no answer remembered holds) and warm, and
between them the yardstick is taken, the same sum in Python each time: where it wavers, the machine did.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
import uuid

PAGES = (
    "home",
    "county",
    "committee",
    "branch",
    "gap list of the county",
    "gap list of a committee",
    "gap list of a branch",
    "roster",
    "ledger",
    "record an act",
)
WAYS = ("cold", "warm", "yardstick")
ROUNDS = 40


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"QISONG_DATA": directory, "DJANGO_SETTINGS_MODULE": "qisong.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        run()


def run() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from bench.machine import table
    from qisong.config.demo import build
    from qisong.config.measuring.machine import machine

    call_command("migrate", verbosity=0, interactive=False)
    start = time.perf_counter()
    build(today=timezone.localdate(), progress=None)
    built = time.perf_counter() - start
    rows = [measured(name, url) for name, url in addresses().items()]
    sys.stdout.write(f"{machine()}\n\nDemo county built in {built:.1f} s.\n\n")
    headings = ("page", "queries", *(f"{way} {part} ms" for way in WAYS for part in ("p50", "p95")), "kB")
    sys.stdout.write(table(headings, rows) + "\n")


def addresses() -> dict[str, str]:
    """The pages by name, those of the county as its office sees them and the rest of one committee and branch."""
    from django.urls import reverse
    from django.utils import timezone

    from qisong.org.tree import tree_on

    tree = tree_on(timezone.localdate())
    [county] = tree.roots
    committee = max(tree.children[county], key=lambda unit: len(tree.subtree(unit)))
    branch = next(unit for unit in tree.subtree(committee) if unit not in tree.children)
    urls = (
        reverse("desk:home"),
        reverse("desk:unit", args=[county]),
        reverse("desk:unit", args=[committee]),
        reverse("desk:unit", args=[branch]),
        *(reverse("desk:names", args=[unit]) + "?item=lessons" for unit in (county, committee, branch)),
        reverse("desk:roster", args=[committee]),
        reverse("desk:ledger"),
        reverse("desk:record-act", args=[branch]),
    )
    return dict(zip(PAGES, urls, strict=True))


def measured(name: str, url: str) -> tuple[object, ...]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.machine import p95, timed, yardstick

    client = office()
    response = client.get(url)
    assert response.status_code == 200, (name, response.status_code)
    commit_something()
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    queries = len(captured)  # the next request empties the log
    cold, warm, fixed = [], [], []
    for _ in range(ROUNDS):
        commit_something()
        cold += timed(lambda: client.get(url), 1)
        warm += timed(lambda: client.get(url), 1)
        fixed += timed(yardstick, 1)
    figures = [part(spent) for spent in (cold, warm, fixed) for part in (statistics.median, p95)]
    return (name, queries, *(f"{figure:.1f}" for figure in figures), f"{len(response.content) / 1000:.0f}")


def office() -> object:
    from django.test import Client

    from qisong.org.models import Account, Post

    holder = Post.objects.filter(role="office", person__accounts__isnull=False).first()
    account = Account.objects.get(person=holder.person_id)
    account.first_password_until = None
    account.save()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def commit_something() -> None:
    """One small act, so that whatever was remembered of coverage no longer holds."""
    from django.utils import timezone

    from qisong.ledger.recording import record
    from qisong.org.scope import operator_scope
    from qisong.roster.models import Affiliation

    tie = Affiliation.objects.filter(bond="formal", valid_to=None).select_related("unit").order_by("?").first()
    document = {
        "id": uuid.uuid4().hex,
        "on": timezone.localdate().isoformat(),
        "unit": tie.unit.code,
        "channel": "visit",
        "received": [{"item": "constitutions", "copies": 1, "to": [str(tie.member_id)]}],
    }
    answer = record(document, by=None, scope=operator_scope(), door="bench")
    assert answer.verdict == "stored", answer


if __name__ == "__main__":
    main()
