"""The rows that carry out a review: newcomers, changes, moves and departures, prepared before the lock is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qisong.org.batches import Batch
from qisong.roster.beginnings import Beginnings
from qisong.roster.enrolling import NewCircumstance, NewMember, rows_of
from qisong.roster.holding import chunks
from qisong.roster.models import Affiliation, Circumstance, Member, SealedIdentity
from qisong.roster.rewriting import Rewriting
from qisong.roster.secrets import index_of, sealed_row
from qisong.roster.signals import belonging_changed
from qisong.roster.statements import State, Statement
from qisong.roster.terms import Bond, Leaving, Secret
from qisong.roster.ties import check_not_gone, leave
from qisong.words.dates import PartialDate
from qisong.words.text import Refusal, refuse


@dataclass(frozen=True, slots=True)
class Newcomer:
    id: UUID
    said: Statement


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change to a member, who was at ``version`` when the change was found."""

    member: UUID
    version: int
    change: Statement


@dataclass(slots=True)
class Rows:
    """What exists of some members, as far as a change may touch it."""

    members: Mapping[UUID, Member]
    secrets: dict[tuple[UUID, str], SealedIdentity]
    states: dict[tuple[UUID, str], Circumstance]
    ties: dict[UUID, list[Affiliation]]

    @classmethod
    def of(cls, ids: list[UUID]) -> Rows:
        rows = cls(Member.objects.select_related("person").in_bulk(ids), {}, {}, {pk: [] for pk in ids})
        for secret in SealedIdentity.objects.filter(member__in=ids):
            rows.secrets[secret.member_id, secret.kind] = secret
        for state in Circumstance.objects.filter(member__in=ids, valid_to=None):
            rows.states[state.member_id, state.kind] = state
        for tie in Affiliation.objects.filter(member__in=ids, valid_to=None):
            rows.ties[tie.member_id].append(tie)
        return rows


class Amending:
    """Prepared by ``enrol``, ``amend`` and ``dismiss``; carried out by ``write`` inside the verb."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._versions: dict[UUID, int] = {}  # as compared; of those who exist
        self._newcomers: list[UUID] = []
        self._numbers: set[str] = set()  # blind indexes that nobody may hold yet
        self._departures: list[tuple[Member, date]] = []
        self._moved: list[UUID] = []
        self._rewriting = Rewriting()
        self._inserting = Batch()

    @property
    def members(self) -> list[UUID]:
        return [*self._versions, *self._newcomers]

    def enrol(self, newcomers: Sequence[Newcomer]) -> None:
        beginnings = Beginnings((one.said.unit for one in newcomers if one.said.unit), self._on)
        for one in newcomers:
            self._inserting.add(rows_of(new_member(one, beginnings, self._on)))
            self._newcomers.append(one.id)
            self._claim(one.said)

    def amend(self, amendments: Iterable[Amendment]) -> None:
        for chunk in chunks(amendments):
            rows = Rows.of([one.member for one in chunk])
            for one in chunk:
                self._versions[one.member] = one.version
                self._amend(one, rows)

    def dismiss(self, member: Member, on: date) -> None:
        """The member left on ``on``."""
        self._versions[member.pk] = member.version
        self._departures.append((member, on))

    def write(self) -> None:
        """Refuses ``stale`` when somebody changed one of the members, or took one of the numbers, since."""
        self._check_nothing_changed()
        for chunk in chunks(self._moved):
            check_not_gone(chunk)
        self._rewriting.write()
        for member, on in self._departures:
            leave(member, on, Leaving.DEPARTURE)
            Member.objects.filter(pk=member.pk).update(version=member.version + 1)
        self._inserting.write()
        belonging_changed.send(Member, members=self._moved)

    def _check_nothing_changed(self) -> None:
        check_versions(self._versions)
        taken = any(
            SealedIdentity.objects.filter(kind=Secret.IDENTITY, index__in=chunk).exists()
            for chunk in chunks(self._numbers)
        )
        if taken:
            raise stale()

    def _amend(self, one: Amendment, rows: Rows) -> None:
        member, change = rows.members[one.member], one.change
        self._amend_values(member, change)
        for kind, value in change.secrets.items():
            self._amend_secret(member, Secret(kind), value, rows.secrets.get((one.member, kind)))
        for kind, state in change.states.items():
            self._amend_state(member, kind, state, rows.states.get((one.member, kind)))
        if change.unit is not None:
            self._move(member, change.unit, rows.ties[one.member])

    def _amend_values(self, member: Member, change: Statement) -> None:
        values = {field: value for field, value in change.values.items() if field != "name"}
        for field, value in values.items():
            setattr(member, field, value)
        member.version += 1
        self._rewriting.add([member], *values, "version")
        if change.name:
            member.person.name = change.name
            self._rewriting.add([member.person], "name")

    def _amend_secret(self, member: Member, kind: Secret, value: str, kept: SealedIdentity | None) -> None:
        new = sealed_row(member.pk, kind, value)
        if kept is None:
            self._inserting.add([new])
        else:
            new.pk = kept.pk
            self._rewriting.add([new], "sealed", "index", "mask")
        if kind == Secret.IDENTITY:
            self._numbers.add(new.index)

    def _amend_state(self, member: Member, kind: str, state: State, kept: Circumstance | None) -> None:
        if kept is None:
            begun = beginning(kind, state, self._on)
            self._inserting.add(
                [Circumstance(member=member, kind=kind, since=begun.since, detail=begun.detail, valid_from=begun.on)]
            )
        elif not state.holds:
            kept.valid_to = max(self._on, kept.valid_from)
            self._rewriting.add([kept], "valid_to")
        else:
            kept.detail = state.detail or kept.detail
            if state.since:
                kept.since, kept.valid_from = state.since, beginning(kind, state, self._on).on
            self._rewriting.add([kept], "since", "detail", "valid_from")

    def _move(self, member: Member, unit: int, ties: Sequence[Affiliation]) -> None:
        for tie in ties:
            if tie.bond == Bond.FORMAL or tie.unit_id == unit:
                tie.valid_to, tie.left_by = max(self._on, tie.valid_from), Leaving.TRANSFER
                self._rewriting.add([tie], "valid_to", "left_by")
        self._moved.append(member.pk)
        self._inserting.add([Affiliation(member=member, unit_id=unit, bond=Bond.FORMAL, valid_from=self._on)])

    def _claim(self, said: Statement) -> None:
        if said.identity:
            self._numbers.add(index_of(Secret.IDENTITY, said.identity))


def new_member(one: Newcomer, beginnings: Beginnings, on: date) -> NewMember:
    said = one.said
    if said.unit is None:
        raise ValueError("a newcomer without a branch has an error and is never applied")
    states = tuple(beginning(kind, state, on) for kind, state in said.states.items() if state.holds)
    begins = beginnings.of(said.unit, said.values.get("joined", ""))
    return NewMember(
        id=one.id,
        unit=said.unit,
        on=begins,
        circumstances=states,
        **said.values,  # type: ignore[arg-type] # fields that hold texts
        **said.secrets,  # type: ignore[arg-type] # likewise
    )


def beginning(kind: str, state: State, on: date) -> NewCircumstance:
    """A circumstance from the first day it may have begun; from ``on`` if that is not told."""
    first = min(PartialDate.from_text(state.since).first, on) if state.since else on
    return NewCircumstance(kind=kind, on=first, since=state.since, detail=state.detail)


def check_versions(versions: Mapping[UUID, int]) -> None:
    """Nobody has changed one of these members since they were read."""
    for chunk in chunks(versions.items()):
        expected = dict(chunk)
        if expected != dict(Member.objects.filter(pk__in=expected).values_list("pk", "version")):
            raise stale()


def stale() -> Refusal:
    return refuse(
        "stale",
        "核对之后，名册又有变动，没有写入。请重新核对这份文件。",
        "The roster has changed since this was compared; nothing was written. Compare the file again.",
    )
