"""What the roster holds of many members at once, laid out for comparison."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from qisong.roster.models import Affiliation, Circumstance, Member, SealedIdentity
from qisong.roster.terms import AWAY, OUT_OF_CONTACT, SUSPENDED, Secret

FIELDS = ("sex", "born", "category", "joined", "became_full", "job", "ethnicity", "education", "address")
STATES = (SUSPENDED, OUT_OF_CONTACT, AWAY)
# Databases bound the number of parameters of one statement.
CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HeldState:
    """An open circumstance."""

    id: int
    since: str
    detail: str
    valid_from: date


@dataclass(slots=True)
class Held:
    """A member as held. ``unit`` is that of the formal affiliation that day, whose id is ``tie``; ``None`` for
    somebody who left. ``values`` are by field, with ``name``; ``secrets`` by kind as (index, mask).
    """

    id: UUID
    version: int
    died: bool
    values: dict[str, str]
    unit: int | None = None
    tie: int | None = None
    secrets: dict[str, tuple[str, str]] = field(default_factory=dict)
    states: dict[str, HeldState] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.values["name"]

    def index(self, kind: Secret) -> str:
        return self.secrets[kind][0] if kind in self.secrets else ""

    def mask(self, kind: Secret) -> str:
        return self.secrets[kind][1] if kind in self.secrets else ""


def held_in(units: Sequence[int], on: date) -> dict[UUID, Held]:
    """Everybody who formally belongs to one of ``units`` that day."""
    ties = Affiliation.objects.formal(on).filter(unit__in=units)
    return held(ties.values("member"), ties)


def held_by_id(ids: Iterable[UUID], on: date) -> dict[UUID, Held]:
    """These members, wherever they belong or belonged."""
    found: dict[UUID, Held] = {}
    for chunk in chunks(ids):
        found |= held(chunk, Affiliation.objects.formal(on).filter(member__in=chunk))
    return found


def held(ids: Sequence[UUID] | QuerySet[Any, Any], ties: QuerySet[Affiliation]) -> dict[UUID, Held]:
    """``ties`` are the formal affiliations that count of the members ``ids``."""
    members = Member.objects.filter(pk__in=ids).values_list("pk", "version", "died_on", "person__name", *FIELDS)
    names = ("name", *FIELDS)
    found = {
        pk: Held(pk, version, died is not None, dict(zip(names, values, strict=True)))
        for pk, version, died, *values in members
    }
    for pk, member, unit in ties.values_list("pk", "member", "unit"):
        found[member].unit, found[member].tie = unit, pk
    sealed = SealedIdentity.objects.filter(member__in=ids)
    for member, kind, index, mask in sealed.values_list("member", "kind", "index", "mask"):
        found[member].secrets[kind] = (index, mask)
    states = Circumstance.objects.filter(member__in=ids, valid_to=None, kind__in=STATES)
    for state in states.only("member", "kind", "since", "detail", "valid_from"):
        found[state.member_id].states[state.kind] = HeldState(state.pk, state.since, state.detail, state.valid_from)
    return found


def holders(indexes: Iterable[str]) -> dict[str, UUID]:
    """Who holds the identity numbers with these blind indexes."""
    found: dict[str, UUID] = {}
    for chunk in chunks(indexes):
        rows = SealedIdentity.objects.filter(kind=Secret.IDENTITY, index__in=chunk)
        found |= dict(rows.values_list("index", "member"))
    return found


def chunks(many: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    rest = iter(many)
    while part := list(islice(rest, size)):
        yield part
