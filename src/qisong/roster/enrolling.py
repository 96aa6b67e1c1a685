"""Members who are new to the county: one way to make their rows, for a single one and for thousands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models

from qisong.org import journal
from qisong.org.batches import Batch
from qisong.org.models import Person, new_id
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.secrets import sealed_row
from qisong.roster.terms import Bond, Category, Secret

if TYPE_CHECKING:
    from qisong.org.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCircumstance:
    """``since`` is the beginning as told, ``on`` the day from which it counts."""

    kind: str
    on: date
    since: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """All that is to be kept of a new member, as it is stored; ``person`` if the county knows them already."""

    unit: int
    on: date
    name: str
    category: str = Category.FULL
    sex: str = ""
    born: str = ""
    joined: str = ""
    became_full: str = ""
    job: str = ""
    ethnicity: str = ""
    education: str = ""
    address: str = ""
    identity: str = ""
    phone: str = ""
    landline: str = ""
    house: str = ""
    circumstances: tuple[NewCircumstance, ...] = ()
    person: Person | None = None
    id: UUID = field(default_factory=new_id)


def enrol(*, by: Account | None, members: Iterable[NewMember]) -> list[UUID]:
    """Write many new members at once; values are taken as they are. Rows are prepared before the lock is taken."""
    ids: list[UUID] = []
    batch = Batch()
    for member in members:
        ids.append(member_id(member))
        batch.add(rows_of(member))
    with journal.verb("members.enrolled", by=by) as entry:
        batch.write()
        entry.touch("member", ids)
    return ids


def member_id(member: NewMember) -> UUID:
    return member.person.pk if member.person else member.id


def rows_of(member: NewMember) -> Iterator[models.Model]:
    """The rows of one member, in the order in which they must be written."""
    pk = member_id(member)
    if member.person is None:
        yield Person(pk=pk, name=member.name)
    yield Member(
        person_id=pk,
        sex=member.sex,
        born=member.born,
        category=member.category,
        joined=member.joined,
        became_full=member.became_full,
        job=member.job,
        ethnicity=member.ethnicity,
        education=member.education,
        address=member.address,
    )
    yield Affiliation(member_id=pk, unit_id=member.unit, bond=Bond.FORMAL, valid_from=member.on)
    for one in member.circumstances:
        yield Circumstance(member_id=pk, kind=one.kind, since=one.since, detail=one.detail, valid_from=one.on)
    for kind in Secret:
        if value := getattr(member, kind):
            yield sealed_row(pk, kind, value)
