"""Many posts, contact points and pairings in one verb: a county that starts has thousands of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from qisong.org import journal
from qisong.org.models import Account, ContactPoint, Pairing, Post, UnitState
from qisong.org.terms import TermCategory
from qisong.org.words import term_of
from qisong.words.text import Refusal, refuse

Tie = Post | ContactPoint | Pairing
Span = tuple[date, date | None]


def staff(*, by: Account | None, ties: Sequence[Tie]) -> None:
    """Write unsaved posts, contact points and pairings at once, all or nothing.

    Refuses an unknown role, a unit that does not stand on the first day, and what holds already at that time.
    """
    with journal.verb("units.staffed", by=by) as entry:
        check_roles(ties)
        check_standing(ties)
        check_once(ties)
        Post.objects.bulk_create([tie for tie in ties if isinstance(tie, Post)])
        ContactPoint.objects.bulk_create([tie for tie in ties if isinstance(tie, ContactPoint)])
        Pairing.objects.bulk_create([tie for tie in ties if isinstance(tie, Pairing)])
        entry.touch_county()


def check_roles(ties: Sequence[Tie]) -> None:
    for role in sorted({tie.role for tie in ties if isinstance(tie, Post)}):
        if term_of(TermCategory.ROLE, role) is None:
            raise refuse(
                "unknown-role", "没有“{role}”这种职务。", "There is no role called {role}.", place="role", role=role
            )


def check_standing(ties: Sequence[Tie]) -> None:
    standing: dict[int, list[Span]] = defaultdict(list)
    for pk, start, stop in UnitState.objects.values_list("unit_id", "valid_from", "valid_to"):
        standing[pk].append((start, stop))
    for tie in ties:
        for unit in (tie.unit, *([tie.partner] if isinstance(tie, Pairing) else [])):
            if not any(covers(span, tie.valid_from) for span in standing[unit.pk]):
                raise refuse(
                    "not-standing",
                    "“{unit}”在{on}还没有成立或已经撤销。",
                    "{unit} was not yet created, or already closed, on {on}.",
                    place="unit",
                    unit=unit.name,
                    on=tie.valid_from,
                )


def check_once(ties: Sequence[Tie]) -> None:
    """The same tie may be made again only after it has ended."""
    held: dict[tuple[object, ...], list[Span]] = defaultdict(list)
    for tie in existing():
        held[key_of(tie)].append((tie.valid_from, tie.valid_to))
    for tie in ties:
        spans = held[key_of(tie)]
        if any(overlap(span, (tie.valid_from, tie.valid_to)) for span in spans):
            raise held_twice(tie)
        spans.append((tie.valid_from, tie.valid_to))


def existing() -> Iterator[Tie]:
    for model in (Post, ContactPoint, Pairing):
        yield from model.objects.all()


def key_of(tie: Tie) -> tuple[object, ...]:
    if isinstance(tie, Post):
        return Post, tie.person_id, tie.unit_id, tie.role
    if isinstance(tie, ContactPoint):
        return ContactPoint, tie.leader_id, tie.unit_id
    return Pairing, tie.partner_id, tie.unit_id


def covers(span: Span, day: date) -> bool:
    return span[0] <= day and (span[1] is None or day < span[1])


def overlap(one: Span, other: Span) -> bool:
    return covers(one, other[0]) or covers(other, one[0])


def held_twice(tie: Tie) -> Refusal:
    return refuse(
        "already-so",
        "“{unit}”已经有这一条了，不用再加。",
        "{unit} has this already; nothing needs adding.",
        place="unit",
        unit=tie.unit.name,
    )
