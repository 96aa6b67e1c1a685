"""A unit splits, and each of its people goes to one of the new units: one transaction, so nobody is between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from qisong.org.models import Account, Unit
from qisong.org.tending import NewUnit, split_unit
from qisong.roster.editing import split_members


@transaction.atomic
def divide_unit(
    *, by: Account | None, unit: Unit, into: Sequence[NewUnit], members: Mapping[UUID, int], on: date
) -> list[Unit]:
    """``unit`` closes and the new units of ``into`` take its place; ``members`` leads from each to its number there.

    Refuses what ``split_unit`` and ``split_members`` refuse; then nothing has happened.
    """
    units = split_unit(by=by, unit=unit, into=into, on=on)
    split_members(by=by, unit=unit, assignment={member: units[part] for member, part in members.items()}, on=on)
    return units
