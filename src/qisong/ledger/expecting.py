"""Who is expected at a meeting: 应到, and all the others whom a sheet lists without expecting them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from qisong.ledger.models import Receipt
from qisong.ledger.terms import LESSON, MEETING, OATH
from qisong.org.models import Term, Unit
from qisong.org.terms import TermCategory
from qisong.org.tree import Tree, tree_on
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.terms import Bond

GATHERINGS = (MEETING, LESSON, OATH)
HOME, HOMEBOUND, AWAY = "home", "homebound", "away"
# Of several circumstances the one that keeps a person farthest away decides.
NEARNESS = (AWAY, HOMEBOUND, HOME)


@dataclass(frozen=True)
class Candidate:
    """A member as a sheet lists one, and the unit whose sheet it is; ``circumstances`` are codes of terms."""

    member: Member
    unit: int
    circumstances: tuple[str, ...] = ()
    excused: bool = False


@dataclass(frozen=True)
class Expected:
    """The members of a unit in tree order, then by name, in the groups of a sheet."""

    home: list[Candidate] = field(default_factory=list)
    homebound: list[Candidate] = field(default_factory=list)
    away: list[Candidate] = field(default_factory=list)
    attached: list[Candidate] = field(default_factory=list)

    @property
    def everybody(self) -> list[Candidate]:
        return [*self.home, *self.homebound, *self.away, *self.attached]

    @property
    def due(self) -> list[Candidate]:
        """应到： formal members whom nothing excuses. The attached join the sheet and no total."""
        return [one for one in (*self.home, *self.homebound, *self.away) if not one.excused]


def expected(unit: Unit, on: date, tree: Tree | None = None) -> Expected:
    """The members of ``unit`` and of whatever stands beneath it on ``on``."""
    beneath = (tree or tree_on(on)).subtree(unit.pk)
    rank = {one: position for position, one in enumerate(beneath)}
    ties = Affiliation.objects.on(on).filter(unit__in=beneath).select_related("member__person")
    settings = circumstance_settings()
    burdens = circumstances_of(beneath, on)
    groups = Expected()
    seen: set[UUID] = set()
    for tie in sorted(ties, key=lambda tie: (tie.bond != Bond.FORMAL, rank[tie.unit_id], tie.member.person.name)):
        if tie.member_id in seen or (tie.member.died_on and tie.member.died_on <= on):
            continue
        seen.add(tie.member_id)
        kinds = burdens[tie.member_id]
        excused = any(settings.get(kind, {}).get("excused") for kind in kinds)
        group = groups.attached if tie.bond != Bond.FORMAL else getattr(groups, group_of(kinds, settings))
        group.append(Candidate(tie.member, tie.unit_id, tuple(kinds), excused))
    return groups


def same_as_last(unit: Unit, on: date) -> set[UUID]:
    """The members expected now who were present when the unit last gathered, up to ``on``: nobody who is excused.

    A home visit is no gathering, nor is a joint one that only others came to.
    """
    listed = expected(unit, on)
    able = {one.member.pk for one in (*listed.due, *listed.attached) if not one.excused}
    presences = Receipt.objects.live().filter(item=None, member__in=able, on__lte=on)
    gathered = presences.filter(activity__served__unit=unit, activity__parts__kind__in=GATHERINGS)
    last = gathered.order_by("-on", "-activity_id").values("activity")[:1]
    return set(presences.filter(activity__in=last).values_list("member_id", flat=True))


def circumstance_settings() -> dict[str, dict[str, Any]]:
    return dict(Term.objects.filter(category=TermCategory.CIRCUMSTANCE).values_list("code", "data"))


def circumstances_of(units: list[int], on: date) -> Mapping[UUID, list[str]]:
    """Member → codes, in the order in which they began."""
    here = Member.objects.belonging(units, on)
    found = Circumstance.objects.on(on).filter(member__in=here).order_by("valid_from", "id")
    burdens: defaultdict[UUID, list[str]] = defaultdict(list)
    for member, kind in found.values_list("member_id", "kind"):
        burdens[member].append(kind)
    return burdens


def group_of(kinds: list[str], settings: Mapping[str, Mapping[str, Any]]) -> str:
    groups = {settings.get(kind, {}).get("group", HOME) for kind in kinds}
    return next((group for group in NEARNESS if group in groups), HOME)
