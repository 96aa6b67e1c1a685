"""What a day's rows say, as sets of people: who was owed, who had received, who had answered what.

Every number and every name of coverage comes from here, by a constant number of statements. Rows that a reversal
cancels count at no date: the copies of reversed receipts are few, so they are subtracted from the sum of all, which
the database reads from an index alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Case, F, Model, Q, QuerySet, Value, When

from qisong.coverage.asking import Question
from qisong.coverage.keys import Key, stored
from qisong.coverage.placing import Placing
from qisong.coverage.received import read_received
from qisong.ledger.models import Answer, Audience, Exemption, Item, Obligation, Receipt, Reversal
from qisong.ledger.models.act import ReceiptQuerySet
from qisong.ledger.terms import AnswerKind, Recipient
from qisong.org import words
from qisong.org.intervals import holds_on
from qisong.org.models import Post
from qisong.org.terms import TermCategory
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.terms import OUT_OF_CONTACT

People = set[Key]
R = TypeVar("R", bound=Model)


@dataclass(frozen=True)
class Line:
    """One obligation, open that day: ``owed`` and ``exempt`` share nobody; ``lacking`` ⊆ ``owed`` has not got it,
    of whom ``later`` and ``declined`` said so."""

    item: Item
    starts_on: date
    owed: People
    exempt: People
    lacking: People
    later: People
    declined: People


@dataclass(frozen=True)
class Facts:
    """``branch``: the own unit, that day, of every member asked about and, as itself, of every unit."""

    branch: dict[Key, int]
    circumstances: dict[str, People]
    lines: list[Line]

    @property
    def out_of_contact(self) -> People:
        return self.circumstances.get(OUT_OF_CONTACT, set())


@dataclass(frozen=True)
class Among:
    """Only these members, and of units as recipients only these."""

    members: frozenset[UUID]
    units: frozenset[int]

    @property
    def nobody(self) -> bool:
        return not self.members and not self.units


def read_facts(question: Question, placing: Placing, unit: int, among: Among | None = None) -> Facts:
    """The facts about everybody who may be shown beneath ``unit``, or about those of ``among`` who may."""
    units = placing.sources(unit)
    reader = Reader(question, placing, units, among)
    branch: dict[Key, int] = {**reader.members, **{unit: unit for unit in units}}
    return Facts(branch, reader.circumstances, reader.read_lines())


class Reader:
    """Reads each kind of row once for all obligations of a question."""

    def __init__(self, question: Question, placing: Placing, units: frozenset[int], among: Among | None = None) -> None:
        self.question = question
        self.day = question.as_of
        self.tree = placing.then
        self.units = units
        self.among = among
        self.recipients = units & among.units if among else units
        self.homes = {unit: unit for unit in units}
        self.homes |= {closed: home for closed, home in placing.orphaned.items() if home in units}
        self.whole = len(units) == len(self.tree.nodes)
        self.everywhere = self.whole and among is None
        self.duties = self.read_duties()
        self.circumstances = self.read_circumstances()
        self.members = self.read_members()

    def read_duties(self) -> list[Obligation]:
        """The obligations of rounds open that day."""
        rounds = Q(round__starts_on__lte=self.day) & (Q(round__ends_on__isnull=True) | Q(round__ends_on__gt=self.day))
        owed = Obligation.objects.filter(rounds, item__in=self.question.items)
        place = {item.pk: number for number, item in enumerate(self.question.items)}
        found = owed.select_related("item", "round", "audience").prefetch_related("audience__chosen")
        return sorted(found, key=lambda duty: (place[duty.item_id], duty.pk))

    def read_circumstances(self) -> dict[str, People]:
        rows = self.nearby(Circumstance.objects.on(self.day)).values_list("kind", "member_id")
        found = defaultdict(set)
        for kind, member in stored(rows):
            found[kind].add(member)
        return dict(found)

    def read_members(self) -> dict[Key, int]:
        """Member → own unit."""
        rows = self.belonging().values_list("member_id", "unit_id")
        members: dict[Key, int] = {member: self.homes[unit] for member, unit in stored(rows)}
        if self.question.circumstance:
            concerned = self.circumstances.get(self.question.circumstance, set())
            return {member: unit for member, unit in members.items() if member in concerned}
        return members

    def belonging(self) -> QuerySet[Affiliation]:
        formal = Affiliation.objects.formal(self.day)
        if self.among:
            formal = formal.filter(member__in=self.among.members)
        return self.of_units(formal, self.homes)

    def of_units(self, rows: QuerySet[R], units: Collection[int]) -> QuerySet[R]:
        """Hundreds of units in a statement cost more than reading it saves, so all of them are not named."""
        return rows if self.whole else rows.filter(unit__in=units)

    def nearby(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows of the members asked about. Where that is everybody, the bare rows are the faster question."""
        return rows if self.everywhere else rows.filter(member__in=self.belonging().values("member"))

    def read_lines(self) -> list[Line]:
        audiences = self.read_audiences()
        exempt = self.read_exempt()
        received = self.read_received()
        answers = self.read_answers()
        return [
            self.line(duty, audiences[duty.audience_id], exempt[duty.pk], received[duty.pk], answers[duty.pk])
            for duty in self.duties
        ]

    def line(
        self, duty: Obligation, audience: People, exempt: People, received: People, answers: Mapping[Key, str]
    ) -> Line:
        exempt = audience & exempt
        owed = audience - exempt if exempt else audience
        lacking = owed - received
        said: dict[str, People] = {kind: set() for kind in AnswerKind}
        for member in lacking & answers.keys():
            said[answers[member]].add(member)
        # What a person has already did not come by any channel.
        if not self.question.channel:
            lacking -= said[AnswerKind.HAS]
        later, declined = said[AnswerKind.LATER], said[AnswerKind.DECLINED]
        return Line(duty.item, duty.round.starts_on, owed, exempt, lacking, later, declined)

    def read_audiences(self) -> dict[int, People]:
        audiences = {duty.audience_id: duty.audience for duty in self.duties}
        holders = self.read_holders({role for one in audiences.values() for role in one.roles})
        categories = self.read_categories({category for one in audiences.values() for category in one.categories})
        return {pk: self.audience(one, holders, categories) for pk, one in audiences.items()}

    def audience(self, audience: Audience, holders: dict[str, People], categories: dict[str, People]) -> People:
        """Those who meet every condition that the audience names."""
        units = self.eligible_units(audience)
        if audience.recipient == Recipient.UNIT:
            # No circumstance is a unit's own, so a question about one is never about units.
            return set() if self.question.circumstance else {*(units & self.recipients)}
        people = {member for member, unit in self.members.items() if unit in units}
        for named, groups in (
            (audience.roles, holders),
            (audience.circumstances, self.circumstances),
            (audience.categories, categories),
        ):
            if named:
                people &= union(groups.get(code, set()) for code in named)
        return people

    def eligible_units(self, audience: Audience) -> set[int]:
        nodes = self.tree.nodes
        units = set(self.units)
        if audience.chosen_only:
            units &= {unit for chosen in audience.chosen.all() for unit in self.tree.subtree(chosen.pk)}
        if audience.kinds:
            units = {unit for unit in units if nodes[unit].kind in audience.kinds}
        if audience.traits:
            units = {unit for unit in units if not nodes[unit].traits.isdisjoint(audience.traits)}
        return units

    def read_holders(self, roles: set[str]) -> dict[str, People]:
        """Role → the members who hold it in their own unit."""
        if not roles:
            return {}
        posts = self.of_units(Post.objects.standing(self.day, *roles), self.units)
        if self.among:
            posts = posts.filter(person__in=self.among.members)
        found = defaultdict(set)
        for role, person, unit in stored(posts.values_list("role", "person_id", "unit_id")):
            if self.members.get(person) == unit:
                found[role].add(person)
        return found

    def read_categories(self, categories: set[str]) -> dict[str, People]:
        if not categories:
            return {}
        members = Member.objects.filter(category__in=categories)
        found = defaultdict(set)
        for category, member in stored(members.values_list("category", "pk")):
            found[category].add(member)
        return found

    def read_exempt(self) -> dict[int, People]:
        """Obligation → those exempt by a recorded decision or by a circumstance that says so."""
        kinds = [term.code for term in words.terms(TermCategory.CIRCUMSTANCE) if term.data.get("exempt")]
        by_roster = union(self.circumstances.get(kind, set()) for kind in kinds)
        decisions = Exemption.objects.filter(holds_on(self.day))
        decided = stored(decisions.values_list("programme_id", "item_id", "member_id", "unit_id"))
        return {
            duty.pk: by_roster
            | {
                unit if member is None else member
                for programme, item, member, unit in decided
                if item == duty.item_id or (item is None and programme == duty.item.programme_id)
            }
            for duty in self.duties
        }

    def read_received(self) -> dict[int, People]:
        """Obligation → those who received enough, by the channel asked for if any."""
        rows: ReceiptQuerySet = Receipt.objects.filter(on__lte=self.day)
        if self.question.channel:
            rows = rows.filter(channel=self.question.channel)
        near = rows if self.everywhere else rows.filter(member__in=self.belonging().values("member"))
        to_members = [duty for duty in self.duties if duty.audience.recipient == Recipient.MEMBER]
        to_units = [duty for duty in self.duties if duty.audience.recipient == Recipient.UNIT]
        own = rows.filter(unit__isnull=False) if self.everywhere else rows.filter(unit__in=self.recipients)
        return {
            **read_received(near, to_members, "member", everybody=self.everywhere),
            **read_received(own, to_units, "unit", everybody=False),
        }

    def read_answers(self) -> dict[int, dict[Key, str]]:
        """Obligation → member → the latest answer by that day; a postponement that has run out is no answer."""
        reversed_acts = Reversal.objects.filter(activity__isnull=False).values("activity")
        standing = Case(When(until__lte=self.day, then=Value(AnswerKind.OWED.value)), default=F("kind"))
        rows = (
            self.nearby(Answer.objects.filter(item__in=self.question.items, on__lte=self.day))
            .exclude(activity__in=reversed_acts)
            .order_by("item_id", "round_id", "member_id", "on", "pk")
            .values_list("item_id", "round_id", "member_id", standing)
        )
        found: dict[tuple[int, int], dict[Key, str]] = defaultdict(dict)
        for item, round_, member, kind in stored(rows):
            found[item, round_][member] = kind
        return {duty.pk: found[duty.item_id, duty.round_id] for duty in self.duties}


def union(groups: Iterable[People]) -> People:
    return set().union(*groups)
