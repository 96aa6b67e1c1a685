"""Coverage a second, independent way: every row in memory, every person asked one by one, no SQL that counts.

Slow and plain on purpose. ``checking`` and the tests hold ``counting`` and ``gaps`` against it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from qisong.coverage.asking import Question
from qisong.coverage.terms import Lack
from qisong.ledger.models import Answer, Audience, Exemption, Obligation, Receipt, Reversal
from qisong.ledger.terms import AnswerKind, Recipient, RoundKind
from qisong.org import words
from qisong.org.models import Post, UnitEvent
from qisong.org.terms import TermCategory, TreeView, Verb
from qisong.roster.models import Affiliation, Circumstance, Household, Member
from qisong.roster.terms import OUT_OF_CONTACT, Bond

Recipients = tuple[UUID | None, int | None]  # a member, or a unit
Numbers = defaultdict[int | None, Counter[str]]


@dataclass
class Family:
    """The tree of one day, from the events alone."""

    parent: dict[int, int | None] = field(default_factory=dict)
    kind: dict[int, str] = field(default_factory=dict)
    traits: dict[int, list[str]] = field(default_factory=dict)
    since: dict[int, date] = field(default_factory=dict)  # standing without a break
    heirs: dict[int, tuple[Verb, date, int | None]] = field(default_factory=dict)  # of units closed by that day

    def take(self, event: UnitEvent) -> None:
        unit, verb = event.unit_id, Verb(event.verb)
        if verb in {Verb.CREATE, Verb.REOPEN, Verb.MOVE}:
            self.parent[unit] = event.parent_id
            closed = self.heirs.pop(unit, None)
            if verb is Verb.CREATE or (closed and closed[1] != event.on):
                self.since[unit] = event.on
        if verb in {Verb.CREATE, Verb.RENAME}:
            self.kind[unit] = event.kind or self.kind[unit]
            self.traits[unit] = self.traits[unit] if event.traits is None else event.traits
        if verb in {Verb.MERGE, Verb.SPLIT, Verb.CLOSE}:
            above = self.parent.pop(unit)
            self.heirs[unit] = (verb, event.on, event.counterpart_id if verb is Verb.MERGE else above)

    def above(self, unit: int | None) -> Iterator[int]:
        """The unit itself and all above it."""
        while unit is not None:
            yield unit
            unit = self.parent[unit]


@dataclass(frozen=True)
class Person:
    """A member, or a unit as a recipient, as the day found it."""

    key: Recipients
    branch: int
    since: date


@dataclass
class Verdict:
    """What one person is due of one item, over all its open rounds."""

    owed: bool = False
    exempt: bool = False
    lacks: list[Lack] = field(default_factory=list)
    since: list[date] = field(default_factory=list)


@dataclass
class Owing:
    """One person's line of one obligation, while copies come in day by day."""

    duty: Obligation
    until: date | None  # the next round of the item begins
    needs: int
    settled: bool  # has one already, or declined
    latest: Answer | None

    def wants(self, on: date) -> bool:
        begun = self.duty.round.starts_on <= on
        return begun and self.needs > 0 and (self.until is None or on < self.until or not self.settled)


class Recount:
    """All rows, read once; then any day and either tree."""

    def __init__(self) -> None:
        acts = set(Reversal.objects.exclude(activity=None).values_list("activity_id", flat=True))
        rows = set(Reversal.objects.exclude(receipt=None).values_list("receipt_id", flat=True))
        self.events = sorted(UnitEvent.objects.all(), key=lambda event: (event.on, event.pk))
        self.affiliations = sorted(
            Affiliation.objects.filter(bond=Bond.FORMAL), key=lambda tie: (tie.valid_from, tie.pk)
        )
        self.members = {member.pk: member for member in Member.objects.all()}
        self.obligations = list(Obligation.objects.select_related("item", "round", "audience"))
        self.receipts = grouped(
            (receipt.item_id, receipt.member_id, receipt.unit_id, receipt)
            for receipt in Receipt.objects.exclude(item=None)
            if receipt.pk not in rows and receipt.activity_id not in acts
        )
        self.answers = grouped(
            (answer.round_id, answer.member_id, None, answer)
            for answer in Answer.objects.all()
            if answer.activity_id not in acts
        )
        self.circumstances = grouped((0, one.member_id, None, one) for one in Circumstance.objects.all())
        self.ties = grouped((0, tie.member_id, None, tie) for tie in self.affiliations)
        self.living = grouped((0, row.member_id, None, row) for row in Household.objects.order_by("pk"))
        self.headed = grouped((0, row.head_id, None, row) for row in Household.objects.order_by("pk"))
        self.posts = grouped((0, post.person_id, None, post) for post in Post.objects.all())
        self.exemptions = grouped((0, one.member_id, one.unit_id, one) for one in Exemption.objects.all())
        self.chosen = {one.pk: set(one.chosen.values_list("pk", flat=True)) for one in Audience.objects.all()}
        self.exempting = {term.code for term in words.terms(TermCategory.CIRCUMSTANCE) if term.data.get("exempt")}

    def family(self, day: date) -> Family:
        family = Family()
        for event in self.events:
            if event.on <= day:
                family.take(event)
        return family

    def people(self, day: date, family: Family) -> list[Person]:
        found = []
        for tie in self.affiliations:
            if holds(tie, day):
                branch = self.heir(tie.unit_id, family) or next(iter(family.parent))
                found.append(Person((tie.member_id, None), branch, tie.valid_from))
        return found + [Person((None, unit), unit, family.since[unit]) for unit in family.parent]

    def heir(self, unit: int | None, family: Family) -> int | None:
        """The unit itself while it stands, else what answers for it."""
        while unit is not None and unit not in family.parent:
            unit = family.heirs[unit][2] if unit in family.heirs else None
        return unit

    def place(self, person: Person, family_today: Family) -> int | None:
        """Where a person of ``day`` is shown in today's tree."""
        member, _ = person.key
        unit = person.branch
        while unit not in family_today.parent:
            line = list(self.line(unit, family_today))
            split = next((on for verb, on, _heir in line if verb is Verb.SPLIT), None)
            own = self.first_branch(member, split) if member and split else None
            # Nothing of the member's own after the split: the units' line alone tells.
            if own is None or own[0] not in self.family(own[1]).parent:
                return line[-1][2] if line else None
            unit = own[0]
        return unit

    def line(self, unit: int, family: Family) -> Iterator[tuple[Verb, date, int | None]]:
        step: int | None = unit
        while step is not None and step not in family.parent and step in family.heirs:
            yield family.heirs[step]
            step = family.heirs[step][2]

    def first_branch(self, member: UUID, split: date) -> tuple[int, date] | None:
        for tie in self.affiliations:
            if tie.member_id == member and (tie.valid_to is None or tie.valid_to > split):
                return tie.unit_id, max(tie.valid_from, split)
        return None

    def owes(self, duty: Obligation, person: Person, day: date, family: Family) -> bool:
        audience, (member, unit), branch = duty.audience, person.key, person.branch
        posts = [post for post in self.posts[0, member, None] if post.unit_id == branch and holds(post, day)]
        category = self.members[member].category if member else None
        lies = self.chosen[audience.pk] & set(family.above(branch))
        return all(
            (
                (unit is None) == (audience.recipient != Recipient.UNIT),
                audience.recipient != Recipient.HOUSEHOLD or self.head(member, day) is None,
                lies or not audience.chosen_only,
                family.kind[branch] in audience.kinds or not audience.kinds,
                set(audience.traits) & set(family.traits[branch]) or not audience.traits,
                category in audience.categories or not audience.categories,
                set(audience.circumstances) & self.situation(person, day) or not audience.circumstances,
                {post.role for post in posts} & set(audience.roles) or not audience.roles,
            )
        )

    def enrolled(self, member: UUID, day: date) -> bool:
        return any(holds(tie, day) for tie in self.ties[0, member, None])

    def head(self, member: UUID | None, day: date) -> UUID | None:
        """Of the household of somebody who is not the head; it falls apart when either leaves the roster."""
        rows = [row for row in self.living[0, member, None] if member and holds(row, day)]
        heads = [row.head_id for row in rows if self.enrolled(row.member_id, day) and self.enrolled(row.head_id, day)]
        return heads[-1] if heads else None

    def receipts_by(self, item: int, question: Question, person: Person, *, together: bool) -> list[Receipt]:
        """What the person, or with it everybody whose head the person is, received by that day, in order."""
        day, keys = question.as_of, [person.key]
        if together:
            members = {row.member_id for row in self.headed[0, person.key[0], None]}
            keys += [(one, None) for one in members if self.head(one, day) == person.key[0]]
        found = [
            receipt
            for key in keys
            for receipt in self.receipts[(item, *key)]
            if receipt.on <= day and question.channel in {None, receipt.channel}
        ]
        return sorted(found, key=lambda one: one.on)

    def situation(self, person: Person, day: date) -> set[str]:
        return {one.kind for one in self.circumstances[0, person.key[0], None] if person.key[0] and holds(one, day)}

    def is_exempt(self, duty: Obligation, person: Person, day: date) -> bool:
        if self.exempting & self.situation(person, day):
            return True
        decisions = [one for one in self.exemptions[(0, *person.key)] if holds(one, day)]
        return any(
            one.item_id == duty.item_id or (one.item_id is None and one.programme_id == duty.item.programme_id)
            for one in decisions
        )

    def rounds(self, item: int, day: date) -> list[tuple[Obligation, date | None]]:
        """The obligations of an item begun by then, each with the first day of the next, oldest first."""
        begun = [duty for duty in self.obligations if duty.item_id == item and duty.round.starts_on <= day]
        begun.sort(key=lambda duty: (duty.round.starts_on, duty.round_id))
        return [
            (duty, begun[place + 1].round.starts_on if place + 1 < len(begun) else None)
            for place, duty in enumerate(begun)
        ]

    def stays(self, duty: Obligation, until: date | None, person: Person, day: date) -> bool:
        """Whether the obligation runs that day, or is over and still binds the person."""
        ends = [end for end in (duty.round.ends_on, until) if end is not None]
        if not ends or day < min(ends):
            return True
        last = min(ends) - timedelta(days=1)
        if not duty.round.carry_over or duty.round.kind == RoundKind.DOSE or last < duty.round.starts_on:
            return False
        member, unit = person.key
        if unit is not None:
            return unit in self.family(last).parent
        return member is not None and self.enrolled(member, last)

    def said(self, duty: Obligation, person: Person, day: date) -> Answer | None:
        """The latest answer in the obligation's round or a later one of the item."""
        rounds = [one.round_id for one, _ in self.rounds(duty.item_id, day)]
        found = [
            one
            for round_ in rounds[rounds.index(duty.round_id) :]
            for one in self.answers[round_, person.key[0], None]
            if one.item_id == duty.item_id and one.on <= day and person.key[0]
        ]
        latest = max(found, key=lambda one: (one.on, one.pk), default=None)
        return None if latest is None or (latest.until and latest.until <= day) else latest

    def owing(self, item: int, question: Question, person: Person, family: Family) -> list[Owing]:
        """The lines of an item that are open, after every receipt by that day."""
        day, lines = question.as_of, []
        for duty, until in self.rounds(item, day):
            bound = self.stays(duty, until, person, day) and self.owes(duty, person, day, family)
            if bound and not self.is_exempt(duty, person, day):
                latest = self.said(duty, person, day)
                settled = latest is not None and latest.kind in {AnswerKind.HAS, AnswerKind.DECLINED}
                lines.append(Owing(duty, until, duty.quantity, settled, latest))
        for together in (False, True):
            own = [line for line in lines if (line.duty.audience.recipient == Recipient.HOUSEHOLD) == together]
            if own:
                self.fill(own, self.receipts_by(item, question, person, together=together))
        return lines

    def fill(self, lines: list[Owing], receipts: list[Receipt]) -> None:
        for receipt in receipts:
            copies = receipt.copies
            for line in lines:
                if line.duty.round.kind != RoundKind.DOSE and line.wants(receipt.on):
                    taken = min(copies, line.needs)
                    line.needs, copies = line.needs - taken, copies - taken
        for line in lines:
            if line.duty.round.kind == RoundKind.DOSE:
                line.needs -= min(line.needs, self.doses(line.duty, {one.on for one in receipts}))

    def doses(self, duty: Obligation, days: set[date]) -> int:
        counted: list[date] = []
        for on in sorted(day for day in days if day >= duty.round.starts_on):
            if not counted or (on - counted[-1]).days >= duty.round.min_interval_days:
                counted.append(on)
        return len(counted)

    def lack(self, line: Owing, channel: str | None) -> Lack | None:
        """None: received, or had already."""
        if line.needs == 0 or (line.latest and line.latest.kind == AnswerKind.HAS and not channel):
            return None
        said = line.latest and AnswerKind(line.latest.kind)
        return {AnswerKind.LATER: Lack.LATER, AnswerKind.DECLINED: Lack.DECLINED}.get(
            said or AnswerKind.OWED, Lack.MISSING
        )

    def judge(self, question: Question, person: Person, family: Family) -> Verdict:
        verdict, day = Verdict(), question.as_of
        for item in question.items:
            lines = self.owing(item.pk, question, person, family)
            verdict.owed |= bool(lines)
            verdict.exempt |= any(
                self.stays(duty, until, person, day)
                and self.owes(duty, person, day, family)
                and self.is_exempt(duty, person, day)
                for duty, until in self.rounds(item.pk, day)
            )
            for line in lines:
                if lack := self.lack(line, question.channel):
                    verdict.lacks.append(lack)
                    verdict.since.append(max(line.duty.round.starts_on, person.since))
        return verdict

    def verdicts(self, question: Question, today: date) -> Iterator[tuple[Person, int | None, Verdict]]:
        """Every person of the day, where it is shown, and what it is due of all items together."""
        family = self.family(question.as_of)
        family_today = self.family(today)
        for person in self.people(question.as_of, family):
            if question.circumstance and question.circumstance not in self.situation(person, question.as_of):
                continue
            now = question.tree is TreeView.NOW
            place = self.place(person, family_today) if now else person.branch
            yield person, place, self.judge(question, person, family)

    def counts(self, question: Question, today: date) -> Numbers:
        """Per unit that people are shown in themselves: the numbers of ``Counts`` by name."""
        found: Numbers = defaultdict(Counter)
        for person, place, verdict in self.verdicts(question, today):
            found[place].update(self.numbers(person, verdict, question.as_of))
        return found

    def numbers(self, person: Person, verdict: Verdict, day: date) -> dict[str, int]:
        lack = next((one for one in Lack if one in verdict.lacks), None)
        return {
            "owed": verdict.owed,
            "received": verdict.owed and lack is None,
            "exempt": verdict.exempt and not verdict.owed,
            "missing": lack is not None,
            "later": lack is Lack.LATER,
            "declined": lack is Lack.DECLINED,
            "out_of_contact": lack is Lack.MISSING and OUT_OF_CONTACT in self.situation(person, day),
        }


def holds(row: Any, day: date) -> bool:
    return bool(row.valid_from <= day and (row.valid_to is None or day < row.valid_to))


def grouped(rows: Iterable[tuple[Any, Any, Any, Any]]) -> dict[tuple[Any, Any, Any], list[Any]]:
    found: dict[tuple[Any, Any, Any], list[Any]] = defaultdict(list)
    for one, two, three, row in rows:
        found[one, two, three].append(row)
    return found
