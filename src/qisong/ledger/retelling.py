"""A recorded act told again as the document that would record it, to be corrected or carried elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from qisong.ledger.models import Activity, Answer, Custody, Participant, Receipt


def document_of(activity: Activity) -> dict[str, Any]:
    """The document (``docs/acts.md``) of what still stands of ``activity``, without an id of its own.

    Rows that were reversed are left out, and so is what follows from presence by itself.
    """
    receipts = receipts_of(activity)
    present = [one for one in receipts if one.item_id is None]
    document = {
        "on": activity.on.isoformat(),
        "unit": activity.unit.code,
        "units": [served.unit.code for served in activity.served.select_related("unit").order_by("pk")],
        "place": activity.place,
        "subject": activity.subject,
        "programmes": sorted(activity.programmes.values_list("code", flat=True)),
        "channel": next((one.channel for one in (*present, *receipts)), None),
        "parts": [
            {"kind": part.kind, "meeting": part.meeting or None, "subject": part.subject}
            for part in activity.parts.order_by("pk")
        ],
        "participants": [participant(one) for one in activity.participants.select_related("person").order_by("pk")],
        "present": [str(one.member_id) for one in present],
        "absent": [
            {"member": str(member), "reason": reason or None}
            for member, reason in activity.absences.order_by("pk").values_list("member_id", "reason")
        ],
        "guests": list(activity.guests.order_by("pk").values("whence", "count")),
        "received": list(received(receipts)),
        "custody": [taken(one) for one in custody_of(activity)],
        "answers": [answered(one) for one in activity.answers.select_related("item").order_by("pk")],
        "minutes": activity.minutes,
    }
    return {key: value for key, value in document.items() if value not in ("", [], {}, None)}


def receipts_of(activity: Activity) -> list[Receipt]:
    """Every live receipt; of the lessons heard only those that came otherwise than by being there."""
    rows = activity.receipts.live().filter(follows=None)
    return list(rows.select_related("item", "title", "unit", "giver_unit", "holder").order_by("pk"))


def custody_of(activity: Activity) -> list[Custody]:
    rows = activity.custody.live().select_related("item", "title", "unit", "giver_unit")
    return list(rows.order_by("pk"))


def participant(one: Participant) -> dict[str, Any]:
    return {"task": one.task, "person": str(one.person_id)} if one.person_id else {"task": one.task, "name": one.name}


def received(receipts: list[Receipt]) -> Iterator[dict[str, Any]]:
    """A line for all who got the same in the same way; units have lines of their own."""
    alike: defaultdict[tuple[Any, ...], list[Receipt]] = defaultdict(list)
    for one in receipts:
        if one.item_id is not None:
            origin = (one.giver_person_id, one.giver_unit_id, one.source, one.holder_id)
            key = (one.item_id, one.title_id, one.copies, one.channel, *origin, one.unit_id is None)
            alike[key].append(one)
    for rows in alike.values():
        first = rows[0]
        members = [str(one.member_id) for one in rows if one.member_id]
        units = [one.unit.code for one in rows if one.unit]
        yield {
            **goods(first),
            "to": members or {"units": units},
            "channel": first.channel,
            "source": first.source or None,
            "holder": first.holder.code if first.holder else None,
        }


def taken(one: Custody) -> dict[str, Any]:
    return {**goods(one), "unit": one.unit.code, "direction": one.direction}


def goods(one: Receipt | Custody) -> dict[str, Any]:
    """What it was, how many copies, and from whom."""
    assert one.item is not None
    giver: dict[str, str] | None = None
    if one.giver_person_id:
        giver = {"person": str(one.giver_person_id)}
    elif one.giver_unit:
        giver = {"unit": one.giver_unit.code}
    title = one.title.code if one.title else None
    return {"item": one.item.code, "title": title, "copies": one.copies, "giver": giver}


def answered(one: Answer) -> dict[str, Any]:
    until = one.until.isoformat() if one.until else None
    return {"member": str(one.member_id), "item": one.item.code, "answer": one.kind, "until": until}
