"""A sheet of paper back in: what was ticked and signed on it becomes an act, once however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from qisong.ledger.models import PaperSheet, SheetReturn, Stranger
from qisong.ledger.recording import Acknowledgement, record
from qisong.ledger.terms import Verdict
from qisong.org.models import Account, new_id
from qisong.org.scope import Scope
from qisong.seals.keys import Keyring
from qisong.seals.sealing import seal, unseal


def next_go(sheet: PaperSheet) -> int:
    """Which typing of the sheet the next one is; the first has number one."""
    return sheet.returns.count() + 1


def type_back(
    *,
    by: Account | None,
    scope: Scope,
    sheet: PaperSheet,
    go: int,
    document: dict[str, Any],
    strangers: Sequence[str] = (),
) -> Acknowledgement:
    """Record ``document`` as what typing number ``go`` of ``sheet`` says; ``strangers`` are names nobody had listed.

    The same content again gets the first answer; other content under the same number is a conflict: somebody typed
    this sheet already.
    """
    with transaction.atomic():
        answer = record({**document, "id": f"paper-{sheet.number}-{go}"}, by=by, scope=scope, door="paper")
        if answer.verdict == Verdict.STORED and answer.act:
            SheetReturn.objects.create(sheet=sheet, go=go, activity_id=answer.act)
            found = (Stranger(id=new_id(), sheet=sheet, activity_id=answer.act, name=name) for name in strangers)
            Stranger.objects.bulk_create([sealed(one) for one in found])
    return answer


def note_typed(sheet: PaperSheet) -> None:
    """The answers of a survey sheet were recorded; in how many goes does not matter."""
    SheetReturn.objects.get_or_create(sheet=sheet, go=1)


def sealed(stranger: Stranger) -> Stranger:
    stranger.name = seal(Keyring.of(settings.DATA_DIR), stranger.name, place=place_of(stranger))
    return stranger


def name_of(stranger: Stranger) -> str:
    """The name as it was written on the paper; empty once it is known who that was."""
    return unseal(Keyring.of(settings.DATA_DIR), stranger.name, place=place_of(stranger)) if stranger.name else ""


def place_of(stranger: Stranger) -> str:
    return f"ledger_stranger|name|{stranger.pk}"
