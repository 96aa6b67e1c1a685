"""Members, where they belong, what their life asks for, and what is kept sealed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from qisong.org.intervals import Dated, DatedQuerySet, M, holds_on
from qisong.org.models import Account, Person, Unit, new_id
from qisong.roster.terms import BatchState, Bond, Category, Fate, Outcome, Secret, Sex, Standing

if TYPE_CHECKING:
    from uuid import UUID

    from qisong.org.scope import Scope


class MemberQuerySet(models.QuerySet["Member"]):
    def within(self, scope: Scope) -> Self:
        """Members whom the scope may know by name: those belonging, formally or attached, to its units that day."""
        return self.tied(scope.among(scope.names), scope.on)

    def belonging(self, units: frozenset[int] | list[int], day: date, *bonds: str) -> Self:
        """Members affiliated to one of ``units`` on ``day`` (any bond unless named)."""
        return self.tied(Q(unit__in=units), day, *bonds)

    def tied(self, to: Q, day: date, *bonds: str) -> Self:
        ties = Affiliation.objects.filter(holds_on(day), to, member=OuterRef("pk"))
        if bonds:
            ties = ties.filter(bond__in=bonds)
        return self.filter(Exists(ties))


class Member(models.Model):
    """A person on the roster. Dates may lack their day or month: ``1958``, ``1958-03``, ``1958-03-05``."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="member")
    sex = models.CharField(max_length=6, choices=[(s.value, s.value) for s in Sex], blank=True, default="")
    born = models.CharField(max_length=10, blank=True, default="", db_index=True)
    category = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Category])
    joined = models.CharField(max_length=10, blank=True, default="")
    became_full = models.CharField(max_length=10, blank=True, default="")
    job = models.CharField(max_length=120, blank=True, default="")
    ethnicity = models.CharField(max_length=30, blank=True, default="")
    education = models.CharField(max_length=60, blank=True, default="")
    address = models.CharField(max_length=200, blank=True, default="")
    died_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # rises with each edit; a stale form is told so

    objects: ClassVar[models.Manager[Member]] = models.Manager.from_queryset(MemberQuerySet)()

    def __str__(self) -> str:
        return self.person.name


class AffiliationQuerySet(DatedQuerySet["Affiliation"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.names))

    def formal(self, day: date) -> Self:
        return self.filter(holds_on(day), bond=Bond.FORMAL)

    def reaching(self, unit: Unit, day: date) -> Self:
        """Those to ``unit`` that hold on some day from ``day`` on."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), unit=unit)


class Affiliation(Dated):
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="affiliations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="affiliations")
    bond = models.CharField(max_length=10, choices=[(b.value, b.value) for b in Bond], default=Bond.FORMAL)
    left_by = models.CharField(max_length=12, blank=True, default="")

    objects: ClassVar[models.Manager[Affiliation]] = models.Manager.from_queryset(AffiliationQuerySet)()

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["unit", "bond", "valid_from", "valid_to", "member"])]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["member"], condition=Q(valid_to__isnull=True, bond="formal"), name="roster_one_open_formal"
            ),
        ]


class LifeQuerySet(DatedQuerySet[M]):
    """Rows of a member's life."""

    def within(self, scope: Scope) -> Self:
        return self.filter(member__in=Member.objects.within(scope))


class Circumstance(Dated):
    """What a member's life asks for between two dates: homebound, away, frail, out of contact, suspended.

    ``detail`` holds a practical word such as where to; never an illness. ``since`` is its beginning as the roster
    tells it, which may lack the day or month, or be unknown; ``valid_from`` is the day from which it counts.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="circumstances")
    kind = models.CharField(max_length=60)
    since = models.CharField(max_length=10, blank=True, default="")
    detail = models.CharField(max_length=120, blank=True, default="")

    objects: ClassVar[models.Manager[Circumstance]] = models.Manager.from_queryset(LifeQuerySet["Circumstance"])()

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["kind", "member"])]


class Need(Dated):
    """What a member needs to be reached, a term of the preset; never why. It may have its end from the beginning."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=60)

    objects: ClassVar[models.Manager[Need]] = models.Manager.from_queryset(LifeQuerySet["Need"])()


class Wish(Dated):
    """How a member wishes to be reached and what they would like to learn. One holds at a time."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="wishes")
    ways = models.JSONField(default=list)
    topics = models.CharField(max_length=120, blank=True, default="")

    objects: ClassVar[models.Manager[Wish]] = models.Manager.from_queryset(LifeQuerySet["Wish"])()


class ContactPerson(Dated):
    """Who may be rung for a member: another member (``helper``), or somebody by name. The number is sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="contact_people")
    helper = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="helps")
    name = models.CharField(max_length=60, blank=True, default="")
    relation = models.CharField(max_length=30, blank=True, default="")
    sealed = models.TextField(blank=True, default="")
    mask = models.CharField(max_length=30, blank=True, default="")

    objects: ClassVar[models.Manager[ContactPerson]] = models.Manager.from_queryset(LifeQuerySet["ContactPerson"])()

    @property
    def called(self) -> str:
        return self.helper.person.name if self.helper else self.name


class HouseholdQuerySet(LifeQuerySet["Household"]):
    def standing(self, day: date) -> Self:
        """Those that hold on ``day``, with both people on the roster; otherwise each stands alone."""
        here = Affiliation.objects.formal(day)
        both = (Exists(here.filter(member=OuterRef(column))) for column in ("member", "head"))
        return self.filter(holds_on(day), *both)

    def about(self, members: Iterable[UUID | str], since: date) -> Self:
        """Those that hold on some day from ``since`` on and in which one of ``members`` is, as the head or not."""
        wanted = [*members]
        reaching = Q(valid_to=None) | (Q(valid_to__gt=since) & Q(valid_to__gt=F("valid_from")))
        return self.filter(reaching, Q(member__in=wanted) | Q(head__in=wanted))


class Household(Dated):
    """``member`` lives in the household of ``head``. The head has no row; whoever has none is one alone."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="households")
    head = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="headed")

    objects: ClassVar[models.Manager[Household]] = models.Manager.from_queryset(HouseholdQuerySet)()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["member"], condition=Q(valid_to__isnull=True), name="roster_one_open_household"
            ),
            models.CheckConstraint(condition=~Q(member=F("head")), name="roster_household_of_two"),
        ]


class SurveyReply(models.Model):
    """A member was asked on a day, by whatever way, and answered."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="survey_replies")
    on = models.DateField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["member", "on"])]


class SealedIdentity(models.Model):
    """An encrypted value of a member; opened only by a verb with a reason. ``index`` finds an equal value."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sealed")
    kind = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Secret])
    sealed = models.TextField()
    index = models.CharField(max_length=64, db_index=True)
    mask = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="roster_sealed_once")]


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.import_units))


class ImportBatch(models.Model):
    """One review of one or several files: compared, looked through, applied, perhaps reverted.

    ``on`` is the day from which new and moved members belong; ``compared_seq`` the journal as it stood then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in BatchState])
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    compared_seq = models.BigIntegerField(default=0)
    applied_at = models.DateTimeField(null=True)
    applied_seq = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    files = models.JSONField(default=list)  # [{"name": …, "sha256": …}] of sealed uploads in the file store
    progress = models.PositiveIntegerField(default=0)  # per cent, while comparing
    report = models.TextField(blank=True, default="")  # sealed JSON: problems, refusals
    expires_on = models.DateField()

    objects: ClassVar[models.Manager[ImportBatch]] = models.Manager.from_queryset(ImportBatchQuerySet)()


class ImportLine(models.Model):
    """One row of the review. ``before`` and ``after`` are sealed and expire with the batch."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=200, blank=True, default="")
    sheet = models.CharField(max_length=100, blank=True, default="")
    row = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Outcome])
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    fields = models.JSONField(default=list)  # names of the columns that differ
    before = models.TextField(blank=True, default="")
    after = models.TextField(blank=True, default="")
    has_error = models.BooleanField(default=False)
    decision = models.CharField(max_length=60, blank=True, default="")  # of a doubtful or missing row
    applied = models.BooleanField(default=False)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="roster_line_number")]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def within(self, scope: Scope) -> Self:
        """Those that one of the scope's units has to answer or has made."""
        return self.filter(scope.among(scope.names, "asked") | scope.among(scope.names, "asking"))

    def live(self) -> Self:
        """Of members who still formally belong where they did; otherwise nobody there can answer for them."""
        home = Affiliation.objects.filter(member=OuterRef("member"), bond=Bond.FORMAL, valid_to=None)
        return self.filter(Exists(home.filter(unit=OuterRef("home"))), member__died_on=None)

    def waiting_for(self, unit: int) -> Self:
        return self.live().filter(asked=unit, standing=Standing.WAITING)

    def declined_to(self, unit: int) -> Self:
        return self.live().filter(asking=unit, standing=Standing.DECLINED)


class Proposal(models.Model):
    """``member`` of ``home`` is said to live where ``unit`` is. One of the two units asks, the other answers.

    Until ``asked`` agrees the member is on no sheet of ``unit``; then an attached affiliation says so.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="proposals")
    home = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asking = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Standing], default=Standing.WAITING)
    proposed_on = models.DateField()

    objects: ClassVar[models.Manager[Proposal]] = models.Manager.from_queryset(ProposalQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "unit"], condition=Q(standing=Standing.WAITING), name="roster_one_waiting"
            )
        ]


class LetterQuerySet(models.QuerySet["Letter"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.names))


class Letter(models.Model):
    """Takes ``member`` to another county: from ``on`` they belong to ``unit`` no more. Its id is the same everywhere.

    ``sealed`` is what the letter says, kept until it is answered, so that a lost file can be written again. The other
    county answers with one of two codes that only the letter tells; here their digests are kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="letters")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_code = models.CharField(max_length=40)
    to_name = models.CharField(max_length=100)
    on = models.DateField()
    until = models.DateField()  # the last day on which it is taken in
    sent_on = models.DateField()
    sent_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    fate = models.CharField(max_length=10, choices=[(f.value, f.value) for f in Fate], default=Fate.UNDER_WAY)
    answered_on = models.DateField(null=True)
    sealed = models.TextField()
    taken_digest = models.CharField(max_length=64)
    declined_digest = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[Letter]] = models.Manager.from_queryset(LetterQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(fate=Fate.UNDER_WAY), name="roster_one_letter_under_way"
            )
        ]


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.names))


class Arrival(models.Model):
    """The one answer to a letter from another county: ``member`` is of ``unit`` since ``on``, or it was declined there.

    ``code`` is what the other county is told; ``digest`` tells the letter from another with the same id.
    """

    letter = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="arrivals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    from_code = models.CharField(max_length=40)
    from_name = models.CharField(max_length=100)
    on = models.DateField()
    fate = models.CharField(max_length=10, choices=[(f.value, f.value) for f in (Fate.TAKEN, Fate.DECLINED)])
    code = models.CharField(max_length=20)
    answered_on = models.DateField()
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[Arrival]] = models.Manager.from_queryset(ArrivalQuerySet)()
