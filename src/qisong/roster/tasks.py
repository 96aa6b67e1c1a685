"""What is done in the background and what comes round in this room."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from qisong.org.schedule import register
from qisong.roster.importing import expire_batches, run
from qisong.roster.models import ImportBatch


@task()
def compare_batch(batch_id: str) -> None:
    """Compare the files of a received batch; its page shows ``progress`` and ``state`` meanwhile."""
    run(ImportBatch.objects.select_related("unit", "by").get(pk=batch_id))


def forget_reviews(now: datetime) -> None:
    expire_batches(timezone.localdate(now))


register("roster.expiry", 24 * 60, forget_reviews)
