"""The rows behind a number, told to people: when, where, who, what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from qisong.ledger.models import Activity, Custody, Receipt
from qisong.org import words
from qisong.org.models import ContactPoint, Pairing, Unit
from qisong.org.terms import TermCategory
from qisong.reporting.indicators import Found
from qisong.reporting.terms import RowKind
from qisong.roster.models import Member


@dataclass(frozen=True)
class Row:
    """``who`` is a person's name, for readers who may know it; ``act`` the act whose page shows the row."""

    kind: RowKind
    id: str
    number: int
    on: date | None = None
    where: str = ""
    who: str = ""
    what: str = ""
    act: UUID | None = None


Fields = dict[str, Any]


def describe(found: Sequence[Found]) -> list[Row]:
    """One row for each of ``found``, in its order."""
    known = {kind: DESCRIBERS[kind]({one.id for one in found if one.kind is kind}) for kind in {f.kind for f in found}}
    return [Row(one.kind, str(one.id), one.number, **known[one.kind].get(one.id, {})) for one in found]


def describe_receipts(ids: Iterable[Any]) -> dict[Any, Fields]:
    rows = Receipt.objects.select_related("activity__unit", "item", "title", "unit", "member__person")
    return {
        row.pk: {
            "on": row.on,
            "where": str(row.unit or row.activity.unit),
            "who": str(row.member or ""),
            "what": named(row.item, row.title),
            "act": row.activity_id,
        }
        for row in rows.in_bulk(list(ids)).values()
    }


def describe_custody(ids: Iterable[Any]) -> dict[Any, Fields]:
    rows = Custody.objects.select_related("unit", "item", "title")
    return {
        row.pk: {"on": row.on, "where": str(row.unit), "what": named(row.item, row.title), "act": row.activity_id}
        for row in rows.in_bulk(list(ids)).values()
    }


def describe_acts(ids: Iterable[Any]) -> dict[Any, Fields]:
    rows = Activity.objects.select_related("unit").prefetch_related("parts")
    return {
        row.pk: {"on": row.on, "where": str(row.unit), "what": row.subject or kinds_of(row), "act": row.pk}
        for row in rows.in_bulk(list(ids)).values()
    }


def kinds_of(act: Activity) -> str:
    kinds = dict.fromkeys(part.kind for part in act.parts.all())
    return "、".join(words.label(TermCategory.PART, kind) for kind in kinds)


def describe_units(codes: Iterable[Any]) -> dict[Any, Fields]:
    return {unit.code: {"where": unit.name} for unit in Unit.objects.filter(code__in=list(codes))}


def describe_pairings(ids: Iterable[Any]) -> dict[Any, Fields]:
    rows = Pairing.objects.select_related("partner", "unit").filter(pk__in=list(ids))
    return {row.pk: {"on": row.valid_from, "where": f"{row.partner} — {row.unit}"} for row in rows}


def describe_contact_points(ids: Iterable[Any]) -> dict[Any, Fields]:
    rows = ContactPoint.objects.select_related("leader", "unit").filter(pk__in=list(ids))
    return {row.pk: {"on": row.valid_from, "where": str(row.unit), "who": str(row.leader)} for row in rows}


def describe_members(ids: Iterable[Any]) -> dict[Any, Fields]:
    rows = Member.objects.select_related("person").in_bulk(list(ids))
    return {pk: {"who": str(row)} for pk, row in rows.items()}


DESCRIBERS: dict[RowKind, Callable[[Iterable[Any]], dict[Any, Fields]]] = {
    RowKind.RECEIPT: describe_receipts,
    RowKind.CUSTODY: describe_custody,
    RowKind.ACT: describe_acts,
    RowKind.UNIT: describe_units,
    RowKind.PAIRING: describe_pairings,
    RowKind.CONTACT_POINT: describe_contact_points,
    RowKind.MEMBER: describe_members,
}


def named(item: object, title: object) -> str:
    return f"{item}《{title}》" if title else str(item or "")
