"""What members answer when they are asked what they need: read, compared with what is known, and kept.

A reply says everything at once: what it leaves out that was held before has ended on its day. Later replies supersede
earlier ones, so a reply older than what is known is refused.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Max

from qisong.org.models import Account
from qisong.org.terms import TermCategory
from qisong.org.words import label, term_of, terms
from qisong.roster.checking import bounded, says_too_much
from qisong.roster.contacts import Contact, checked_contact, contact_row, shown_contact
from qisong.roster.models import ContactPerson, Need, SurveyReply, Wish
from qisong.roster.ties import end
from qisong.seals.chain import canonical
from qisong.sheets.columns import is_null
from qisong.words.digits import tidy
from qisong.words.text import Refusal, refuse

NOBODY = Contact()


@dataclass(frozen=True)
class Reply:
    """``needs``: code → the first day on which it is needed no more, if that was asked; ``ways``: see ``wished``."""

    needs: Mapping[str, date | None] = field(default_factory=dict)
    ways: tuple[str, ...] = ()
    topics: str = ""
    contact: Contact = NOBODY

    @property
    def mark(self) -> str:
        """Short, the same for the same reply: tells whether a prefilled row was touched."""
        return hashlib.sha256(canonical(self.as_json())).hexdigest()[:8]

    def as_json(self) -> dict[str, Any]:
        needs = {kind: until.isoformat() if until else "" for kind, until in sorted(self.needs.items())}
        contact = [self.contact.name, self.contact.relation, self.contact.phone]
        return {"needs": needs, "ways": list(self.ways), "topics": self.topics, "contact": contact}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Reply:
        needs = {kind: date.fromisoformat(until) if until else None for kind, until in kept["needs"].items()}
        return cls(needs, tuple(kept["ways"]), kept["topics"], Contact(*kept["contact"]))


def wished(codes: Collection[str]) -> tuple[str, ...]:
    """Each once and in the county's order, so that the same wish is always told in the same way; unknown ones last."""
    order = [term.code for term in terms(TermCategory.WAY)]
    return (*(code for code in order if code in codes), *sorted(set(codes).difference(order)))


def is_temporary(kind: str) -> bool:
    """Whether people are asked until when they need it."""
    term = term_of(TermCategory.NEED, kind)
    return bool(term and term.data.get("temporary"))


@dataclass
class Known:
    """What is known of some members on a day, and when each last answered."""

    on: date
    needs: dict[UUID, dict[str, Need]]
    wishes: dict[UUID, Wish]
    contacts: dict[UUID, ContactPerson]
    answered: dict[UUID, date]

    @classmethod
    def load(cls, members: Collection[UUID], on: date) -> Known:
        needs: defaultdict[UUID, dict[str, Need]] = defaultdict(dict)
        for need in Need.objects.on(on).filter(member__in=members).order_by("id"):
            needs[need.member_id][need.kind] = need
        wishes = {one.member_id: one for one in Wish.objects.on(on).filter(member__in=members)}
        people = ContactPerson.objects.on(on).filter(member__in=members).select_related("helper__person")
        replies = SurveyReply.objects.filter(member__in=members, on__lte=on).order_by()
        answered = dict(replies.values("member").annotate(last=Max("on")).values_list("member", "last"))
        return cls(on, needs, wishes, {one.member_id: one for one in people}, answered)

    def reply(self, member: UUID) -> Reply:
        """What is known, as the member would have to say it for nothing to change."""
        needs = {kind: one.valid_to if is_temporary(kind) else None for kind, one in self.needs.get(member, {}).items()}
        wish = self.wishes.get(member)
        ways, topics = (tuple(wish.ways), wish.topics) if wish else ((), "")
        return Reply(needs, ways, topics, shown_contact(self.contacts.get(member)))


def newer_than(members: Collection[UUID], on: date) -> set[UUID]:
    """Those of whom something is known that began, or was said, after ``on``."""
    found = set(SurveyReply.objects.filter(member__in=members, on__gt=on).values_list("member", flat=True))
    begun: list[models.Manager[Any]] = [Need.objects, Wish.objects, ContactPerson.objects]
    for rows in begun:
        found.update(rows.filter(member__in=members, valid_from__gt=on).values_list("member", flat=True))
    return found


def checked_reply(reply: Reply, before: Reply, on: date) -> tuple[Reply, list[Refusal]]:
    """The reply as it is kept, and everything in it that cannot be; ``place`` of each is a field of the reply."""
    wrong = [*wrong_needs(reply, on), *wrong_ways(reply.ways)]
    topics = "" if is_null(reply.topics.strip()) else tidy(reply.topics)
    wrong += wrong_words(topics, "topics")
    contact, faults = checked_contact(reply.contact, before.contact)
    return replace(reply, topics=topics, contact=contact), [*wrong, *faults]


def wrong_needs(reply: Reply, on: date) -> Iterator[Refusal]:
    for kind, until in reply.needs.items():
        if term_of(TermCategory.NEED, kind) is None:
            yield refuse("unknown-need", "没有“{kind}”这种需要。", "There is no need {kind}.", place="needs", kind=kind)
        if until is not None and until <= on:
            yield refuse(
                "until-passed",
                "“{need}”到哪天，应当晚于询问的日期。不再需要的，请去掉勾。",
                "{need}: until when? It must lie after the day of asking. Take the tick away if it is over.",
                place="until",
                need=label(TermCategory.NEED, kind),
            )


def wrong_ways(ways: tuple[str, ...]) -> Iterator[Refusal]:
    for code in ways:
        term = term_of(TermCategory.WAY, code)
        if term is None or not term.data.get("wish"):
            yield refuse("unknown-way", "没有“{way}”这种方式。", "There is no way {way}.", place="ways", way=code)


def wrong_words(text: str, place: str) -> Iterator[Refusal]:
    try:
        bounded(text, place)
    except Refusal as refusal:
        yield refusal
    if says_too_much(text):
        yield refuse(
            "health-or-faith",
            "这里不记病情和信仰。想听这方面的，写“健康知识”就够了。",
            "Neither illness nor faith is kept here; “health” is enough for such a topic.",
            place=place,
        )


def keep_reply(known: Known, member: UUID, reply: Reply, by: Account | None) -> bool:
    """Write a checked reply; whether anything has changed. Inside a verb that holds the member."""
    before = known.reply(member)
    SurveyReply.objects.create(member_id=member, on=known.on, recorded_by=by)
    if reply == before:
        return False
    keep_needs(known, member, reply.needs)
    if (reply.ways, reply.topics) != (before.ways, before.topics):
        keep_wish(known, member, reply.ways, reply.topics)
    if reply.contact != before.contact:
        keep_contact(known, member, reply.contact)
    return True


def keep_needs(known: Known, member: UUID, needs: Mapping[str, date | None]) -> None:
    held = known.needs.get(member, {})
    for kind, need in held.items():
        if kind not in needs:
            end(need, known.on)
        elif is_temporary(kind) and need.valid_to != needs[kind]:
            need.valid_to = needs[kind]
            need.save(update_fields=["valid_to"])
    for kind, until in needs.items():
        if kind not in held:
            Need.objects.create(member_id=member, kind=kind, valid_from=known.on, valid_to=until)


def keep_wish(known: Known, member: UUID, ways: tuple[str, ...], topics: str) -> None:
    if held := known.wishes.get(member):
        end(held, known.on)
    if ways or topics:
        Wish.objects.create(member_id=member, ways=list(ways), topics=topics, valid_from=known.on)


def keep_contact(known: Known, member: UUID, contact: Contact) -> None:
    held = known.contacts.get(member)
    row = contact_row(member, contact, held, known.on) if contact.name else None
    if held:
        end(held, known.on)
    if row:
        row.save(force_insert=True)
