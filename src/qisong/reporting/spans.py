"""A unit, a period and a programme: what an indicator is asked about, and the unreversed rows that lie within."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from qisong.coverage.asking import require_standing
from qisong.ledger.catalogue import Catalogue
from qisong.ledger.models import Activity, ActivityUnit, Custody, Item, Part, Programme, Receipt
from qisong.ledger.models.act import ActivityQuerySet, CustodyQuerySet, ReceiptQuerySet
from qisong.org.chronicle import read_events
from qisong.org.models import Post, Unit, UnitState
from qisong.org.replaying import replay
from qisong.org.succession import line_of
from qisong.org.tree import Tree, tree_on
from qisong.roster.models import Affiliation
from qisong.roster.terms import Bond
from qisong.words.text import refuse


@dataclass(frozen=True)
class Span:
    """``unit`` with all beneath it on ``last`` (``own``: without); the days from ``first`` to ``last``, both included.

    What a unit did that has closed since counts with the unit that answers for it on ``last``. The topmost unit
    holds everything. An act that served several units counts once for each and once for what stands above them; a
    receipt belongs to the branch of the member on its day.
    """

    unit: Unit
    first: date
    last: date
    programme: Programme
    own: bool = False

    def __post_init__(self) -> None:
        require_standing(self.unit, self.tree)
        if self.first > self.last:
            raise refuse(
                "period-backwards", "开始日期晚于结束日期。", "The period ends before it begins.", place="first"
            )

    @cached_property
    def tree(self) -> Tree:
        return tree_on(self.last)

    @cached_property
    def units(self) -> frozenset[int] | None:
        """The units within, closed ones included; None for all."""
        if self.unit.pk in self.tree.roots and not self.own:
            return None
        beneath = frozenset([self.unit.pk] if self.own else self.tree.subtree(self.unit.pk))
        endings = replay(event for event in read_events() if event.on <= self.last).endings
        return beneath | {closed for closed in endings if line_of(closed, endings)[-1].heir in beneath}

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue.load()

    @cached_property
    def programmes(self) -> set[int]:
        return self.catalogue.beneath([self.programme])

    @cached_property
    def items(self) -> dict[str, Item]:
        """The items of the programme and of those beneath it, by code."""
        return {item.code: item for item in self.catalogue.items if item.programme_id in self.programmes}

    def item_id(self, code: str) -> int:
        """0, which no item has, for a code that the programme does not know."""
        return self.items[code].pk if code in self.items else 0

    @property
    def period(self) -> Q:
        return Q(on__gte=self.first, on__lte=self.last)

    def holds(self, unit: int) -> bool:
        return self.units is None or unit in self.units

    def acts(self, kind: str, meeting: str = "") -> ActivityQuerySet:
        """Acts of the programme that have a part of ``kind`` and served a unit within."""
        parts = Part.objects.filter(kind=kind, **({"meeting": meeting} if meeting else {}))
        of_programme = Activity.programmes.through.objects.filter(programme__in=self.programmes)
        found = (
            Activity.objects.live()
            .filter(self.period, pk__in=parts.values("activity"))
            .filter(pk__in=of_programme.values("activity"))
        )
        if self.units is None:
            return found
        return found.filter(pk__in=ActivityUnit.objects.filter(unit__in=self.units).values("activity"))

    def custody(self, item: str) -> CustodyQuerySet:
        found = Custody.objects.live().filter(self.period, item=self.item_id(item))
        return found if self.units is None else found.filter(unit__in=self.units)

    def receipts(self, item: str) -> ReceiptQuerySet:
        found = Receipt.objects.live().filter(self.period, item=self.item_id(item))
        if self.units is None:
            return found
        ties = Affiliation.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("on")),
            member=OuterRef("member"),
            bond=Bond.FORMAL,
            valid_from__lte=OuterRef("on"),
            unit__in=self.units,
        )
        return found.filter(Q(unit__in=self.units) | Exists(ties))

    def presences(self, acts: QuerySet[Activity]) -> ReceiptQuerySet:
        """Members present at ``acts``; guests are not among them."""
        return Receipt.objects.live().filter(item__isnull=True, activity__in=acts)


class Traits:
    """What every unit was on any day."""

    def __init__(self) -> None:
        self.spans: dict[int, list[tuple[date, date, frozenset[str]]]] = defaultdict(list)
        for unit, start, stop, traits in UnitState.objects.values_list("unit_id", "valid_from", "valid_to", "traits"):
            self.spans[unit].append((start, stop or date.max, frozenset(traits)))

    def has(self, unit: int | None, trait: str, day: date) -> bool:
        spans = self.spans.get(unit, []) if unit else []
        return any(start <= day < stop and trait in traits for start, stop, traits in spans)


class Holders:
    """Who held a role on any day, wherever."""

    def __init__(self, role: str) -> None:
        self.spans: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
        for person, start, stop in Post.objects.filter(role=role).values_list("person_id", "valid_from", "valid_to"):
            self.spans[person].append((start, stop or date.max))

    def held(self, person: UUID, day: date) -> bool:
        return any(start <= day < stop for start, stop in self.spans.get(person, []))
