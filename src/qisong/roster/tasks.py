"""Large imports in the background: fetch by id, call the verb."""

from __future__ import annotations

from django_tasks import task

from qisong.roster.importing import run
from qisong.roster.models import ImportBatch


@task()
def compare_batch(batch_id: str) -> None:
    """Compare the files of a received batch; its page shows ``progress`` and ``state`` meanwhile."""
    run(ImportBatch.objects.select_related("unit", "by").get(pk=batch_id))
