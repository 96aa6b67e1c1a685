"""A reading of old records kept while it is looked through: lines, problems and questions sealed, files stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings

from qisong.ledger.history.examining import Found, Review
from qisong.ledger.history.words import Question
from qisong.ledger.models import HistoryBatch, HistoryLine
from qisong.ledger.terms import Asked, Finding
from qisong.org.batches import Batch
from qisong.roster.uploads import content_of, uploads
from qisong.seals.keys import Keyring
from qisong.seals.sealing import seal, unseal
from qisong.sheets.problems import Problem
from qisong.words.text import Text

# Before each content, so that a roster handed in elsewhere with the same bytes is another file and expires by itself.
OURS = b"qisong history\n"
WITH_DOCUMENT = frozenset({Finding.NEW, Finding.DOUBTFUL, Finding.OPEN})


def put_file(content: bytes) -> str:
    return uploads().put(OURS + content)


def file_content(digest: str) -> bytes:
    return content_of(digest).removeprefix(OURS)


def lines_of(batch: HistoryBatch, review: Review, decided: Mapping[str, str]) -> Batch:
    """The rows of all lines, ready to be written; ``decided`` by client id is kept from an earlier reading."""
    rows = Batch()
    rows.add(line_of(batch, number, line, decided) for number, line in enumerate(review.lines, start=1))
    return rows


def line_of(batch: HistoryBatch, number: int, found: Found, decided: Mapping[str, str]) -> HistoryLine:
    draft = found.draft
    line = HistoryLine(
        batch_id=batch.pk,
        number=number,
        file=draft.file[:200],
        sheet=draft.sheet[:100],
        row=draft.rows[0],
        client_id=draft.client_id,
        finding=found.finding,
        decision=decided.get(draft.client_id, ""),
    )
    if found.finding in WITH_DOCUMENT and draft.document:
        line.content = sealed(draft.document | {"id": draft.client_id}, line_place(line))
    return line


def document_of(line: HistoryLine) -> dict[str, Any]:
    """The act document of a line; empty for one that has none, or once the batch has expired."""
    found: dict[str, Any] = opened(line.content, line_place(line)) if line.content else {}
    return found


def line_place(line: HistoryLine) -> str:
    return f"ledger_historyline|content|{line.batch_id}:{line.number}"


def sealed_report(batch: HistoryBatch, problems: Iterable[Problem], questions: Iterable[Question]) -> str:
    told = {"problems": [asdict(one) for one in problems], "questions": [asdict(one) for one in questions]}
    return sealed(told, report_place(batch))


def kept_problems(batch: HistoryBatch) -> list[Problem]:
    return [Problem(**(one | {"text": Text(**one["text"])})) for one in report_of(batch)["problems"]]


def kept_questions(batch: HistoryBatch) -> list[Question]:
    return [Question(**(one | {"kind": Asked(one["kind"])})) for one in report_of(batch)["questions"]]


def report_of(batch: HistoryBatch) -> dict[str, list[dict[str, Any]]]:
    """Problems and questions; none once the batch has expired."""
    if not batch.report:
        return {"problems": [], "questions": []}
    found: dict[str, list[dict[str, Any]]] = opened(batch.report, report_place(batch))
    return found


def report_place(batch: HistoryBatch) -> str:
    return f"ledger_historybatch|report|{batch.pk}"


def sealed(content: Any, place: str) -> str:
    return seal(Keyring.of(settings.DATA_DIR), json.dumps(content, ensure_ascii=False), place=place)


def opened(text: str, place: str) -> Any:
    return json.loads(unseal(Keyring.of(settings.DATA_DIR), text, place=place))
