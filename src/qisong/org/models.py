"""Persons, accounts, posts, the dated unit tree, the journal, and the county's own words."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from uuid_utils.compat import uuid7

from qisong.org.intervals import Dated, DatedQuerySet, M, holds_on
from qisong.org.terms import Right, TermCategory, Verb
from qisong.words.digits import compact

if TYPE_CHECKING:
    from qisong.org.scope import Scope


def new_id() -> uuid.UUID:
    """A globally unique id whose order is that of creation, so that new rows stay together on disk."""
    return uuid7()


class Site(models.Model):
    """The one county that this installation serves; ``keep`` maps an optional personal column to its purpose."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=100)
    code = models.CharField(max_length=40)
    preset = models.CharField(max_length=60)
    keep = models.JSONField(default=dict)
    platform_template = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_on = models.DateField(null=True)  # since then the site is read, and nothing is recorded any more

    @classmethod
    def current(cls) -> Site:
        return cls.objects.get(pk=1)

    def keeps(self, column: str) -> bool:
        return column in self.keep


class Clock(models.Model):
    """The last number of the journal. ``store_epoch`` changes when the data is restored from elsewhere."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    store_epoch = models.UUIDField(default=uuid.uuid4)

    class Meta:
        db_table = "org_clock"


class Term(models.Model):
    """A word of the county's preset: a unit kind, role, channel, circumstance … with its labels and settings."""

    category = models.CharField(max_length=20, choices=[(c.value, c.value) for c in TermCategory])
    code = models.CharField(max_length=60)
    zh = models.CharField(max_length=200)
    en = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["category", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["category", "code"], name="org_term_code")]

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


class Person(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60, db_index=True)

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        """As people type it: capitals, full-width characters and spaces make no difference."""
        return self.get(username=compact(username).lower())


class Account(AbstractBaseUser):
    """A login of a person. A first password is handed over on paper, expires, and must be changed at once."""

    username = models.CharField(max_length=60, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    is_active = models.BooleanField(default=True)
    first_password_until = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    last_seen_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.username


class UnitQuerySet(models.QuerySet["Unit"]):
    def within(self, scope: Scope) -> Self:
        """The units a scope may look at."""
        return self.filter(scope.among(scope.visible, "pk"))


class Unit(models.Model):
    """An organisation with a lasting id. Name, kind, traits and parent are dated (``UnitState``, ``UnitEdge``);
    the columns here repeat the latest state for lists and labels and are rewritten by every replay."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=60)
    traits = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Unit]] = models.Manager.from_queryset(UnitQuerySet)()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class UnitEvent(models.Model):
    """What happened to a unit on a day. States and edges are derived by replaying events by (date, number)."""

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Verb])
    on = models.DateField()
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    counterpart = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True, default="")
    kind = models.CharField(max_length=60, blank=True, default="")
    traits = models.JSONField(null=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "id"]


class UnitState(Dated):
    """Derived: what a unit was called and what it was, between two dates. No row: the unit was closed."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="states")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=60)
    traits = models.JSONField(default=list)

    objects: ClassVar[models.Manager[UnitState]] = models.Manager.from_queryset(DatedQuerySet["UnitState"])()


class UnitEdge(Dated):
    """Derived: under whom a unit stood between two dates; the root has no edge."""

    child = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="edges")
    parent = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="child_edges")

    objects: ClassVar[models.Manager[UnitEdge]] = models.Manager.from_queryset(DatedQuerySet["UnitEdge"])()


class PostQuerySet(DatedQuerySet["Post"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.visible))

    def standing(self, day: date, *roles: str) -> Self:
        """Posts of these roles that hold on ``day``."""
        return self.filter(holds_on(day), role__in=roles)


class Post(Dated):
    """Person × unit × role × dates: the only source of rights."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=60)

    objects: ClassVar[models.Manager[Post]] = models.Manager.from_queryset(PostQuerySet)()

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["role", "unit"])]


class PlaceQuerySet(DatedQuerySet[M]):
    def within(self, scope: Scope) -> Self:
        return self.filter(scope.among(scope.visible))


class ContactPoint(Dated):
    """A leader looks after a unit; visiting it is the leader's errand."""

    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_points")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="contact_points")

    objects: ClassVar[models.Manager[ContactPoint]] = models.Manager.from_queryset(PlaceQuerySet["ContactPoint"])()


class Pairing(Dated):
    """A partner unit gives lessons at another unit (``unit``), such as a bureau in a village."""

    partner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="pairings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="paired_by")

    objects: ClassVar[models.Manager[Pairing]] = models.Manager.from_queryset(PlaceQuerySet["Pairing"])()


class JournalQuerySet(models.QuerySet["Journal"]):
    def within(self, scope: Scope) -> Self:
        """The verbs done in the scope's units or by its account; whoever reads the whole county's reads all."""
        if scope.reads_whole_journal:
            return self.all()
        return self.filter(models.Q(unit__in=scope.journal_units) | models.Q(actor=scope.account))


class Journal(models.Model):
    """Change feed and audit chain in one: a row per verb, numbered without gaps, never a personal value.

    ``touched`` maps a kind of thing to the ids it concerned (``{"member": [...], "act": [...]}``); a structural
    or very large change says ``{"county": true}`` and readers reload everything.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60, db_index=True)
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    touched = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True, default="")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[Journal]] = models.Manager.from_queryset(JournalQuerySet)()

    class Meta:
        ordering = ["seq"]

    def payload(self) -> dict[str, Any]:
        """What the chain seals, besides the hash of the row before it."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "actor": self.actor_id,
            "unit": self.unit_id,
            "touched": self.touched,
            "reason": self.reason,
        }


class Schedule(models.Model):
    """Work that comes round: claimed by one worker, then ticked."""

    code = models.CharField(max_length=60, primary_key=True)
    every_minutes = models.PositiveIntegerField()
    next_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def within(self, scope: Scope) -> Self:
        """Those about the scope's units; whoever answers for the whole county has those about no unit, too."""
        heard = scope.units(Right.SUGGESTIONS)
        if scope.hears_everybody:
            return self.filter(scope.among(heard) | models.Q(unit=None))
        return self.filter(scope.among(heard))

    def waiting(self) -> Self:
        return self.filter(answered_on=None)


class Suggestion(models.Model):
    """What anybody wants to say; no account, no address and no hour of the day is kept with it.

    ``text``, ``name``, ``reach``, ``about`` and ``answer`` are sealed and emptied when their time is over (``erased``).
    ``code`` is the blind index of the code with which the answer is read. ``shown_*`` stand on the public page.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    on = models.DateField()
    text = models.TextField()
    name = models.TextField(blank=True, default="")
    reach = models.TextField(blank=True, default="")
    about = models.TextField(blank=True, default="")
    code = models.CharField(max_length=64, unique=True)
    answer = models.TextField(blank=True, default="")
    passed_to = models.CharField(max_length=100, blank=True, default="")
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    erased = models.BooleanField(default=False)
    shown_question = models.TextField(blank=True, default="")
    shown_answer = models.TextField(blank=True, default="")
    shown_on = models.DateField(null=True)

    objects: ClassVar[models.Manager[Suggestion]] = models.Manager.from_queryset(SuggestionQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["answered_on", "on"])]


class Feed(models.Model):
    """The address at which a calendar asks for the due days of an account; of its token only the SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="feeds")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(revoked_at__isnull=True), name="org_feed_one_live"
            )
        ]


class DigestAddress(models.Model):
    """Where the daily digest of an account is mailed, by its holder's wish; the address is sealed."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="digest_address")
    sealed = models.TextField()
    last_sent_on = models.DateField(null=True)
