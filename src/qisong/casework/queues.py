"""What waits for one person: what they are responsible for, what waits for their word, whom nobody looks for yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from qisong.casework.models import Case, Step
from qisong.casework.reach import case_units
from qisong.casework.terms import ASKING, TAKEN_UP, WAITING, Kind, State
from qisong.org.models import Person
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.roster.models import Affiliation, Circumstance
from qisong.roster.terms import OUT_OF_CONTACT, Bond


def charged_to(scope: Scope) -> QuerySet[Case]:
    """What the reader is responsible for and has not ended; what is due first comes first, what has no day last."""
    if scope.account is None:
        return Case.objects.none()
    return by_deadline(Case.objects.within(scope).alive().filter(owner=scope.account.person_id))


def awaiting(scope: Scope) -> QuerySet[Case]:
    """What ``verifying.settle`` would take the reader's word for: cases that name them, and those of the units whose
    cases they handle that name nobody, where the reader is no party (``stepping.is_party``).
    """
    if scope.account is None:
        return Case.objects.none()
    person = scope.account.person
    handled = scope.among(case_units(scope)) & Q(verifier=None) & ~Q(kind=Kind.PERSONAL)
    waiting = Case.objects.within(scope).filter(Q(verifier=person) | handled, state__in=WAITING)
    others = waiting.exclude(owner=person).exclude(owner=None, in_charge=person.name).exclude(lifting__helper=person)
    return by_deadline(others.exclude(pk__in=asked_with(person)))


def asked_with(person: Person) -> QuerySet[Step, object]:
    """Cases whose end ``person`` asked for, or was responsible for then, since they were last taken up."""
    again = Step.objects.filter(case=OuterRef("case"), move__in=TAKEN_UP, number__gt=OuterRef("number"))
    # Their accounts by name: then two indexes find their steps, where a join would walk through everybody's.
    asked = Step.objects.filter(Q(by__in=list(person.accounts.all())) | Q(owner=person), move__in=ASKING)
    return asked.exclude(Exists(again)).values("case")


def found_in_oneself(scope: Scope) -> QuerySet[Case]:
    """What the reader found in themselves, ended or not."""
    if scope.account is None:
        return Case.objects.none()
    own = Case.objects.within(scope).filter(kind=Kind.PERSONAL, owner=scope.account.person_id)
    return own.exclude(state=State.WITHDRAWN).order_by("ended_on", F("due_on").asc(nulls_last=True), "pk")


def by_deadline(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.order_by(F("due_on").asc(nulls_last=True), "pk")


def told_in_full(cases: Sequence[UUID]) -> list[Case]:
    """These cases in their order, with all that a list says of them; a page's keys come first, as in ``counting``."""
    found = Case.objects.select_related("unit", "member__person", "finding").in_bulk(cases)
    return [found[case] for case in cases]


def unsearched(scope: Scope, unit: int) -> QuerySet[Affiliation]:
    """The formal ties of those who are out of contact and whom nobody looks for, in ``unit`` and beneath it.

    ``since`` is when contact was lost, as the roster tells it.
    """
    units = scope.units(Right.CASES) & frozenset(scope.tree.subtree(unit))
    if units.issuperset(scope.tree.nodes):  # to name hundreds would cost more than to find them
        return lost(scope.on)
    return lost(scope.on).filter(unit__in=units)


def lost(on: date) -> QuerySet[Affiliation]:
    out = Circumstance.objects.on(on).filter(kind=OUT_OF_CONTACT)
    theirs = out.filter(member=OuterRef("member")).order_by("pk")
    searches = Case.objects.filter(kind=Kind.TRACING, member=OuterRef("member"))
    # Searched for in vain since then, and decided: nobody has to begin again. A state that is named here tempts SQLite
    # to walk through every closed case of the county for each member.
    decided = searches.filter(ended_on__gte=OuterRef("out_since")).exclude(state=State.WITHDRAWN)
    ties = Affiliation.objects.on(on).filter(bond=Bond.FORMAL, member__in=out.values("member"))
    told = {"since": Subquery(theirs.values("since")[:1]), "out_since": Subquery(theirs.values("valid_from")[:1])}
    return ties.annotate(**told).exclude(Exists(searches.filter(ended_on=None)) | Exists(decided))
