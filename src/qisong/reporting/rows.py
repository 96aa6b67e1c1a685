"""The rows that figures count: live ones only, of a programme, of units and of a period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from qisong.ledger.catalogue import Catalogue
from qisong.ledger.models import Activity, ActivityUnit, Custody, Part, Programme, Receipt
from qisong.ledger.terms import LESSON, MEETING, OATH, STUDY, Direction, Source
from qisong.org.intervals import holds_on
from qisong.org.models import ContactPoint, Pairing, Post, Unit, UnitState

COMMITTEE, ORGANISATION, VILLAGE, COMMUNITY = "committee", "organisation", "village", "community"
STANDING_COMMITTEE = "standing-committee"


@dataclass(frozen=True)
class Field:
    """What is asked about: a programme and all beneath it, some units (None: all), a period with both its ends.

    ``first`` None: from the beginning. Structure (units, pairings, posts) is that of ``last``.
    """

    programme: Programme
    last: date
    first: date | None = None
    units: frozenset[int] | None = None

    @cached_property
    def programmes(self) -> set[int]:
        return Catalogue.load().beneath([self.programme])

    def within(self, column: str = "on") -> Q:
        period = Q(**{f"{column}__lte": self.last})
        return period & Q(**{f"{column}__gte": self.first}) if self.first else period

    def of_units(self, column: str) -> Q:
        return Q() if self.units is None else Q(**{f"{column}__in": self.units})


Rows = QuerySet[Any]
Query = Callable[[Field], Sequence[Rows]]


def bearing(trait: str) -> QuerySet[Any]:
    """The units that have, or had at any time, a trait. Which they are is decided here: SQLite looks into no JSON."""
    states = UnitState.objects.values_list("unit_id", "traits")
    return Unit.objects.filter(pk__in={unit for unit, traits in states if trait in traits})


def acts(field: Field, **part: str) -> QuerySet[Activity]:
    """Live acts of the programme with such a part, that served one of the units."""
    found = Activity.objects.live().filter(field.within(), programmes__in=field.programmes)
    found = found.filter(Exists(Part.objects.filter(activity=OuterRef("pk"), **part)))
    if field.units is not None:
        found = found.filter(Exists(ActivityUnit.objects.filter(activity=OuterRef("pk"), unit__in=field.units)))
    return found.order_by("on", "id").distinct()


def lessons(field: Field) -> Sequence[Rows]:
    return [acts(field, kind=LESSON)]


def study_sessions(field: Field) -> Sequence[Rows]:
    return [acts(field, kind=MEETING, meeting=STUDY)]


def presences(field: Field, **part: str) -> QuerySet[Receipt]:
    """Members' presences at such acts; guests are counted elsewhere."""
    there = acts(field, **part).order_by().values("pk")
    return Receipt.objects.live().filter(item=None, member__isnull=False, activity__in=there).order_by("on", "id")


def attendances(field: Field) -> Sequence[Rows]:
    return [presences(field, kind=MEETING, meeting=STUDY)]


def trainees(field: Field) -> Sequence[Rows]:
    return [presences(field, kind="training")]


def is_contact_here() -> Exists:
    """Whether whoever was present looks after a unit that the act served, that day."""
    served = ActivityUnit.objects.filter(activity=OuterRef(OuterRef("activity"))).values("unit")
    points = ContactPoint.objects.filter(leader=OuterRef("member"), unit__in=served, valid_from__lte=OuterRef("on"))
    return Exists(points.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("on"))))


def oath_leaders(field: Field) -> Sequence[Rows]:
    return [presences(field, kind=OATH).filter(is_contact_here())]


def oath_members(field: Field) -> Sequence[Rows]:
    """Whoever else was present; a leader stays one, whatever other oath he or she was present at."""
    oaths = presences(field, kind=OATH)
    leaders = oaths.filter(is_contact_here()).order_by().values("member")
    return [oaths.exclude(member__in=leaders)]


def custody_from_committees(item: str) -> Query:
    """Copies that organisations took from committees."""

    def rows(field: Field) -> Sequence[Rows]:
        taken = Custody.objects.live().filter(field.within(), field.of_units("unit"), direction=Direction.TAKEN)
        taken = taken.filter(item__code=item, item__programme__in=field.programmes)
        found = taken.filter(giver_unit__in=bearing(COMMITTEE), unit__in=bearing(ORGANISATION))
        return [found.order_by("on", "id")]

    return rows


def received(field: Field, item: str, **conditions: Any) -> QuerySet[Receipt]:
    found = Receipt.objects.live().filter(field.within(), item__code=item, item__programme__in=field.programmes)
    return found.filter(**conditions).order_by("on", "id")


def of_served(field: Field, rows: QuerySet[Receipt]) -> QuerySet[Receipt]:
    if field.units is None:
        return rows
    return rows.filter(Exists(ActivityUnit.objects.filter(activity=OuterRef("activity"), unit__in=field.units)))


def to_units(item: str) -> Query:
    def rows(field: Field) -> Sequence[Rows]:
        return [received(field, item, unit__isnull=False).filter(field.of_units("unit"))]

    return rows


def to_people(item: str) -> Query:
    def rows(field: Field) -> Sequence[Rows]:
        return [of_served(field, received(field, item, member__isnull=False))]

    return rows


def books_by_standing_committee(field: Field) -> Sequence[Rows]:
    """Copies whose giver held such a post that day; those a branch hands on from its custody are not counted twice."""
    posts = Post.objects.filter(person=OuterRef("giver_person"), role=STANDING_COMMITTEE)
    held = posts.filter(valid_from__lte=OuterRef("on")).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("on"))
    )
    taken = Custody.objects.live().filter(field.within(), field.of_units("unit"), direction=Direction.TAKEN)
    taken = taken.filter(Exists(held), item__code="books", item__programme__in=field.programmes).order_by("on", "id")
    given = received(field, "books").exclude(source=Source.CUSTODY).filter(Exists(held))
    return [taken, of_served(field, given)]


def standing(trait: str) -> Query:
    def rows(field: Field) -> Sequence[Rows]:
        here = UnitState.objects.filter(holds_on(field.last), field.of_units("unit"))
        found = {unit for unit, traits in here.values_list("unit_id", "traits") if trait in traits}
        return [Unit.objects.filter(pk__in=found)]

    return rows


def pairings(field: Field) -> Sequence[Rows]:
    concerned = field.of_units("unit") | field.of_units("partner")
    return [Pairing.objects.filter(holds_on(field.last), concerned).order_by("valid_from", "id")]


def paired(trait: str) -> Query:
    """Pairings whose place has a trait."""

    def rows(field: Field) -> Sequence[Rows]:
        return [found.filter(unit__in=bearing(trait)) for found in pairings(field)]

    return rows


def contact_points(field: Field) -> Sequence[Rows]:
    return [ContactPoint.objects.filter(holds_on(field.last), field.of_units("unit")).order_by("valid_from", "id")]


def number(rows: Rows) -> int:
    return rows.order_by().count()


def copies(rows: Rows) -> int:
    found: int | None = rows.order_by().aggregate(n=Sum("copies"))["n"]
    return found or 0


def distinct(column: str) -> Callable[[Rows], int]:
    def tally(rows: Rows) -> int:
        return int(rows.order_by().aggregate(n=Count(F(column), distinct=True))["n"])

    return tally
