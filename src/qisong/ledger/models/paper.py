"""Sheets of paper that went out: who stands on them, what came back, and whom nobody expected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Count

from qisong.ledger.models.act import Activity
from qisong.ledger.models.programme import Item
from qisong.ledger.terms import SheetKind, StrangerFate
from qisong.org.models import Account, Unit, new_id
from qisong.roster.models import Member

if TYPE_CHECKING:
    from qisong.org.scope import Scope


class PaperSheetQuerySet(models.QuerySet["PaperSheet"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.names))

    def lengths(self, sheets: Iterable[PaperSheet]) -> dict[int, int]:
        """Sheet → how many names stand on it."""
        lines = SheetLine.objects.filter(sheet__in=sheets).order_by()
        return dict(lines.values_list("sheet").annotate(names=Count("pk")))


class PaperSheet(models.Model):
    """A numbered list of names, printed to be filled in by hand. ``batch`` holds together what was printed at once.

    ``on``, ``place`` and ``subject`` are those planned, if any; what is typed back says what happened.
    """

    batch = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in SheetKind])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    printed_on = models.DateField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField(null=True)
    place = models.CharField(max_length=100, blank=True, default="")
    subject = models.CharField(max_length=200, blank=True, default="")
    items = models.ManyToManyField(Item, related_name="+")
    members = models.ManyToManyField(Member, through="SheetLine", related_name="+")

    objects: ClassVar[models.Manager[PaperSheet]] = models.Manager.from_queryset(PaperSheetQuerySet)()

    class Meta:
        ordering = ["-pk"]

    @property
    def number(self) -> str:
        """What stands on the paper: six figures or more, the last of them a check on the others."""
        return f"{self.pk:05d}{check_figure(self.pk)}"


class SheetLine(models.Model):
    sheet = models.ForeignKey(PaperSheet, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()  # from 1, as printed
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["sheet", "position"]
        constraints = [models.UniqueConstraint(fields=["sheet", "position"], name="ledger_sheet_position")]


class SheetReturn(models.Model):
    """What one typing of a sheet came to: an act, or none of a survey. A list may come back in several goes."""

    sheet = models.ForeignKey(PaperSheet, on_delete=models.PROTECT, related_name="returns")
    go = models.PositiveIntegerField()
    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, null=True, related_name="typed_from")

    class Meta:
        ordering = ["sheet", "go"]
        constraints = [models.UniqueConstraint(fields=["sheet", "go"], name="ledger_sheet_go")]


class StrangerQuerySet(models.QuerySet["Stranger"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.names, "sheet__unit"))

    def waiting(self) -> Self:
        return self.filter(fate="")


class Stranger(models.Model):
    """A name written on a sheet by somebody who was not listed; sealed, and erased once it is known who that was."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sheet = models.ForeignKey(PaperSheet, on_delete=models.PROTECT, related_name="strangers")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    fate = models.CharField(max_length=10, choices=[(f.value, f.value) for f in StrangerFate], blank=True, default="")

    objects: ClassVar[models.Manager[Stranger]] = models.Manager.from_queryset(StrangerQuerySet)()


def check_figure(serial: int) -> int:
    """The Luhn figure: it tells of any one wrong figure and of nearly all pairs that changed places."""
    figures = [int(figure) for figure in reversed(str(serial))]
    doubled = [sum(divmod(2 * figure, 10)) for figure in figures[::2]]
    return -(sum(doubled) + sum(figures[1::2])) % 10
