"""The tables themselves and the journal, as text that any program reads."""
# ruff: noqa: SLF001 - Django's own way to ask a model for its table and columns

from __future__ import annotations

import csv
import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from qisong.desk.pages.journal_words import KINDS
from qisong.org.models import Journal
from qisong.sheets.writing import csv_safe

# Sealed for their place in our database, or of use to it alone.
LEFT_OUT = {"password", "sealed", "index", "before", "after", "body", "report"}
JOURNAL = ["seq", "at", "kind", "actor_id", "unit_id", "touched", "reason", "prev_hash", "hash"]


def write_tables(folder: Path) -> None:
    folder.mkdir()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in settings.ROOMS:
            write_table(folder / f"{model._meta.db_table}.csv", model)


def write_table(file: Path, model: type[models.Model]) -> None:
    columns = [field.attname for field in model._meta.concrete_fields if field.attname not in LEFT_OUT]
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        for row in model._default_manager.order_by("pk").values_list(*columns).iterator(chunk_size=2000):
            writer.writerow([csv_safe(as_text(value)) for value in row])


def as_text(value: object) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def write_journal(folder: Path) -> None:
    """For a person with the words of each kind, and for a machine with exactly what each hash seals."""
    with (
        (folder / "日志.csv").open("w", encoding="utf-8-sig", newline="") as sheet,
        (folder / "日志.jsonl").open("w", encoding="utf-8") as lines,
    ):
        writer = csv.writer(sheet)
        writer.writerow([*JOURNAL, "说明"])
        for row in Journal.objects.order_by("seq").iterator(chunk_size=2000):
            words = str(KINDS.get(row.kind, row.kind))
            writer.writerow([csv_safe(as_text(one)) for one in (*(getattr(row, name) for name in JOURNAL), words)])
            sealed = row.payload() | {"prev_hash": row.prev_hash, "hash": row.hash}
            lines.write(json.dumps(sealed, ensure_ascii=False) + "\n")
