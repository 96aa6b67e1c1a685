"""Nothing that a signed-in door sent is thrown away: what conflicts or is wrong is kept, sealed, until it expires."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from qisong.ledger.models import Submission
from qisong.ledger.shapes import Problem
from qisong.org import journal
from qisong.org.health import Condition, Finding
from qisong.seals.keys import Keyring
from qisong.seals.sealing import seal, unseal
from qisong.words.text import Text


def set_apart(submission: Submission, document: Any, problems: Sequence[Problem]) -> Submission:
    """Close the document and its problems, which may name people, into a submission that is yet to be saved."""
    contents = {"document": document, "problems": [one.as_json() for one in problems]}
    submission.body = seal(Keyring.of(settings.DATA_DIR), as_text(contents), place=place_of(submission))
    submission.expires_on = timezone.localdate() + timedelta(days=settings.SEALED_UPLOAD_DAYS)
    return submission


def as_text(contents: dict[str, Any]) -> str:
    try:
        return json.dumps(contents, default=str)
    except (RecursionError, ValueError):  # nested without end: no document of any door, and nothing to read in it
        return json.dumps(contents | {"document": None})


def contents_of(submission: Submission) -> dict[str, Any]:
    """``{"document": …, "problems": […]}`` of a submission in quarantine."""
    opened: dict[str, Any] = json.loads(
        unseal(Keyring.of(settings.DATA_DIR), submission.body, place=place_of(submission))
    )
    return opened


def kept_apart(now: datetime) -> Finding:
    """For the site's health: what a door sent and nobody has looked after."""
    waiting = Submission.objects.quarantined().filter(expires_on__gt=timezone.localdate(now)).count()
    if not waiting:
        return Finding("quarantine", Condition.WELL, NOTHING_KEPT)
    return Finding("quarantine", Condition.ATTENTION, KEPT.format(n=waiting))


def forget_expired(today: date) -> int:
    """Delete what has been kept long enough, which makes erasure true. Answers how many."""
    expired = Submission.objects.quarantined().filter(expires_on__lte=today)
    if not expired.exists():
        return 0
    with journal.verb("quarantine.emptied", by=None) as entry:
        entry.touch("submission", expired.values_list("pk", flat=True))
        deleted, _by_model = expired.delete()
    return deleted


def place_of(submission: Submission) -> str:
    return f"ledger_submission|body|{submission.pk}"


NOTHING_KEPT = Text("没有被退回的记录。", "Nothing that was handed in was refused.")
KEPT = Text(
    "有 {n} 份送来的记录没有收下（内容冲突或有错），封存着。请让送来的人改好再送。",
    "{n} submissions were not taken (conflicting or wrong) and are kept sealed. Let whoever sent them mend them and "
    "send them again.",
)
