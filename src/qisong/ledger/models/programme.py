"""Programmes and what they owe to whom."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from qisong.ledger.terms import CountedBy, Recipient, RoundKind
from qisong.org.intervals import Dated
from qisong.org.models import Account, Unit, new_id
from qisong.roster.models import Member

if TYPE_CHECKING:
    from qisong.org.scope import Scope


def exactly_one(name: str, *columns: str) -> models.CheckConstraint:
    """The rule that one of these columns is filled."""
    cases = (Q(**{f"{column}__isnull": column != filled for column in columns}) for filled in columns)
    return models.CheckConstraint(condition=reduce(or_, cases), name=name)


class Labelled(models.Model):
    """Something of the preset with a name in both languages."""

    code = models.CharField(max_length=60)
    zh = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


class Programme(Labelled):
    code = models.CharField(max_length=60, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["position", "code"]


class Item(Labelled):
    """Something delivered, with its own measure word; figures of different items are never added."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="items")
    measure_zh = models.CharField(max_length=20)
    measure_en = models.CharField(max_length=40)
    counted_by = models.CharField(max_length=10, choices=[(c.value, c.value) for c in CountedBy])
    theme = models.CharField(max_length=60, blank=True, default="")
    by_presence = models.BooleanField(default=False)  # received by whoever is present at a part of ``part_kind``
    part_kind = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="ledger_item_code")]

    @property
    def measure(self) -> str:
        return self.measure_zh if (get_language() or "zh").startswith("zh") else self.measure_en


class Title(Labelled):
    """One title of an item, such as a handbook."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="titles")

    class Meta:
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="ledger_title_code")]


class Audience(Labelled):
    """Who is owed something. Empty conditions exclude nobody; named ones must all hold.

    ``roles``: holds a post of one of these roles in the own unit; ``circumstances``, ``categories``: of the member;
    ``traits``, ``kinds``: of the unit; ``chosen``: only these units and those beneath them.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="audiences")
    recipient = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Recipient])
    roles = models.JSONField(default=list, blank=True)
    circumstances = models.JSONField(default=list, blank=True)
    categories = models.JSONField(default=list, blank=True)
    traits = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    chosen = models.ManyToManyField(Unit, related_name="+", blank=True)
    chosen_only = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="ledger_audience_code")]


class Round(Labelled):
    """Of one item one round runs at a time: the next round in which it is owed takes the place of the one before."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in RoundKind], default=RoundKind.ONCE)
    starts_on = models.DateField()
    due_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # the first day on which the round is no longer open
    carry_over = models.BooleanField(default=False)  # what is lacking at its end stays owed
    min_interval_days = models.PositiveIntegerField(default=0)  # between two doses that count
    continues = models.BooleanField(default=False)  # the next one of its rhythm opens by itself

    class Meta:
        ordering = ["position", "code"]
        constraints = [models.UniqueConstraint(fields=["programme", "code"], name="ledger_round_code")]


class Obligation(models.Model):
    """Item × audience × quantity × round."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="obligations")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="obligations")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="obligations")
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "round"], name="ledger_one_obligation_a_round")]


class ExemptionQuerySet(models.QuerySet["Exemption"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(Q(member__in=Member.objects.within(scope)) | scope.among(scope.visible))


class Exemption(Dated):
    """A recorded decision that somebody is not owed an item (every item of the programme when none is named)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="exemptions")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="exemptions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="exemptions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=60)
    decided_by = models.CharField(max_length=120)
    note = models.CharField(max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[Exemption]] = models.Manager.from_queryset(ExemptionQuerySet)()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            exactly_one("ledger_exemption_of_one", "member", "unit"),
        ]
