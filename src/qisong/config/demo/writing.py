"""Writes the planned county through the verbs of the rooms: first how it stood, then what changed, day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from qisong.config.demo.county import County
from qisong.config.demo.members import PlannedMember, Spell
from qisong.config.demo.tree import Change
from qisong.org.appointing import add_person
from qisong.org.models import ContactPoint, Pairing, Post, Unit
from qisong.org.staffing import Tie, staff
from qisong.org.tending import NewUnit, close_unit, create_units, merge_units, move_unit, rename_unit
from qisong.roster.editing import (
    attach_member,
    end_circumstance,
    make_full,
    record_death,
    record_departure,
    transfer_member,
)
from qisong.roster.enrolling import NewCircumstance, NewMember, enrol
from qisong.roster.models import Circumstance, Member
from qisong.roster.terms import Category

if TYPE_CHECKING:
    from uuid import UUID

Happening = tuple[date, Callable[[], object]]


class Writer:
    """Knows the rows that stand for planned units and people."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.units: dict[str, Unit] = {}
        self.ids: dict[int, UUID] = {}

    def write_units(self) -> None:
        """All units as they were founded, beneath the root that stands already."""
        plans = [
            NewUnit(one.code, one.name, one.kind, one.traits, one.parent, one.founded) for one in self.county.tree.units
        ]
        create_units(by=None, plans=plans)
        self.units = {unit.code: unit for unit in Unit.objects.all()}

    def write_members(self) -> None:
        new = {member.number: self.new_member(member) for member in self.county.members}
        enrol(by=None, members=new.values())
        self.ids = {number: one.id for number, one in new.items()}

    def new_member(self, member: PlannedMember) -> NewMember:
        full = member.became_full
        return NewMember(
            unit=self.units[member.stays[0].unit].pk,
            on=member.stays[0].since,
            name=member.name,
            category=Category.FULL if full else Category.PROBATIONARY,
            sex=member.sex,
            born=member.born.isoformat(),
            joined=member.joined.isoformat(),
            became_full=full.isoformat() if full else "",
            job=member.job,
            identity=member.identity,
            phone=member.phone,
            landline=member.landline,
            circumstances=tuple(
                NewCircumstance(kind=one.kind, on=one.since, since=one.since.isoformat(), detail=one.detail)
                for one in member.spells
            ),
        )

    # ---- posts ---------------------------------------------------------------------------------------------------

    def write_posts(self) -> None:
        """Posts, contact points and pairings; posts at units that merge end with them."""
        offices, gone, units = self.county.offices, self.county.tree.gone, self.units
        for number, name in offices.outsiders.items():
            self.ids[number] = add_person(by=None, name=name).pk
        ties: list[Tie] = [
            Post(
                person_id=self.ids[one.holder],
                unit=units[one.unit],
                role=one.role,
                valid_from=one.since,
                valid_to=None if one.unit in gone else one.until,
            )
            for one in offices.posts
        ]
        ties += [
            ContactPoint(leader_id=self.ids[one.leader], unit=units[one.unit], valid_from=one.since)
            for one in offices.contact_points
        ]
        ties += [
            Pairing(partner=units[one.partner], unit=units[one.unit], valid_from=one.since) for one in offices.pairings
        ]
        staff(by=None, ties=ties)

    # ---- what changed --------------------------------------------------------------------------------------------

    def write_changes(self) -> None:
        """The tree first, because a merger takes people along; then what happened to people, in its order."""
        for change in self.county.tree.changes:
            self.write_change(change)
        for _day, write in sorted(self.happenings(), key=itemgetter(0)):
            write()

    def write_change(self, change: Change) -> None:
        unit, on = self.units[change.unit], change.on
        if change.verb == "rename":
            rename_unit(by=None, unit=unit, on=on, name=change.name)
        elif change.verb == "move":
            move_unit(by=None, unit=unit, parent=self.units[change.to], on=on)
        elif change.verb == "merge":
            merge_units(by=None, unit=unit, into=self.units[change.to], on=on)
        else:
            close_unit(by=None, unit=unit, on=on)

    def happenings(self) -> Iterator[Happening]:
        rows = Member.objects.in_bulk(list(self.ids.values()))
        for member in self.county.members:
            yield from self.moves_of(member, rows[self.ids[member.number]])
            yield from endings_of(member, rows[self.ids[member.number]])
        ended = {(self.ids[one.number], spell.kind): spell.until for one, spell in ended_spells(self.county.members)}
        for row in Circumstance.objects.select_related("member"):
            if until := ended.get((row.member_id, row.kind)):
                yield until, bind(end_circumstance, circumstance=row, on=until)

    def moves_of(self, member: PlannedMember, row: Member) -> Iterator[Happening]:
        """Transfers and attachments; a merger has moved its people already."""
        gone = self.county.tree.gone
        for before, stay in pairwise(member.stays):
            if before.unit not in gone:
                yield stay.since, bind(transfer_member, member=row, unit=self.units[stay.unit], on=stay.since)
        for stay in member.attached:
            yield stay.since, bind(attach_member, member=row, unit=self.units[stay.unit], on=stay.since)


def endings_of(member: PlannedMember, row: Member) -> Iterator[Happening]:
    verbs = ((member.made_full_on, make_full), (member.left_on, record_departure), (member.died_on, record_death))
    for day, verb in verbs:
        if day:
            yield day, bind(verb, member=row, on=day)


def ended_spells(members: Iterable[PlannedMember]) -> Iterator[tuple[PlannedMember, Spell]]:
    """Circumstances that ended by themselves; death and departure end those of the person."""
    for member in members:
        for spell in member.spells:
            if spell.until and member.still_here:
                yield member, spell


def bind(verb: Callable[..., object], **arguments: object) -> Callable[[], object]:
    return lambda: verb(by=None, **arguments)
