"""Half-open intervals of dates: ``valid_from`` is the first day, ``valid_to`` the first day after; null is open."""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q


def holds_on(day: date, prefix: str = "") -> Q:
    """The condition that an interval covers ``day``; ``prefix`` leads to it, such as ``"affiliations__"``."""
    begun = Q(**{f"{prefix}valid_from__lte": day})
    return begun & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day}))


M = TypeVar("M", bound=models.Model)


class Dated(models.Model):
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_interval",
            )
        ]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class DatedQuerySet(models.QuerySet[M]):
    def on(self, day: date) -> Self:
        return self.filter(holds_on(day))
