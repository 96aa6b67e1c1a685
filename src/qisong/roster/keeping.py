"""A review kept for as long as it takes to look through it: its lines and problems sealed, its files in the store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from qisong.org.batches import Batch
from qisong.org.models import new_id
from qisong.roster.holding import Held, chunks
from qisong.roster.models import ImportBatch, ImportLine, SealedIdentity
from qisong.roster.reviewing import Line, Review
from qisong.roster.secrets import keyring
from qisong.roster.statements import Statement
from qisong.roster.terms import Outcome
from qisong.seals.sealing import seal, unseal
from qisong.sheets.problems import Problem
from qisong.words.text import Text

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
Sealed = Mapping[tuple[UUID, str], str]


def lines_of(batch: ImportBatch, review: Review) -> Batch:
    """The rows of all lines, ready to be written."""
    sealed = sealed_values((line.held, line.said) for line in review.lines if line.held)
    rows = Batch()
    rows.add(row_of(batch, number, line, sealed) for number, line in enumerate(review.lines, start=1))
    return rows


def row_of(batch: ImportBatch, number: int, line: Line, sealed: Sealed) -> ImportLine:
    row = ImportLine(
        batch_id=batch.pk,
        number=number,
        outcome=line.outcome,
        member_id=line.held.id if line.held else None,
        fields=line.said.columns(),
        has_error=line.has_error,
    )
    if line.row is not None:
        row.file, row.sheet, row.row = line.row.file[:200], line.row.sheet[:100], line.row.number
    if line.outcome in {Outcome.SAME, Outcome.MISSING}:
        return row
    content = {"id": str(new_id()), "said": line.said.as_json()}
    content |= {"doubt": line.doubt, "candidates": [str(one) for one in line.candidates]}
    row.after = sealed_json(content, place(row, "after"))
    if line.held is not None:
        row.before = sealed_json(image(line.held, line.said, sealed), place(row, "before"))
    return row


def sealed_values(changes: Iterable[tuple[Held, Statement]]) -> dict[tuple[UUID, str], str]:
    """The sealed texts of those secrets that would change."""
    wanted = {held.id for held, change in changes if change.secrets.keys() & held.secrets.keys()}
    found: dict[tuple[UUID, str], str] = {}
    for chunk in chunks(wanted):
        rows = SealedIdentity.objects.filter(member__in=chunk)
        found |= {(member, kind): text for member, kind, text in rows.values_list("member", "kind", "sealed")}
    return found


def image(held: Held, change: Statement, sealed: Sealed) -> dict[str, Any]:
    """What is held of all that ``change`` would change, so that it can be put back."""
    return {
        "version": held.version,
        "unit": held.unit,
        "tie": held.tie,
        "values": {field: held.values[field] for field in change.values},
        "secrets": {
            kind: [sealed[held.id, kind], *held.secrets[kind]] if kind in held.secrets else None
            for kind in change.secrets
        },
        "states": {
            kind: [state.id, state.since, state.detail, state.valid_from.isoformat()]
            if (state := held.states.get(kind))
            else None
            for kind in change.states
        },
    }


def before(line: ImportLine) -> dict[str, Any]:
    kept: dict[str, Any] = opened_json(line.before, place(line, "before"))
    return kept


def after(line: ImportLine) -> dict[str, Any]:
    content: dict[str, Any] = opened_json(line.after, place(line, "after"))
    return content


def place(line: ImportLine, column: str) -> str:
    return f"roster_importline|{column}|{line.batch_id}:{line.number}"


def sealed_json(content: Any, where: str) -> str:
    return seal(keyring(), ENCODER.encode(content), place=where)


def opened_json(sealed: str, where: str) -> Any:
    return json.loads(unseal(keyring(), sealed, place=where))


def sealed_problems(batch: ImportBatch, problems: Iterable[Problem]) -> str:
    return sealed_json([asdict(problem) for problem in problems], report_place(batch))


def kept_problems(batch: ImportBatch) -> list[Problem]:
    """The problems of a kept review; none once it has expired."""
    if not batch.report:
        return []
    kept = opened_json(batch.report, report_place(batch))
    return [Problem(**(fields | {"text": Text(**fields["text"])})) for fields in kept]


def report_place(batch: ImportBatch) -> str:
    return f"roster_importbatch|report|{batch.pk}"
