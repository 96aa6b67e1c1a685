"""What is due soon, in words: what, of which round, by when, and how many it has not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from qisong.coverage.deadlines import Deadline, due_soon
from qisong.coverage.ground import Claim
from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.org.words import word


@dataclass(frozen=True)
class DueLine:
    text: str
    url: str
    due: date
    overdue: bool


def due_lines(scope: Scope, unit: Unit, items: Sequence[Item]) -> list[DueLine]:
    names = reverse("desk:names", args=[unit.pk]) if scope.allows(Right.NAMES, unit) else ""
    return [
        DueLine(
            _("{claim}: {lacking}").format(claim=claimed(one.claim), lacking=lacking(one)),
            f"{names}?item={one.claim.item.code}" if names else reverse("desk:unit", args=[unit.pk]),
            one.due_on,
            one.due_on < scope.on,
        )
        for one in due_soon(unit, items, as_of=scope.on)
    ]


def claimed(claim: Claim) -> str:
    """The item, with its round where more than one may be meant."""
    said = _("{item} (left over from {round})") if claim.carried else _("{item} ({round})")
    return said.format(item=claim.item, round=claim.round)


def lacking(one: Deadline) -> str:
    said = []
    if one.people and one.claim.by_household:
        said.append(_("{n} {households} still without it").format(n=one.people, households=word("households")))
    elif one.people:
        said.append(_("{n} people still without it").format(n=one.people))
    if one.units:
        said.append(_("{n} {units} still without it").format(n=one.units, units=word("units")))
    return _(", ").join(said)
