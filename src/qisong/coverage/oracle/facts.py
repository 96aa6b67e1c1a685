"""What a day's rows say, as sets of people: who was owed, who had received, who had answered what.

Every number and every name of coverage comes from here, by a constant number of statements. Rows that a reversal
cancels count at no date: the copies of reversed receipts are few, so they are subtracted from the sum of all, which
the database reads from an index alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, Value, When

from qisong.coverage.asking import Question
from qisong.coverage.ground import Claim
from qisong.coverage.keys import Key, stored
from qisong.coverage.oracle.households import Heads, put_together, read_heads
from qisong.coverage.oracle.pouring import Vessel, pour, read_doses, read_pools
from qisong.coverage.oracle.received import read_received
from qisong.coverage.placing import Placing
from qisong.ledger.models import Answer, Audience, Exemption, Item, Obligation, Receipt, Reversal, Round
from qisong.ledger.models.act import ReceiptQuerySet
from qisong.ledger.terms import AnswerKind, Recipient, RoundKind
from qisong.ledger.turns import turns_of
from qisong.org import words
from qisong.org.intervals import holds_on
from qisong.org.models import Post
from qisong.org.terms import TermCategory
from qisong.org.tree import tree_on
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.terms import OUT_OF_CONTACT

People = set[Key]


@dataclass(frozen=True)
class Line:
    """One claim, open that day: ``owed`` and ``exempt`` share nobody; ``lacking`` ⊆ ``owed`` has not got it,
    of whom ``later`` and ``declined`` said so."""

    claim: Claim
    owed: People
    exempt: People
    lacking: People
    later: People
    declined: People

    @property
    def item(self) -> Item:
        return self.claim.item

    @property
    def open(self) -> People:
        """Who lacks it and has said nothing."""
        return self.lacking - self.later - self.declined


@dataclass(frozen=True)
class Facts:
    """``branch``: the own unit, that day, of every member asked about and, as itself, of every unit.

    ``heads``: member → head of the household; None where nothing is owed to households.
    """

    branch: dict[Key, int]
    circumstances: dict[str, People]
    lines: list[Line]
    heads: Heads | None = None

    @property
    def out_of_contact(self) -> People:
        return self.circumstances.get(OUT_OF_CONTACT, set())


def read_facts(question: Question, placing: Placing) -> Facts:
    """The facts about everybody of the county."""
    reader = Reader(question, placing)
    branch: dict[Key, int] = {**reader.members, **{unit: unit for unit in placing.units}}
    return Facts(branch, reader.circumstances, reader.read_lines(), reader.heads)


class Reader:
    """Reads each kind of row once for all obligations of a question."""

    def __init__(self, question: Question, placing: Placing) -> None:
        self.question = question
        self.day = question.as_of
        self.tree = placing.then
        self.homes = {unit: unit for unit in placing.units} | placing.orphaned
        begun = self.read_duties()
        self.turns = {item: turns_of(rounds, self.day) for item, rounds in rounds_of(begun).items()}
        self.turn = {(item, turn.round.pk): turn for item, turns in self.turns.items() for turn in turns}
        self.duties = [duty for duty in begun if self.turn[duty.item_id, duty.round_id].open]
        shared = any(duty.audience.recipient == Recipient.HOUSEHOLD for duty in self.duties)
        self.heads = read_heads(self.day) if shared else None
        self.circumstances = self.read_circumstances()
        self.members = self.read_members()

    def read_duties(self) -> list[Obligation]:
        """The obligations of all rounds begun by that day, of each item the oldest first."""
        owed = Obligation.objects.filter(round__starts_on__lte=self.day, item__in=self.question.items)
        place = {item.pk: number for number, item in enumerate(self.question.items)}
        found = owed.select_related("item", "round", "audience").prefetch_related("audience__chosen")
        return sorted(found, key=lambda duty: (place[duty.item_id], duty.round.starts_on, duty.round_id))

    def read_circumstances(self) -> dict[str, People]:
        rows = Circumstance.objects.on(self.day).values_list("kind", "member_id")
        found = defaultdict(set)
        for kind, member in stored(rows):
            found[kind].add(member)
        return dict(found)

    def read_members(self) -> dict[Key, int]:
        """Member → own unit."""
        rows = Affiliation.objects.formal(self.day).values_list("member_id", "unit_id")
        members: dict[Key, int] = {member: self.homes[unit] for member, unit in stored(rows)}
        if self.question.circumstance:
            concerned = self.circumstances.get(self.question.circumstance, set())
            return {member: unit for member, unit in members.items() if member in concerned}
        return members

    def read_lines(self) -> list[Line]:
        answers = self.read_answers()
        claims = self.read_claims()
        received = self.read_received({duty: owed for duty, (owed, _exempt) in claims.items()}, answers)
        return [
            self.line(duty, *claims[duty.pk], received.get(duty.pk, set()), answers.get(duty.pk, {}))
            for duty in self.duties
        ]

    def read_claims(self) -> dict[int, tuple[People, People]]:
        """Obligation → those who are owed it, and those who would be but are exempt."""
        audiences, exempt, belonged = self.read_audiences(), self.read_exempt(), self.read_belonged()
        found = {}
        for duty in self.duties:
            audience, turn = audiences[duty.audience_id], self.turn[duty.item_id, duty.round_id]
            if turn.carried:
                audience = audience & belonged[turn.last_day]
            spared = audience & exempt[duty.pk]
            found[duty.pk] = (audience - spared if spared else audience, spared)
        return found

    def read_belonged(self) -> dict[date | None, People]:
        """Last day of a round whose lines are carried over → who belonged to the county then. Who came later owes
        nothing to it."""
        turns = [self.turn[duty.item_id, duty.round_id] for duty in self.duties]
        days = {turn.last_day for turn in turns if turn.carried and turn.last_day}
        return {day: self.members_on(day) | {*tree_on(day).nodes} for day in days}

    def members_on(self, day: date) -> People:
        rows = Affiliation.objects.formal(day)
        return {member for (member,) in stored(rows.values_list("member_id"))}

    def line(self, duty: Obligation, owed: People, exempt: People, received: People, said: Mapping[Key, str]) -> Line:
        lacking = owed - received
        answers: dict[str, People] = {kind: set() for kind in AnswerKind}
        for member in lacking & said.keys():
            answers[said[member]].add(member)
        # What a person has already did not come by any channel.
        if not self.question.channel:
            lacking -= answers[AnswerKind.HAS]
        by_household = duty.audience.recipient == Recipient.HOUSEHOLD
        claim = Claim(duty.item, duty.round, self.turn[duty.item_id, duty.round_id].carried, by_household)
        return Line(claim, owed, exempt, lacking, answers[AnswerKind.LATER], answers[AnswerKind.DECLINED])

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
            return set() if self.question.circumstance else {*units}
        people = {member for member, unit in self.members.items() if unit in units}
        for named, groups in (
            (audience.roles, holders),
            (audience.circumstances, self.circumstances),
            (audience.categories, categories),
        ):
            if named:
                people &= union(groups.get(code, set()) for code in named)
        return people - self.heads.keys() if self.heads and audience.recipient == Recipient.HOUSEHOLD else people

    def eligible_units(self, audience: Audience) -> set[int]:
        nodes = self.tree.nodes
        units = set(nodes)
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
        posts = Post.objects.standing(self.day, *roles)
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

    def read_received(self, owed: Mapping[int, People], answers: Mapping[int, Mapping[Key, str]]) -> dict[int, People]:
        """Obligation → those who received enough, by the channel asked for if any."""
        rows: ReceiptQuerySet = Receipt.objects.filter(on__lte=self.day)
        if self.question.channel:
            rows = rows.filter(channel=self.question.channel)
        found: dict[int, People] = {}
        for recipient in (Recipient.MEMBER, Recipient.UNIT):
            duties = [duty for duty in self.duties if duty.audience.recipient == recipient]
            of_kind = rows.filter(**{f"{recipient}__isnull": False})
            carrying = {duty.item_id for duty in duties if not self.turn[duty.item_id, duty.round_id].runs}
            spaced = [duty for duty in duties if duty.round.kind == RoundKind.DOSE]
            others = [duty for duty in duties if duty.round.kind != RoundKind.DOSE]
            plain = [duty for duty in others if duty.item_id not in carrying]
            poured = [duty for duty in others if duty.item_id in carrying]
            found |= read_received(of_kind, plain, recipient)
            found |= read_doses(of_kind, spaced, recipient)
            found |= self.read_poured(of_kind, poured, owed, answers)
        return found | self.read_shared(rows, owed, answers)

    def read_shared(
        self, rows: ReceiptQuerySet, owed: Mapping[int, People], answers: Mapping[int, Mapping[Key, str]]
    ) -> dict[int, People]:
        """The same for households: what any of those who live together received is their head's."""
        duties = [duty for duty in self.duties if duty.audience.recipient == Recipient.HOUSEHOLD]
        spaced = [duty for duty in duties if duty.round.kind == RoundKind.DOSE]
        poured = [duty for duty in duties if duty.round.kind != RoundKind.DOSE]
        found = read_doses(rows, spaced, Recipient.MEMBER, self.heads)
        return found | self.read_poured(rows, poured, owed, answers, heads=self.heads)

    def read_poured(
        self,
        rows: ReceiptQuerySet,
        duties: Sequence[Obligation],
        owed: Mapping[int, People],
        answers: Mapping[int, Mapping[Key, str]],
        heads: Heads | None = None,
    ) -> dict[int, People]:
        """The same for items of which lines of several rounds may be open."""
        if not duties:
            return {}
        courses = {duty.item_id: [turn.round.starts_on for turn in self.turns[duty.item_id]] for duty in duties}
        column = Recipient(duties[0].audience.recipient).column
        pools = put_together(read_pools(rows, courses, column), heads or {})
        found: dict[int, People] = {}
        for item in courses:
            numbers = {turn.round.pk: number for number, turn in enumerate(self.turns[item])}
            of_item = [duty for duty in duties if duty.item_id == item]
            vessels = [
                Vessel(numbers[one.round_id], one.quantity, owed[one.pk], settled(answers.get(one.pk, {})))
                for one in of_item
            ]
            found |= zip((one.pk for one in of_item), pour(vessels, pools[item]), strict=True)
        return found

    def read_answers(self) -> dict[int, dict[Key, str]]:
        """Obligation → member → the latest answer by that day; a postponement that has run out is no answer.

        An answer speaks of every line of the item that is open on its day: that of its round and those carried over.
        """
        reversed_acts = Reversal.objects.filter(activity__isnull=False).values("activity")
        # Where no item has a second round the index holds them in an order that serves as well.
        alone = all(len(turns) == 1 for turns in self.turns.values())
        order = ("item_id", "round_id", "member_id", "on", "pk") if alone else ("on", "pk")
        standing = Case(When(until__lte=self.day, then=Value(AnswerKind.OWED.value)), default=F("kind"))
        rows = (
            Answer.objects.filter(item__in=self.question.items, on__lte=self.day)
            .exclude(activity__in=reversed_acts)
            .order_by(*order)
            .values_list("item_id", "round_id", "member_id", standing)
        )
        open_lines: dict[tuple[int, int], list[int]] = defaultdict(list)
        for duty in self.duties:
            first = self.turns[duty.item_id].index(self.turn[duty.item_id, duty.round_id])
            for turn in self.turns[duty.item_id][first:]:
                open_lines[duty.item_id, turn.round.pk].append(duty.pk)
        found: dict[int, dict[Key, str]] = defaultdict(dict)
        for item, round_, member, kind in stored(rows):
            for line in open_lines.get((item, round_), ()):
                found[line][member] = kind
        return found


def rounds_of(duties: Iterable[Obligation]) -> dict[int, list[Round]]:
    found = defaultdict(list)
    for duty in duties:
        found[duty.item_id].append(duty.round)
    return found


def settled(answers: Mapping[Key, str]) -> People:
    return {member for member, kind in answers.items() if kind in {AnswerKind.HAS, AnswerKind.DECLINED}}


def union(groups: Iterable[People]) -> People:
    return set().union(*groups)
