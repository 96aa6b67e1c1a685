"""Setting an act right: the wrong one is reversed and the right one recorded, in one verb and one transaction."""

from __future__ import annotations

from typing import Any

from qisong.ledger.models import Activity
from qisong.ledger.recording import Acknowledgement, record
from qisong.org.models import Account
from qisong.org.scope import Scope


def correct(
    *, by: Account | None, scope: Scope, activity: Activity, document: dict[str, Any], reason: str, door: str
) -> Acknowledgement:
    """Record ``document``, under an id of its own, in place of ``activity``; all or nothing, and once however often
    it is sent."""
    correction = {"act": str(activity.pk), "reason": reason}
    return record({**document, "corrects": correction}, by=by, scope=scope, door=door)
