from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from qisong.ledger.models import Submission
from qisong.ledger.quarantine import contents_of, forget_expired
from qisong.ledger.tasks import empty_quarantine
from qisong.org.models import Journal
from qisong.org.schedule import run_due
from qisong.org.scope import operator_scope
from qisong.seals.sealing import SealBrokenError
from tests.ledger.conftest import Record
from tests.ledger.saying import ELDER, person
from tests.world import World

VISIT = {"parts": [{"kind": "visit"}]}
WRONG = {"present": [person("无此人")]}


def test_rejected_document_is_kept_with_its_problems(put: Record, world: World) -> None:
    put(id="x", **WRONG)
    kept = Submission.objects.quarantined().get()
    assert (kept.verdict, kept.client_id, kept.account, kept.unit) == ("rejected", "x", world.recorder, world.branch)
    contents = contents_of(kept)
    assert contents["document"] == {"id": "x", "on": "2026-05-19", "unit": "B1", **WRONG}
    assert [(one["place"], one["code"]) for one in contents["problems"]] == [("present[0]", "unknown-person")]


def test_conflicting_document_is_kept(put: Record) -> None:
    put(id="x", **VISIT)
    put(id="x", place="村部", **VISIT)
    kept = Submission.objects.quarantined().get()
    assert (kept.verdict, contents_of(kept)["document"]["place"]) == ("conflict", "村部")


def test_what_is_kept_is_sealed_to_its_row(put: Record) -> None:
    put(id="x", **WRONG)
    put(id="y", **WRONG)
    one, other = Submission.objects.quarantined()
    assert "无此人" not in one.body
    one.body = other.body
    with pytest.raises(SealBrokenError):
        contents_of(one)


def test_stored_document_is_not_kept(put: Record) -> None:
    put(present=[person(ELDER)])
    kept = Submission.objects.get()
    assert (kept.body, kept.expires_on) == ("", None)


def test_same_rejection_is_kept_once(put: Record) -> None:
    for _ in range(3):
        put(id="x", **WRONG)
    put(id="x", place="村部", **WRONG)
    assert Submission.objects.quarantined().count() == 2


def test_kept_documents_expire(put: Record) -> None:
    put(**WRONG)
    put(**VISIT)
    today = timezone.localdate()
    assert forget_expired(today + timedelta(days=settings.SEALED_UPLOAD_DAYS - 1)) == 0
    assert Journal.objects.filter(kind="quarantine.emptied").count() == 0
    [expired] = Submission.objects.quarantined()
    assert forget_expired(today + timedelta(days=settings.SEALED_UPLOAD_DAYS)) == 1
    assert list(Submission.objects.values_list("verdict", flat=True)) == ["stored"]
    assert Journal.objects.get(kind="quarantine.emptied").touched == {"submission": [str(expired.pk)]}


def test_quarantine_is_emptied_as_scheduled(put: Record) -> None:
    put(**WRONG)
    assert "ledger.quarantine" in run_due()
    assert Submission.objects.count() == 1
    empty_quarantine(timezone.now() + timedelta(days=settings.SEALED_UPLOAD_DAYS))
    assert Submission.objects.count() == 0


def test_quarantine_is_seen_by_sender_and_by_those_above(put: Record, world: World) -> None:
    put(id="mine", **WRONG)
    put("outsider", id="theirs", unit="B3", **WRONG)
    put("outsider", id="nowhere", unit="B9", **WRONG)

    def seen(role: str) -> list[str]:
        return sorted(Submission.objects.within(world.scope(role)).values_list("client_id", flat=True))

    assert seen("recorder") == ["mine"]
    assert seen("clerk") == ["mine"]
    assert seen("outsider") == ["nowhere", "theirs"]
    assert seen("office") == ["mine", "theirs"]
    assert seen("auditor") == []
    assert Submission.objects.within(operator_scope()).count() == 2
