"""How a view finds what an address names: among what the reader may see, otherwise it does not exist."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from qisong.ledger.models import Activity
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.roster.models import Member


def find_unit(scope: Scope, pk: int, right: Right) -> Unit:
    """The unit, if the reader holds ``right`` in it; 404 otherwise."""
    unit = Unit.objects.within(scope).filter(pk=pk).first()
    if unit is None or not scope.allows(right, unit):
        raise Http404
    return unit


def find_place(scope: Scope, pk: int) -> Unit:
    """The unit in which the reader records acts, or at least lessons; 404 otherwise."""
    right = Right.RECORD if scope.allows(Right.RECORD, pk) else Right.LESSONS
    return find_unit(scope, pk, right)


def need_right(scope: Scope, right: Right) -> None:
    """404 unless the reader holds ``right`` somewhere."""
    if not scope.allows(right):
        raise Http404


def find_act(scope: Scope, pk: UUID, right: Right | None = None) -> Activity:
    """An act the reader may see, and, if ``right`` is named, holds it in the unit that recorded it; 404 otherwise."""
    acts = Activity.objects.within(scope).select_related("unit")
    act = acts.filter(pk=pk).first()
    if act is None or (right is not None and not scope.allows(right, act.unit_id)):
        raise Http404
    return act


def find_member(scope: Scope, pk: UUID, right: Right | None = None) -> Member:
    """A member the reader may know by name, and, if ``right`` is named, holds it where the member belongs; else 404."""
    member = Member.objects.within(scope).select_related("person").filter(pk=pk).first()
    if member is None:
        raise Http404
    if right is not None:
        units = member.affiliations.on(scope.on).values_list("unit_id", flat=True)
        if not any(scope.allows(right, unit) for unit in units):
            raise Http404
    return member
