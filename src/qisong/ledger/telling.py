"""Acts told again as the documents that would record them: here by the ids of people, elsewhere by names and codes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from qisong.ledger.models import Activity, Custody, Receipt
from qisong.org.models import Person, Post
from qisong.roster.models import Affiliation, Member
from qisong.roster.terms import Bond

Document = dict[str, Any]
Stay = tuple[int, date, date | None, str]  # how near, from, to, the unit's code
EVERY = ("unit", "served__unit", "programmes", "parts", "participants", "guests", "absences", "answers__item")


def told_acts(*, reversed_: bool = False) -> Iterator[Document]:
    """Every act that stands, or every one that was reversed, oldest first; people by unit and name."""
    acts = Activity.objects.filter(reversal__isnull=not reversed_).order_by("on", "id")
    people = Named()
    for act in with_live_rows(acts).iterator(chunk_size=200):
        yield told(act, people)


def document_of(activity: Activity) -> Document:
    """What still stands of an act, to be corrected: people by their ids, and no id of its own."""
    act = with_live_rows(Activity.objects.filter(pk=activity.pk)).get()
    return {key: value for key, value in told(act, ById()).items() if key not in {"id", "reversed"}}


def with_live_rows(acts: QuerySet[Activity]) -> QuerySet[Activity]:
    """The acts with all that hangs on them but the rows that a reversal cancelled."""
    receipts = Receipt.objects.filter(reversal=None).select_related("item", "title", "unit", "giver_unit", "holder")
    custody = Custody.objects.filter(reversal=None).select_related("item", "title", "unit", "giver_unit")
    rows: list[Any] = [
        *EVERY,
        Prefetch("receipts", receipts.order_by("id")),
        Prefetch("custody", custody.order_by("id")),
    ]
    return acts.select_related("reversal").prefetch_related(*rows)


class People(Protocol):
    """How a document refers to somebody."""

    def ref(self, person: UUID, on: date) -> object: ...


class ById:
    def ref(self, person: UUID, on: date) -> str:  # noqa: ARG002 - an id means the same on every day
        return str(person)


class Named:
    """By unit and name, and by the birth date where it is known."""

    def __init__(self) -> None:
        self.names = dict(Person.objects.values_list("pk", "name"))
        self.born = dict(Member.objects.exclude(born="").values_list("pk", "born"))
        self.stays: dict[UUID, list[Stay]] = defaultdict(list)
        ties = Affiliation.objects.values_list("member", "bond", "valid_from", "valid_to", "unit__code")
        for person, bond, first, end, unit in ties:
            self.stays[person].append((0 if bond == Bond.FORMAL else 1, first, end, unit))
        for person, first, end, unit in Post.objects.values_list("person", "valid_from", "valid_to", "unit__code"):
            self.stays[person].append((2, first, end, unit))

    def ref(self, person: UUID, on: date) -> Document:
        """Where somebody belonged on the day, or else the last place known."""

        def distance(stay: Stay) -> tuple[bool, int, int]:
            near, first, end, _unit = stay
            return (not (first <= on and (end is None or on < end)), near, -first.toordinal())

        stays = sorted(self.stays[person], key=distance)
        told_ = {"unit": stays[0][3] if stays else "", "name": self.names[person]}
        return told_ | ({"born": self.born[person]} if person in self.born else {})


def told(act: Activity, people: People) -> Document:
    """Nothing that is empty is said. Of a reversed act its reason is told, too."""
    receipts = list(act.receipts.all())
    present = [one for one in receipts if one.item_id is None]
    document = {
        "id": str(act.pk),
        "on": act.on.isoformat(),
        "unit": act.unit.code,
        "units": [one.unit.code for one in act.served.all()],
        "place": act.place,
        "subject": act.subject,
        "programmes": [one.code for one in act.programmes.all()],
        "parts": [
            filled({"kind": one.kind, "meeting": one.meeting, "subject": one.subject}) for one in act.parts.all()
        ],
        "channel": present[0].channel if present else "",
        "participants": [
            {"task": one.task}
            | ({"person": people.ref(one.person_id, act.on)} if one.person_id else {"name": one.name})
            for one in act.participants.all()
        ],
        "present": [people.ref(one.member_id, act.on) for one in present if one.member_id],
        "absent": [
            filled({"member": people.ref(one.member_id, act.on), "reason": one.reason}) for one in act.absences.all()
        ],
        "guests": [filled({"whence": one.whence, "count": one.count}) for one in act.guests.all()],
        # What somebody heard by being present follows from that presence again.
        "received": handed([one for one in receipts if one.item_id and not one.follows_id], people),
        "custody": [taken(one, people) for one in act.custody.all()],
        "answers": [
            filled(
                {
                    "member": people.ref(one.member_id, act.on),
                    "item": one.item.code,
                    "answer": one.kind,
                    "until": one.until.isoformat() if one.until else "",
                }
            )
            for one in act.answers.all()
        ],
        "minutes": {key: text for key, text in act.minutes.items() if text},
        "reversed": act.reversal.reason if hasattr(act, "reversal") else "",
    }
    return filled(document)


def filled(document: Document) -> Document:
    return {key: value for key, value in document.items() if value}


def handed(receipts: list[Receipt], people: People) -> list[Document]:
    """A line for all that were handed the same, from the same giver, in the same way."""
    lines: dict[tuple[object, ...], tuple[Document, list[Receipt]]] = {}
    for one in receipts:
        line = line_of(one, people)
        key = (one.unit_id is None, repr(line))
        lines.setdefault(key, (line, []))[1].append(one)
    return [line | {"to": recipients(rows, people)} for line, rows in lines.values()]


def line_of(row: Receipt, people: People) -> Document:
    return filled(
        {
            "item": row.item.code if row.item else "",
            "title": row.title.code if row.title else "",
            "copies": row.copies,
            "channel": row.channel,
            "giver": giver(row, people),
            "source": row.source,
            "holder": row.holder.code if row.holder else "",
        }
    )


def recipients(rows: list[Receipt], people: People) -> object:
    if units := [row.unit.code for row in rows if row.unit]:
        return {"units": units}
    return [people.ref(row.member_id, row.on) for row in rows if row.member_id]


def taken(row: Custody, people: People) -> Document:
    return filled(
        {
            "item": row.item.code,
            "title": row.title.code if row.title else "",
            "copies": row.copies,
            "unit": row.unit.code,
            "direction": row.direction,
            "giver": giver(row, people),
        }
    )


def giver(row: Receipt | Custody, people: People) -> Document:
    if row.giver_person_id:
        return {"person": people.ref(row.giver_person_id, row.on)}
    return {"unit": row.giver_unit.code} if row.giver_unit else {}
