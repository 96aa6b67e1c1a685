"""How each member is best reached: as they wish, then as they need, then as is usual for people like them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from qisong.org import journal
from qisong.org.intervals import holds_on
from qisong.org.models import Account, Post, Term, UnitState
from qisong.org.terms import TermCategory
from qisong.org.words import label, term_of, terms
from qisong.roster.models import Affiliation, Circumstance, Need, Wish
from qisong.roster.terms import Bond
from qisong.words.dates import PartialDate
from qisong.words.text import refuse


class Ground(StrEnum):
    """Why a way suits somebody, the strongest first."""

    WISH = "wish"
    NEED = "need"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Way:
    """``code`` of a way, and the need or group that speaks for it ("" for the member's own wish)."""

    code: str
    ground: Ground
    source: str = ""

    @property
    def label(self) -> str:
        return label(TermCategory.WAY, self.code)

    @property
    def channel(self) -> str:
        """The channel that carries it, "" if none is named."""
        term = term_of(TermCategory.WAY, self.code)
        return str(term.data.get("channel", "")) if term else ""


@dataclass
class Traits:
    """What decides to which groups a member belongs."""

    born: str = ""
    joined: str = ""
    unit: int = 0
    circumstances: set[str] = field(default_factory=set)
    of_unit: Collection[str] = ()
    posts: dict[str, date] = field(default_factory=dict)


def ways_for(members: Collection[UUID], on: date, *, told: Collection[int] = ()) -> dict[UUID, list[Way]]:
    """Member → ways in their order, each with its ground; the same number of queries for one as for hundreds.

    A wish comes before everything else. What a need bars is not suggested by any group. Groups that follow from a
    confidential trait are named only for members of the units ``told``.
    """
    people = list(members)
    wishes = {one.member_id: one.ways for one in Wish.objects.on(on).filter(member__in=people)}
    needs: defaultdict[UUID, list[str]] = defaultdict(list)
    for member, kind in Need.objects.on(on).filter(member__in=people).order_by("id").values_list("member", "kind"):
        needs[member].append(kind)
    traits, groups = traits_of(people, on), [(term, is_confidential(term)) for term in terms(TermCategory.GROUP)]
    found: dict[UUID, list[Way]] = {}
    for one in people:
        said = traits[one]
        suited = [term for term, secret in groups if belongs(said, term, on) and (said.unit in told or not secret)]
        found[one] = list(in_order(wishes.get(one, []), needs[one], suited))
    return found


def in_order(wished: Iterable[str], needs: Sequence[str], groups: Iterable[Term]) -> Iterator[Way]:
    needed = [term for kind in needs if (term := term_of(TermCategory.NEED, kind))]
    barred = {code for term in needed for code in term.data.get("bars", [])}
    found = [Way(code, Ground.WISH) for code in wished]
    found += [Way(code, Ground.NEED, term.code) for term in needed for code in term.data.get("ways", [])]
    found += [Way(code, Ground.GROUP, one.code) for one in groups for code in one.data["ways"] if code not in barred]
    seen: set[str] = set()
    for way in found:
        if way.code not in seen:
            seen.add(way.code)
            yield way


def is_confidential(group: Term) -> bool:
    traits = (term_of(TermCategory.TRAIT, code) for code in group.data.get("traits", []))
    return any(trait and trait.data.get("confidential") for trait in traits)


def belongs(one: Traits, group: Term, on: date) -> bool:
    said = group.data
    return (
        not one.circumstances.isdisjoint(said.get("circumstances", []))
        or not set(one.of_unit).isdisjoint(said.get("traits", []))
        or is_past(one.born, said.get("age"), on)
        or is_past(one.joined, said.get("joined_years"), on)
        or any(is_recent(one.posts.get(role), said.get("within_days"), on) for role in said.get("roles", []))
    )


def is_past(since: str, years: int | None, on: date) -> bool:
    """Whether ``years`` have certainly passed since a day that may be known only in part."""
    if not since or years is None:
        return False
    passed = on.year - int(since[:4])
    if passed != years:
        return passed > years
    last = PartialDate.from_text(since).last
    return (on.year - last.year, on.month, on.day) >= (years, last.month, last.day)


def is_recent(given: date | None, days: int | None, on: date) -> bool:
    return given is not None and (days is None or (on - given).days < days)


def traits_of(members: Sequence[UUID], on: date) -> Mapping[UUID, Traits]:
    """Whoever belongs nowhere that day has none."""
    found: defaultdict[UUID, Traits] = defaultdict(Traits)
    ties = Affiliation.objects.filter(holds_on(on), member__in=members, bond=Bond.FORMAL)
    for member, born, joined, unit in ties.values_list("member", "member__born", "member__joined", "unit"):
        found[member] = Traits(born, joined, unit)
    for member, kind in Circumstance.objects.on(on).filter(member__in=members).values_list("member", "kind"):
        found[member].circumstances.add(kind)
    units = {one.unit for one in found.values()}
    of_units = dict(UnitState.objects.on(on).filter(unit__in=units).values_list("unit", "traits"))
    roles = {role for group in terms(TermCategory.GROUP) for role in group.data.get("roles", [])}
    posts = Post.objects.standing(on, *roles).filter(person__in=members)
    for person, role, given in posts.order_by("valid_from").values_list("person", "role", "valid_from"):
        found[person].posts[role] = given
    for one in found.values():
        one.of_unit = of_units.get(one.unit, ())
    return found


def set_ways(*, by: Account | None, group: str, ways: Sequence[str]) -> Term:
    """From now on the members of ``group`` are usually reached by ``ways``, in the county's order of them."""
    known = [term.code for term in terms(TermCategory.WAY)]
    if unknown := [code for code in ways if code not in known]:
        raise refuse("unknown-way", "没有“{way}”这种方式。", "There is no way {way}.", place="ways", way=unknown[0])
    with journal.verb("group.changed", by=by) as entry:
        term = Term.objects.select_for_update().get(category=TermCategory.GROUP, code=group)
        term.data = term.data | {"ways": in_given_order(term, ways, known)}
        term.save(update_fields=["data"])
        entry.touch("group", [group])
    return term


def in_given_order(term: Term, ways: Sequence[str], known: Sequence[str]) -> list[str]:
    """What stays keeps its place, what is new follows in the county's order."""
    kept = [code for code in term.data["ways"] if code in ways]
    return kept + [code for code in known if code in ways and code not in kept]
