"""Cases, every step they took, and what was done in them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from qisong.casework.reach import case_units
from qisong.casework.terms import (
    ENDED,
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_TEXT,
    ActionKind,
    Kind,
    LeadKind,
    Move,
    Result,
    State,
)
from qisong.org.intervals import M
from qisong.org.models import Account, Person, Unit, new_id
from qisong.roster.models import Member

if TYPE_CHECKING:
    from enum import StrEnum

    from qisong.org.scope import Scope


def listed(members: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in members]


def seen_by(scope: Scope, units: str, prefix: str = "") -> Q:
    """The one rule of who knows of a case: whoever handles the cases of its unit, whoever is responsible for it
    and whoever is named to verify it; of a lax branch only those of them above it; of somebody's own problem only they
    and their verifier.
    """

    def told(**conditions: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    handled = case_units(scope)
    ordinary = told(kind__in=(Kind.TRACING, Kind.FINDING)) & scope.among(handled, units)
    beneath = case_units(scope, scope.confidential)
    lax = told(kind=Kind.LIFTING) & scope.among(handled & beneath, units)
    if scope.account is None:
        return ordinary | lax
    person = scope.account.person_id
    named = told(owner=person) | told(verifier=person)
    own = told(kind=Kind.PERSONAL) & named
    lax |= told(kind=Kind.LIFTING) & scope.among(beneath, units) & named
    charged = told(kind__in=(Kind.TRACING, Kind.FINDING)) & named if scope.posts else Q(pk__in=())
    return ordinary | lax | own | charged


class CaseQuerySet(models.QuerySet["Case"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(seen_by(scope, "unit"))

    def alive(self) -> Self:
        return self.exclude(state__in=ENDED)


class Case(models.Model):
    """Something to be brought to a verified end. State, deadline and owner repeat its latest step.

    ``subject``: the problem, or why a branch needs lifting; of a search it is empty, for the member says it.
    ``in_charge``: who is responsible where that is nobody whom the county knows (a ledger that came in on paper).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=listed(Kind))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="cases")
    subject = models.TextField(blank=True, default="", max_length=LONGEST_TEXT)
    state = models.CharField(max_length=10, choices=listed(State), default=State.OPEN)
    opened_on = models.DateField()
    due_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="cases")
    in_charge = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    verifier = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="cases_to_verify")
    reopened = models.PositiveIntegerField(default=0)
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[Case]] = models.Manager.from_queryset(CaseQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "kind", "state"]),
            models.Index(fields=["owner", "state"]),
            models.Index(fields=["verifier", "state"]),
            models.Index(fields=["state", "due_on"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(kind=Kind.TRACING, ended_on__isnull=True),
                name="casework_one_search_a_member",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.TRACING, member__isnull=False) | ~Q(kind=Kind.TRACING) & Q(member__isnull=True),
                name="casework_member_of_a_search",
            ),
        ]

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class StepQuerySet(models.QuerySet["Step"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(seen_by(scope, "case__unit", "case__"))

    def standing(self, day: date) -> Self:
        """The one step of each case that says how it stood at the end of ``day``; none of a case opened later."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), on__lte=day)


class Step(models.Model):
    """What was done with a case on a day, and how it stood from then until its next step (``until``, excluded).

    ``unit`` and ``kind`` repeat the case's, so that a county's cases are counted from one index. ``reason`` is what
    whoever did it said; ``by`` is None where a ledger told it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=10, choices=listed(Move))
    on = models.DateField()
    until = models.DateField(null=True)
    kind = models.CharField(max_length=10, choices=listed(Kind))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=listed(State))
    due_on = models.DateField(null=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=LONGEST_LINE, blank=True, default="")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Step]] = models.Manager.from_queryset(StepQuerySet)()

    class Meta:
        ordering = ["case", "number"]
        # Each holds all that a count, or the first page of a list, of any day asks for.
        indexes = [
            models.Index(fields=["kind", "unit", "state", "until", "on", "due_on"], name="casework_counted"),
            models.Index(fields=["kind", "due_on", "until", "on", "unit", "state"], name="casework_listed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="casework_step_number"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(until__isnull=True), name="casework_one_standing_step"
            ),
        ]


class TracingCase(models.Model):
    """Of a search: since when and why contact was lost, and how it ended. Never where somebody is.

    ``lost_since`` may lack its day or month. ``proposal`` and what was decided are recorded, and change nothing on
    the roster: ``met_on`` the meeting that decided, ``body`` who approved it and ``approved_on`` when.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="tracing")
    lost_since = models.CharField(max_length=10, blank=True, default="")
    reason = models.CharField(max_length=60, blank=True, default="")  # a term: how contact was lost
    establishment = models.CharField(
        max_length=60, blank=True, default=""
    )  # a term: what kind of body the branch is in
    spoken_on = models.DateField(null=True)
    proposal = models.CharField(max_length=60, blank=True, default="")  # a term
    proposal_until = models.DateField(null=True)
    met_on = models.DateField(null=True)
    body = models.CharField(max_length=100, blank=True, default="")
    approved_on = models.DateField(null=True)
    note = models.CharField(max_length=LONGEST_LINE, blank=True, default="")


class Finding(models.Model):
    """Of a problem: its aspect (a term), what would be right, who leads and who is responsible."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="finding")
    aspect = models.CharField(max_length=60, blank=True, default="", db_index=True)
    standard = models.TextField(blank=True, default="", max_length=LONGEST_TEXT)
    leader = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    body = models.CharField(max_length=100, blank=True, default="")  # the responsible unit, where it is not the case's
    note = models.CharField(max_length=LONGEST_LINE, blank=True, default="")
    row = models.CharField(
        max_length=64, blank=True, default="", db_index=True
    )  # of an imported ledger: what it is known by


class LiftingCase(models.Model):
    """Of a lax branch: the leader who helps, whose contact point it is."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="lifting")
    helper = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="lifts")


class PartQuerySet(models.QuerySet[M]):
    def within(self, scope: Scope) -> Self:
        return self.filter(case__in=Case.objects.within(scope))


class Lead(models.Model):
    """Through whom or what somebody may be found. What it says is sealed, and erased when the case ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="leads")
    kind = models.CharField(max_length=10, choices=listed(LeadKind))
    sealed = models.TextField(blank=True, default="")
    noted_on = models.DateField()

    objects: ClassVar[models.Manager[Lead]] = models.Manager.from_queryset(PartQuerySet["Lead"])()


class ContactAttempt(models.Model):
    """Somebody tried to speak with a member, or asked somebody about them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attempts")
    lead = models.ForeignKey(Lead, on_delete=models.SET_NULL, null=True, related_name="attempts")
    on = models.DateField()
    channel = models.CharField(max_length=60)
    result = models.CharField(max_length=10, choices=listed(Result))
    tried_by = models.CharField(max_length=LONGEST_NAME)
    note = models.CharField(max_length=LONGEST_LINE, blank=True, default="")

    objects: ClassVar[models.Manager[ContactAttempt]] = models.Manager.from_queryset(PartQuerySet["ContactAttempt"])()

    class Meta:
        indexes = [models.Index(fields=["case", "on"])]


class Action(models.Model):
    """A measure that is to be taken, or progress that was made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(max_length=10, choices=listed(ActionKind))
    on = models.DateField()
    text = models.TextField(max_length=LONGEST_TEXT)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[Action]] = models.Manager.from_queryset(PartQuerySet["Action"])()


class Evidence(models.Model):
    """A file that goes with an action, never asked for; its content is sealed in the store of uploads."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, db_index=True)

    class EvidenceQuerySet(models.QuerySet["Evidence"]):
        def within(self, scope: Scope) -> Self:
            return self.filter(action__case__in=Case.objects.within(scope))

    objects: ClassVar[models.Manager[Evidence]] = models.Manager.from_queryset(EvidenceQuerySet)()
