"""Coverage of a county: ``python -m bench.coverage [DATABASE]``, on a copy of that database, or on a
demo county built for it.

Three ways to know a county's numbers are measured in one run: everything read anew, followed through the journal
after one more act, and remembered because nothing was recorded. Beside them stands the join that one would first write:
every unit × everybody beneath it × every item, by a closure table.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROUNDS = 20
NAIVE = """
WITH RECURSIVE closure(above, unit) AS (
  SELECT unit_id, unit_id FROM org_unitstate WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
  UNION ALL
  SELECT closure.above, edge.child_id FROM closure JOIN org_unitedge edge ON edge.parent_id = closure.unit
   WHERE edge.valid_from <= %(day)s AND (edge.valid_to IS NULL OR edge.valid_to > %(day)s)
)
SELECT closure.above, duty.item_id, COUNT(DISTINCT tie.member_id), COUNT(DISTINCT receipt.member_id)
  FROM closure
  JOIN roster_affiliation tie ON tie.unit_id = closure.unit AND tie.bond = 'formal'
   AND tie.valid_from <= %(day)s AND (tie.valid_to IS NULL OR tie.valid_to > %(day)s)
 CROSS JOIN ledger_obligation duty
  LEFT JOIN ledger_receipt receipt ON receipt.item_id = duty.item_id AND receipt.member_id = tie.member_id
   AND receipt."on" <= %(day)s
 GROUP BY closure.above, duty.item_id
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"QISONG_DATA": directory, "DJANGO_SETTINGS_MODULE": "qisong.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        if sys.argv[1:]:
            shutil.copytree(Path(sys.argv[1]).parent, directory, dirs_exist_ok=True)
        import django

        django.setup()
        run(build=not sys.argv[1:])


def run(*, build: bool) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from qisong.config.demo import build as build_demo
    from qisong.config.measuring.machine import machine

    if build:
        call_command("migrate", verbosity=0, interactive=False)
        build_demo(today=timezone.localdate(), progress=None)
    day = timezone.localdate()
    sys.stdout.write(f"{machine()}\n\n{sizes(day)}\n\n{measured(day)}\n")


def sizes(day: date) -> str:
    from qisong.ledger.models import Answer, Item, Receipt
    from qisong.org.tree import tree_on
    from qisong.roster.models import Affiliation

    members, units = Affiliation.objects.formal(day).count(), len(tree_on(day).order)
    rows = f"{Receipt.objects.count()} receipts and presences, {Answer.objects.count()} answers"
    return f"{members} members, {units} units, {Item.objects.count()} items, {rows}."


def measured(day: date) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.machine import p95, table, timed
    from qisong.coverage import index
    from qisong.org import remembering

    def forget() -> None:
        remembering.forget()
        index.forget()

    rows = []
    for name, ask in questions(day):
        forget()
        with CaptureQueriesContext(connection) as statements:
            ask()
        spent = [after(forget, ask), after(lambda: visit(day), ask), timed(ask, ROUNDS)]
        rows.append(
            [name, len(statements), *(f"{part(one):.0f}" for one in spent for part in (statistics.median, p95))]
        )
    rows.append(["closure join, all units × items", 1, *(f"{one:.0f}" for one in [*timed(lambda: naive(day), 1)] * 2)])
    headings = ["ms", "statements"]
    headings += [f"{way} {part}" for way in ("anew", "after an act", "again") for part in ("p50", "p95")]
    return table(headings, [[*row, *[""] * (len(headings) - len(row))] for row in rows])


def after(prepare: Callable[[], None], ask: Callable[[], Any]) -> list[float]:
    """Milliseconds of each of some questions, each asked after ``prepare``, which is not counted."""
    from bench.machine import timed

    spent = []
    for _ in range(ROUNDS):
        prepare()
        spent += timed(ask, 1)
    return spent


def visit(day: date) -> None:
    """A badge is brought to one member at home."""
    from qisong.ledger.recording import record
    from qisong.org.scope import operator_scope
    from qisong.roster.models import Affiliation

    tie = Affiliation.objects.formal(day).select_related("unit").order_by("?")[0]
    line = {"item": "badges", "to": [str(tie.member_id)], "giver": {"unit": tie.unit.code}, "source": "giver"}
    document = {"id": str(uuid.uuid4()), "on": day.isoformat(), "unit": tie.unit.code, "received": [line]}
    answer = record(document, by=None, scope=operator_scope(), door="bench")
    if answer.problems:
        sys.exit(str(answer.problems))


def naive(day: date) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(NAIVE, {"day": day.isoformat()})
        return len(cursor.fetchall())


def questions(day: date) -> list[tuple[str, Callable[[], Any]]]:
    """Name and question. Each asks as the pages do."""
    from qisong.coverage.counting import table
    from qisong.coverage.gaps import gap_list
    from qisong.ledger.programmes import find_programme, open_items
    from qisong.org.models import Unit
    from qisong.org.tree import tree_on
    from qisong.reporting.figures import figures

    items, tree, programme = open_items(day), tree_on(day), find_programme("seven-deliveries")
    [county] = tree.roots
    committee = max(tree.children[county], key=lambda unit: len(tree.subtree(unit)))
    branch = next(unit for unit in tree.subtree(committee) if unit not in tree.children)
    named = (("county", county), ("committee", committee), ("branch", branch))
    places = {name: Unit.objects.get(pk=unit) for name, unit in named}
    asked = [(f"table of a {name}", ask(table, unit, items, day, "then")) for name, unit in places.items()]
    asked.append(("table of the county, tree of now", ask(table, places["county"], items, day, "now")))
    past = date(day.year, 5, 1)
    asked.append((f"table of the county on {past}", ask(table, places["county"], items, past, "then")))
    asked += [(f"gap list of a {name}", ask(gap_list, unit, items, day, "then")) for name, unit in places.items()]
    return [*asked, ("all figures", lambda: figures(programme))]


def ask(question: Callable[..., Any], unit: Any, items: Any, day: date, tree: str) -> Callable[[], Any]:
    return lambda: question(unit, items, as_of=day, tree=tree)


if __name__ == "__main__":
    main()
