"""Imports that wait for somebody: compared and not applied, or applied with rows left to decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from qisong.org.scope import Scope
from qisong.org.todos import Todo, register
from qisong.roster.models import ImportBatch, ImportLine
from qisong.roster.terms import BatchState, Outcome
from qisong.words.text import Text

OPEN = {"outcome__in": [Outcome.DOUBTFUL, Outcome.MISSING], "decision": ""}
READY = Text("核对好的名册等着写入：{unit}", "A compared roster waits to be applied: {unit}")
UNDECIDED = Text(
    "名册里还有 {count} 行要您决定：{unit}",
    "Rows of a roster that wait for your decision: {count}, {unit}",
)


@register
def imports_waiting(scope: Scope) -> Iterator[Todo]:
    """Of the imports of one unit the latest only: a later one asks the same questions again."""
    waiting = ImportBatch.objects.within(scope).filter(state__in=[BatchState.READY, BatchState.APPLIED])
    # Counted apart: grouping batches would carry each one's whole report along with every line.
    lines = ImportLine.objects.filter(batch=OuterRef("pk"), **OPEN).order_by().values("batch")
    counts = lines.annotate(lines=Count("pk")).values("lines")
    rows = waiting.exclude(files=[]).annotate(open=Coalesce(Subquery(counts), 0)).order_by("created_at")
    fields = rows.values_list("unit", "pk", "unit__name", "state", "expires_on", "open")
    latest = {row[0]: row for row in fields}
    for _unit, pk, unit, state, expires_on, count in latest.values():
        text = READY if state == BatchState.READY else UNDECIDED
        if state == BatchState.READY or count:
            last = expires_on - timedelta(days=1)
            yield Todo(text.format(unit=unit, count=count), "desk:import", (pk,), last)
