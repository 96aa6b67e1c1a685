"""People on paper who were not listed: the level above says who that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qisong.desk.tables import Link
from qisong.ledger.models import Stranger
from qisong.ledger.strangers import namesakes, waiting_for
from qisong.ledger.typing_back import name_of
from qisong.org.scope import Scope
from qisong.roster.models import Affiliation, Member


@dataclass(frozen=True)
class Unknown:
    """A written name, and the members within reach who bear it."""

    stranger: Stranger
    name: str
    candidates: Sequence[Link]


def unknown_people(scope: Scope) -> list[Unknown]:
    return [unknown(one, scope) for one in waiting_for(scope)[:100]]


def unknown(stranger: Stranger, scope: Scope) -> Unknown:
    found = [Link(described(member, scope), str(member.pk)) for member in namesakes(stranger, scope)]
    return Unknown(stranger, name_of(stranger), found)


def described(member: Member, scope: Scope) -> str:
    """What tells namesakes apart: where each belongs, and when born."""
    ties = Affiliation.objects.within(scope).formal(scope.on).filter(member=member).select_related("unit")
    units = [tie.unit.name for tie in ties]
    return " ".join([member.person.name, *units, member.born])
