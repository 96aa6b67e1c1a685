"""Old records on their way into the ledger, and the words in them that somebody has explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from qisong.ledger.models.act import Activity
from qisong.ledger.terms import Asked, Decision, Finding, HistoryState
from qisong.org.models import Account, Unit, new_id
from qisong.org.terms import Right

if TYPE_CHECKING:
    from qisong.org.scope import Scope


class HistoryBatchQuerySet(models.QuerySet["HistoryBatch"]):
    def within(self, scope: Scope) -> Self:
        """One's own, as long as one keeps that roster, and all in units where one may import."""
        own = Q(by=scope.account) & scope.among(scope.units(Right.ROSTER)) if scope.account else Q(pk=None)
        return self.filter(own | scope.among(scope.import_units))


class HistoryBatch(models.Model):
    """Old records handed in together: read, looked through, applied, perhaps taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in HistoryState])
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    files = models.JSONField(default=list)  # [{"name": …, "sha256": …}] of sealed uploads in the file store
    progress = models.PositiveIntegerField(default=0)  # per cent, while reading or applying
    report = models.TextField(blank=True, default="")  # sealed JSON: problems and questions
    expires_on = models.DateField()

    objects: ClassVar[models.Manager[HistoryBatch]] = models.Manager.from_queryset(HistoryBatchQuerySet)()


class HistoryLine(models.Model):
    """One act as an old record tells it. ``content`` is sealed and expires with the batch."""

    batch = models.ForeignKey(HistoryBatch, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200, blank=True, default="")
    sheet = models.CharField(max_length=100, blank=True, default="")
    row = models.PositiveIntegerField()
    client_id = models.CharField(max_length=64, blank=True, default="")
    finding = models.CharField(max_length=10, choices=[(f.value, f.value) for f in Finding])
    content = models.TextField(blank=True, default="")  # sealed JSON: the act document
    decision = models.CharField(max_length=10, choices=[(d.value, d.value) for d in Decision], blank=True, default="")
    act = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="ledger_history_line_number")]


class OldWord(models.Model):
    """What a heading, a name or a word in old records means here, as somebody has said.

    It holds for the county, for names in one ``unit``, or, with a ``batch``, for those files alone. ``about`` is the
    shape whose heading it is; ``word`` is folded, and of a name only its blind index is kept.
    """

    kind = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Asked])
    about = models.CharField(max_length=20, blank=True, default="")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    word = models.CharField(max_length=200)
    meaning = models.CharField(max_length=80)
    batch = models.ForeignKey(HistoryBatch, on_delete=models.CASCADE, null=True, related_name="words")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "word"])]
