"""The imports of a unit: hand in files, and what became of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DeskForm
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import moment
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.roster.models import ImportBatch
from qisong.roster.terms import BatchState, Outcome
from qisong.words.text import Text

# Below this a comparison takes about a second, and nobody needs to be shown how far it has come.
AT_ONCE = 200 * 1024
MEBIBYTE = 2**20

STATES: dict[str, str | Promise] = {
    BatchState.COMPARING: gettext_lazy("being compared"),
    BatchState.READY: gettext_lazy("to be looked through"),
    BatchState.APPLIED: gettext_lazy("applied"),
    BatchState.REVERTED: gettext_lazy("taken back"),
    BatchState.DISCARDED: gettext_lazy("discarded"),
    BatchState.FAILED: gettext_lazy("not compared"),
}
OUTCOMES: dict[str, str | Promise] = {
    Outcome.NEW: gettext_lazy("new"),
    Outcome.CHANGED: gettext_lazy("changed"),
    Outcome.MOVED: gettext_lazy("moved here"),
    Outcome.MISSING: gettext_lazy("not in the file"),
    Outcome.DOUBTFUL: gettext_lazy("doubtful"),
    Outcome.SAME: gettext_lazy("unchanged"),
}
NO_FILE = Text("请选择文件。", "Choose a file.")
TOO_LARGE = Text(
    "这些文件一共 {size} MB，一次最多 {limit} MB。请分几次上传。",
    "These files have {size} MB together; at most {limit} MB at a time. Upload them one after another.",
)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one go. What is in them is judged by the comparison, which names each file."""

    widget = FilesInput

    def clean(self, data: Sequence[UploadedFile[Any]] | None, _initial: Any = None) -> list[UploadedFile[Any]]:
        files = list(data or [])
        size = sum(file.size or 0 for file in files)
        if not files:
            raise forms.ValidationError(said(NO_FILE), code="no-file")
        if size > settings.UPLOAD_LIMIT:
            told = TOO_LARGE.format(size=-(-size // MEBIBYTE), limit=settings.UPLOAD_LIMIT // MEBIBYTE)
            raise forms.ValidationError(said(told), code="too-large")
        return files


class UploadForm(DeskForm):
    rosters = FilesField(label=gettext_lazy("Files"))

    def contents(self) -> list[tuple[str, bytes]]:
        return [(file.name or "", file.read()) for file in self.value("rosters")]


@dataclass(frozen=True)
class ImportsPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    form: UploadForm
    limit: int  # MB
    days: int  # for which files and reviews are kept
    table: Table
    numbers: Page[ImportBatch]


def imports_page(unit: Unit, scope: Scope, form: UploadForm, number: str | None) -> ImportsPage:
    """``unit``'s imports and those of the units beneath it, newest first."""
    batches = ImportBatch.objects.within(scope).filter(unit__in=scope.tree.subtree(unit.pk)).defer("report")
    numbers = page_of(batches.select_related("unit", "by__person").order_by("-created_at", "-pk"), number)
    columns = [Column(_("When")), Column(_("Unit")), Column(_("By")), Column(_("What it says")), Column(_("State"))]
    return ImportsPage(
        unit,
        way_to(scope, unit.pk, _("Import a roster")),
        form,
        settings.UPLOAD_LIMIT // MEBIBYTE,
        settings.SEALED_UPLOAD_DAYS,
        Table("", columns, [row_of(batch) for batch in numbers]),
        numbers,
    )


def row_of(batch: ImportBatch) -> Row:
    return Row(
        [
            Cell(moment(batch.created_at), reverse("desk:import", args=[batch.pk])),
            Cell(str(batch.unit)),
            Cell(batch.by.person.name if batch.by else _("at the machine itself")),
            Cell(summary(batch.counts)),
            Cell(STATES[batch.state]),
        ]
    )


def summary(counts: Mapping[str, int]) -> str:
    """新增 30 · 变更 2 · 调入 1: what there is none of is left out."""
    return " · ".join(f"{label} {counts[outcome]}" for outcome, label in OUTCOMES.items() if counts.get(outcome))
