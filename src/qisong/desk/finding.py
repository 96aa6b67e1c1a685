"""How a view finds what an address names: among what the reader may see, otherwise it does not exist."""

from __future__ import annotations

from django.http import Http404

from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right


def find_unit(scope: Scope, pk: int, right: Right) -> Unit:
    """The unit, if the reader holds ``right`` in it; 404 otherwise."""
    unit = Unit.objects.within(scope).filter(pk=pk).first()
    if unit is None or not scope.allows(right, unit):
        raise Http404
    return unit


def need_right(scope: Scope, right: Right) -> None:
    """404 unless the reader holds ``right`` somewhere."""
    if not scope.allows(right):
        raise Http404
