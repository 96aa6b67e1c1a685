"""Old records of a unit: hand in files, and what became of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DeskForm
from qisong.desk.pages.imports import MEBIBYTE, FilesField
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import moment
from qisong.ledger.models import HistoryBatch
from qisong.ledger.terms import Finding, HistoryState
from qisong.org.models import Unit
from qisong.org.scope import Scope

STATES: dict[str, str | Promise] = {
    HistoryState.COMPARING: gettext_lazy("being read"),
    HistoryState.READY: gettext_lazy("to be looked through"),
    HistoryState.APPLYING: gettext_lazy("partly recorded"),
    HistoryState.APPLIED: gettext_lazy("recorded"),
    HistoryState.REVERTED: gettext_lazy("taken back"),
    HistoryState.DISCARDED: gettext_lazy("discarded"),
    HistoryState.FAILED: gettext_lazy("not read"),
}
FINDINGS: dict[str, str | Promise] = {
    Finding.NEW: gettext_lazy("can be recorded"),
    Finding.OPEN: gettext_lazy("waiting for an answer"),
    Finding.WRONG: gettext_lazy("to be mended"),
    Finding.DOUBTFUL: gettext_lazy("already recorded?"),
    Finding.SAME: gettext_lazy("brought in before"),
}


class RecordsForm(DeskForm):
    records = FilesField(label=gettext_lazy("Files"))

    def contents(self) -> list[tuple[str, bytes]]:
        return [(file.name or "", file.read()) for file in self.value("records")]


@dataclass(frozen=True)
class HistoryPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    form: RecordsForm
    limit: int  # MB
    days: int  # for which files are kept
    table: Table
    numbers: Page[HistoryBatch]


def history_page(unit: Unit, scope: Scope, form: RecordsForm, number: str | None) -> HistoryPage:
    """What was brought in for ``unit`` and the units beneath it, newest first."""
    batches = HistoryBatch.objects.within(scope).filter(unit__in=scope.tree.subtree(unit.pk)).defer("report")
    numbers = page_of(batches.select_related("unit", "by__person").order_by("-created_at", "-pk"), number)
    columns = [Column(_("When")), Column(_("Unit")), Column(_("By")), Column(_("What it says")), Column(_("State"))]
    return HistoryPage(
        unit,
        way_to(scope, unit.pk, _("Old records")),
        form,
        settings.UPLOAD_LIMIT // MEBIBYTE,
        settings.SEALED_UPLOAD_DAYS,
        Table("", columns, [row_of(batch) for batch in numbers]),
        numbers,
    )


def row_of(batch: HistoryBatch) -> Row:
    return Row(
        [
            Cell(moment(batch.created_at), reverse("desk:history-batch", args=[batch.pk])),
            Cell(str(batch.unit)),
            Cell(batch.by.person.name if batch.by else _("at the machine itself")),
            Cell(found(batch.counts)),
            Cell(STATES[batch.state]),
        ]
    )


def found(counts: Mapping[str, int]) -> str:
    """What there is none of is left out."""
    return " · ".join(f"{label} {counts[one]}" for one, label in FINDINGS.items() if counts.get(one))
