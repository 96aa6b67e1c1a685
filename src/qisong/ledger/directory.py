"""Whatever a handful of documents name, read from the database with a number of queries that does not grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple, Self, TypeVar
from uuid import UUID

from qisong.ledger.answering import open_round
from qisong.ledger.catalogue import Catalogue
from qisong.ledger.models import Activity, Item, Obligation, Round, Title
from qisong.ledger.reversing import already_reversed, require_reversible
from qisong.ledger.shapes import Code, Reading, Ref
from qisong.ledger.stock import Stock
from qisong.org.models import Person, Post, Term, Unit, UnitEdge, UnitState
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import term_of, terms
from qisong.roster.models import Affiliation
from qisong.words.dates import PartialDate
from qisong.words.text import Refusal, refuse

T = TypeVar("T")
Span = tuple[date, date | None]
# SQLite takes about thirty thousand parameters a statement.
PARAMETERS = 10_000


class Someone(NamedTuple):
    """A person who may be meant: of the roster or not, and when that person belonged to the unit named."""

    id: UUID
    on_roster: bool
    born: str
    died_on: date | None
    span: Span | None = None


@dataclass
class Directory:
    scope: Scope
    catalogue: Catalogue
    units: dict[str, Unit] = field(default_factory=dict)
    standing: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    people: dict[UUID, Someone] = field(default_factory=dict)
    named: dict[tuple[str, str], list[Someone]] = field(default_factory=lambda: defaultdict(list))
    acts: dict[UUID, Activity] = field(default_factory=dict)
    corrected: set[UUID] = field(default_factory=set)  # by documents settled before this one
    moved: Stock = field(default_factory=Stock)  # by the same

    @classmethod
    def load(cls, readings: Sequence[Reading], corrected: Collection[UUID], scope: Scope) -> Self:
        """Read what ``readings`` name and the acts that are to be corrected; the rest is read when first needed."""
        known = cls(scope, Catalogue.load())
        known.load_units({code for reading in readings for code in reading.units})
        refs = [ref for reading in readings for ref in reading.refs]
        known.load_people({ref.id for ref in refs if ref.id})
        known.load_named({(ref.unit, ref.name) for ref in refs if ref.name})
        if corrected:
            known.acts = Activity.objects.within(scope).select_related("reversal").in_bulk(corrected)
        return known

    @cached_property
    def titles(self) -> dict[tuple[int, str], Title]:
        return {(title.item_id, title.code): title for title in Title.objects.all()}

    @cached_property
    def rounds(self) -> dict[int, list[Round]]:
        found: dict[int, list[Round]] = {}
        for obligation in Obligation.objects.select_related("round"):
            found.setdefault(obligation.item_id, []).append(obligation.round)
        return found

    @cached_property
    def above(self) -> dict[int, list[tuple[int, Span]]]:
        """Unit → its parents and when."""
        found: dict[int, list[tuple[int, Span]]] = {}
        edges = UnitEdge.objects.filter(child__in=self.units.values())
        for child, parent, first, end in edges.values_list("child_id", "parent_id", "valid_from", "valid_to"):
            found.setdefault(child, []).append((parent, (first, end)))
        return found

    @cached_property
    def stored(self) -> Stock:
        return Stock.of([unit.pk for unit in self.units.values()])

    def on_hand(self, unit: int, item: Item, as_of: date) -> int:
        """What the unit holds, with all that the documents read so far have moved."""
        return self.stored.on_hand(unit, item.pk, as_of) + self.moved.on_hand(unit, item.pk, as_of)

    def load_units(self, codes: Collection[str]) -> None:
        self.units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
        ids = [unit.pk for unit in self.units.values()]
        states = UnitState.objects.filter(unit__in=ids).values_list("unit_id", "valid_from", "valid_to")
        for unit, first, end in states:
            self.standing[unit].append((first, end))

    def load_people(self, ids: Collection[UUID]) -> None:
        for some in parcels(ids):
            rows = Person.objects.filter(pk__in=some).values_list(
                "pk", "member__person_id", "member__born", "member__died_on"
            )
            self.people |= {pk: Someone(pk, member is not None, born or "", died) for pk, member, born, died in rows}

    def load_named(self, wanted: Collection[tuple[str, str]]) -> None:
        units = {self.units[unit].pk for unit, _name in wanted if unit in self.units}
        for names in parcels({name for _unit, name in wanted}):
            ties = Affiliation.objects.filter(unit__in=units, member__person__name__in=names).values_list(
                "unit__code", "member__person__name", "member_id", "member__born", "member__died_on",
                "valid_from", "valid_to",
            )  # fmt: skip
            for unit, name, member, born, died, first, end in ties:
                self.named[unit, name].append(Someone(member, True, born, died, (first, end)))  # noqa: FBT003
            posts = Post.objects.filter(unit__in=units, person__name__in=names).values_list(
                "unit__code", "person__name", "person_id", "person__member__born", "person__member__died_on",
                "person__member__person_id", "valid_from", "valid_to",
            )  # fmt: skip
            for unit, name, person, born, died, member, first, end in posts:
                self.named[unit, name].append(Someone(person, member is not None, born or "", died, (first, end)))

    def unit(self, named: Code, on: date) -> int:
        """The id of a unit that stood on ``on``."""
        unit = self.units.get(named.code)
        if unit is None:
            raise unknown_unit(named.code)
        if not any(covers(span, on) for span in self.standing[unit.pk]):
            raise refuse(
                "not-standing",
                "组织“{name}”在{on}还没有成立或已经撤销，请核对日期。",
                "Unit {name} did not stand on {on}; check the date.",
                name=named.code,
                on=on,
            )
        return unit.pk

    def parent(self, unit: int, on: date) -> int | None:
        return next((parent for parent, span in self.above.get(unit, ()) if covers(span, on)), None)

    def term(self, category: TermCategory, named: Code) -> Term:
        """A word of the preset."""
        if found := term_of(category, named.code):
            return found
        raise refuse(
            f"unknown-{category}",
            "没有“{name}”，可填：{known}。",
            "There is no {name}; choose from: {known}.",
            name=named.code,
            known="、".join(term.code for term in terms(category)),
        )

    def title(self, item: Item, named: Code) -> Title:
        if found := self.titles.get((item.pk, named.code)):
            return found
        known = "、".join(code for of, code in self.titles if of == item.pk)
        raise refuse(
            "unknown-title",
            "“{item}”里没有“{name}”这个书目，可填：{known}。",
            "{item} has no title {name}; choose from: {known}.",
            item=item.code,
            name=named.code,
            known=known or "—",
        )

    def round(self, item: Item, on: date) -> Round:
        return open_round(self.rounds.get(item.pk, []), item, on)

    def wrong_act(self, act: UUID) -> Activity:
        """The act that a document corrects."""
        if act in self.corrected:
            raise already_reversed()
        return require_reversible(self.acts.get(act), self.scope)

    def member(self, ref: Ref, on: date) -> UUID:
        """The member whom a document means. Refuses nobody, namesakes, and whoever had died by ``on``."""
        found = self.someone(ref, on, on_roster=True)
        if found.died_on and found.died_on < on:
            raise refuse(
                "died",
                "名册记着这个人在此之前已去世，请核对日期和人。",
                "The roster says that this member had died before; check the date and the person.",
            )
        return found.id

    def person(self, ref: Ref, on: date) -> UUID:
        return self.someone(ref, on, on_roster=False).id

    def someone(self, ref: Ref, on: date, *, on_roster: bool) -> Someone:
        if ref.id is None:
            return self.chosen(ref, on, on_roster=on_roster)
        found = self.people.get(ref.id)
        if found is None or (on_roster and not found.on_roster):
            raise nobody()
        return found

    def chosen(self, ref: Ref, on: date, *, on_roster: bool) -> Someone:
        """Of those of this name in the unit, at first those who belonged to it on ``on``, then any that ever did."""
        if ref.unit not in self.units:
            raise unknown_unit(ref.unit)
        able = [one for one in self.named[ref.unit, ref.name] if one.on_roster or not on_roster]
        able = [one for one in able if ref.born is None or agrees(one.born, ref.born)]
        there = {one.id: one for one in able if one.span and covers(one.span, on)}
        found = there or {one.id: one for one in able}
        if not found:
            raise nobody()
        if len(found) > 1:
            may_know = self.scope.allows(Right.NAMES, self.units[ref.unit])
            raise namesakes([one.born for one in found.values()] if may_know else [])
        return next(iter(found.values()))


def covers(span: Span, on: date) -> bool:
    first, end = span
    return first <= on and (end is None or on < end)


def agrees(born: str, wanted: PartialDate) -> bool:
    return bool(born) and PartialDate.from_text(born).agrees(wanted)


def parcels(ids: Collection[T]) -> Iterator[list[T]]:
    everything = list(ids)
    for start in range(0, len(everything), PARAMETERS):
        yield everything[start : start + PARAMETERS]


def unknown_unit(name: str) -> Refusal:
    return refuse(
        "unknown-unit",
        "没有代码为“{name}”的组织，请核对组织代码。",
        "There is no unit {name}; check its code.",
        name=name,
    )


def nobody() -> Refusal:
    return refuse(
        "unknown-person",
        "名册里找不到这个人，请核对组织和姓名。",
        "The roster knows nobody of this name or id there; check the unit and the name.",
    )


def namesakes(births: Iterable[str]) -> Refusal:
    choice = "、".join(sorted(born or "—" for born in births))
    return refuse(
        "namesakes",
        "这里有同名的人，请用 born 写明出生年月或改用编号：{choice}。",
        "Several people there have this name; give born or the id: {choice}.",
        choice=choice or "—",
    )
