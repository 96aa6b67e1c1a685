"""Acts, and everything that came out of them. These rows are only ever added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Count, Q

from qisong.ledger.models.programme import Item, Programme, Round, Title, exactly_one
from qisong.ledger.terms import LESSON, AnswerKind, Direction, Source, Task, Verdict
from qisong.org.models import Account, Person, Unit, new_id
from qisong.org.terms import Right
from qisong.roster.models import Member

if TYPE_CHECKING:
    from qisong.org.scope import Scope

M = TypeVar("M", bound=models.Model)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def within(self, scope: Scope) -> Self:
        """What the scope's own account handed in, or what was meant for units in which it records."""
        own = Q(account=scope.account) if scope.account else Q()
        return self.filter(scope.among(scope.units(Right.RECORD)) | own)

    def quarantined(self) -> Self:
        """What was kept apart and has not expired yet."""
        return self.filter(verdict__in=[Verdict.CONFLICT, Verdict.REJECTED]).exclude(body="")


class Submission(models.Model):
    """What a door handed in, once: the same id and content get the first answer again, other content is kept apart.

    ``act`` answers a stored one. ``body``, sealed, holds the document and the problems of one in quarantine.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_id = models.CharField(max_length=64, db_index=True)
    sha256 = models.CharField(max_length=64)
    door = models.CharField(max_length=20)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(max_length=20, choices=[(v.value, v.value) for v in Verdict])
    act = models.ForeignKey("Activity", on_delete=models.PROTECT, null=True, related_name="+")
    body = models.TextField(blank=True, default="")
    expires_on = models.DateField(null=True)

    objects: ClassVar[models.Manager[Submission]] = models.Manager.from_queryset(SubmissionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client_id"], condition=Q(verdict="stored"), name="ledger_stored_once")
        ]


class ActRowQuerySet(models.QuerySet[M]):
    """Rows of an act. Nothing in the ledger is edited or deleted; what was wrong is reversed."""

    def live(self) -> Self:
        """Rows whose act stands."""
        return self.filter(activity__reversal__isnull=True)


class LiveQuerySet(ActRowQuerySet[M]):
    def live(self) -> Self:
        """Rows that no reversal has cancelled, neither of the row nor of its act."""
        return super().live().filter(reversal__isnull=True)


def concerns(scope: Scope, units: frozenset[int]) -> Q:
    """Acts that one of the units recorded or was served by."""
    if units == scope.county:
        return scope.among(units)
    return Q(unit__in=units) | Q(pk__in=ActivityUnit.objects.filter(unit__in=units).values("activity"))


def may_know_people(scope: Scope) -> Q:
    return concerns(scope, scope.names) | (Q(recorded_by=scope.account) if scope.account else Q())


class ActivityQuerySet(models.QuerySet["Activity"]):
    def within(self, scope: Scope) -> Self:
        """Acts whose people the scope may know, and lessons in units where it gives them."""
        lessons = Part.objects.filter(kind=LESSON).values("activity")
        return self.filter(may_know_people(scope) | (concerns(scope, scope.lesson_units) & Q(pk__in=lessons)))

    def with_people(self, scope: Scope) -> Self:
        """Acts whose people the scope may know: of its units, or recorded by its account."""
        return self.filter(may_know_people(scope))

    def live(self) -> Self:
        return self.filter(reversal__isnull=True)


class Activity(models.Model):
    """Something that happened on a day. ``unit`` recorded it; ``units`` are those it served."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    on = models.DateField(db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="recorded_acts")
    place = models.CharField(max_length=100, blank=True, default="")
    subject = models.CharField(max_length=200, blank=True, default="")
    minutes = models.JSONField(default=dict)  # agenda, decisions, starts, ends: what the printed record shows
    units = models.ManyToManyField(Unit, through="ActivityUnit", related_name="acts")
    programmes = models.ManyToManyField(Programme, related_name="acts")
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Activity]] = models.Manager.from_queryset(ActivityQuerySet)()

    class Meta:
        ordering = ["-on", "-id"]


class ActivityUnit(models.Model):
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="served")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")


class Part(models.Model):
    """A visit, a meeting of a kind, a lesson, an oath …"""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=60)
    meeting = models.CharField(max_length=60, blank=True, default="")
    subject = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[models.Manager[Part]] = models.Manager.from_queryset(ActRowQuerySet["Part"])()

    class Meta:
        indexes = [models.Index(fields=["kind", "meeting", "activity"])]


class Participant(models.Model):
    """A person in a capacity other than being present: who led, chaired, took the record."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="participants")
    task = models.CharField(max_length=10, choices=[(t.value, t.value) for t in Task])
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60, blank=True, default="")  # of somebody whom no roster knows


class Guests(models.Model):
    """Non-members who were there: in person-times, never in coverage."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="guests")
    whence = models.CharField(max_length=120, blank=True, default="")
    count = models.PositiveIntegerField()

    objects: ClassVar[models.Manager[Guests]] = models.Manager.from_queryset(ActRowQuerySet["Guests"])()


class Absence(models.Model):
    """Somebody expected who asked leave; never a mark against anyone."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="absences")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="absences")
    reason = models.CharField(max_length=60, blank=True, default="")

    objects: ClassVar[models.Manager[Absence]] = models.Manager.from_queryset(ActRowQuerySet["Absence"])()


class ReceiptQuerySet(LiveQuerySet["Receipt"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(activity__in=Activity.objects.with_people(scope))

    def present_at(self, acts: Iterable[Activity]) -> dict[UUID, int]:
        """Act → how many were present there, reversed rows left out."""
        rows = self.filter(activity__in=acts, item=None, reversal=None).order_by()
        return dict(rows.values("activity").annotate(people=Count("member")).values_list("activity", "people"))


class Receipt(models.Model):
    """A member or a unit received copies of an item, or, when no item is named, a member was present.

    ``follows`` is the presence from which a receipt arose (a lesson heard); it falls when that presence is reversed.
    Only what is asked for is indexed: every index is paid for by each row that is recorded.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="receipts")
    on = models.DateField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="receipts", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="receipts", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, null=True, related_name="receipts", db_index=False)
    title = models.ForeignKey(Title, on_delete=models.PROTECT, null=True, related_name="receipts", db_index=False)
    copies = models.PositiveIntegerField(default=1)
    channel = models.CharField(max_length=60)
    giver_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    giver_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Source], blank=True, default="")
    # Whose custody the copies left.
    holder = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="following", db_index=False)

    objects: ClassVar[models.Manager[Receipt]] = models.Manager.from_queryset(ReceiptQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["item", "member", "on", "copies", "activity"], name="ledger_receipt_fold"),
            models.Index(fields=["member", "item"], name="ledger_receipt_member"),
            models.Index(fields=["unit", "item"], condition=Q(unit__isnull=False), name="ledger_receipt_unit"),
            models.Index(fields=["holder", "item"], condition=Q(holder__isnull=False), name="ledger_receipt_holder"),
        ]
        constraints = [
            exactly_one("ledger_receipt_of_one", "member", "unit"),
        ]


class CustodyQuerySet(LiveQuerySet["Custody"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.visible))


class Custody(models.Model):
    """A unit took (or gave back) copies meant for its members. It moves stock and closes no gap."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="custody")
    on = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="custody")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="custody")
    title = models.ForeignKey(Title, on_delete=models.PROTECT, null=True, related_name="custody")
    copies = models.PositiveIntegerField()
    direction = models.CharField(max_length=10, choices=[(d.value, d.value) for d in Direction])
    giver_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    giver_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[Custody]] = models.Manager.from_queryset(CustodyQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["item", "unit", "on"])]


class AnswerQuerySet(models.QuerySet["Answer"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(member__in=Member.objects.within(scope))

    def live(self) -> Self:
        """Answers given outside any act, or in one that stands."""
        return self.filter(Q(activity__isnull=True) | Q(activity__reversal__isnull=True))


class Answer(models.Model):
    """What a person said about an item in a round. On a date the latest live one by (``on``, ``id``) holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in AnswerKind])
    on = models.DateField()
    until = models.DateField(null=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, related_name="answers")
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[Answer]] = models.Manager.from_queryset(AnswerQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["item", "round", "member", "on", "id"])]


class Reversal(models.Model):
    """A receipt, a custody row or a whole act is cancelled, at every date, with a reason; at most once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, null=True, related_name="reversal")
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, null=True, related_name="reversal")
    custody = models.OneToOneField(Custody, on_delete=models.PROTECT, null=True, related_name="reversal")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            exactly_one("ledger_reversal_of_one", "activity", "receipt", "custody"),
        ]
