"""People on paper who were not listed: the level above says who that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qisong.desk.tables import Link
from qisong.ledger.models import Item, Stranger
from qisong.ledger.strangers import namesakes, waiting_for
from qisong.ledger.typing_back import name_of
from qisong.org.scope import Scope
from qisong.roster.models import Affiliation, Member

MOST_SHOWN = 100


@dataclass(frozen=True)
class Unknown:
    """A written name, and the members within reach who bear it."""

    stranger: Stranger
    name: str
    candidates: Sequence[Link]

    @property
    def items(self) -> Sequence[Item]:
        """What the paper had columns for."""
        return list(self.stranger.sheet.items.all())


def unknown_people(scope: Scope) -> list[Unknown]:
    strangers = list(waiting_for(scope)[:MOST_SHOWN])
    found = namesakes(strangers, scope)
    homes = homes_of([one for members in found.values() for one in members], scope)
    return [
        Unknown(one, name_of(one), [Link(described(member, homes), str(member.pk)) for member in found[one.pk]])
        for one in strangers
    ]


def homes_of(members: Sequence[Member], scope: Scope) -> dict[UUID, str]:
    ties = Affiliation.objects.within(scope).formal(scope.on).filter(member__in=members)
    return dict(ties.values_list("member", "unit__name"))


def described(member: Member, homes: dict[UUID, str]) -> str:
    """What tells namesakes apart: where each belongs, and when born."""
    return " ".join(filter(None, [member.person.name, homes.get(member.pk, ""), member.born]))
