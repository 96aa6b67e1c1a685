"""Whose cases somebody handles: those of the units of their right, and of closed ones whose heirs those are."""

from __future__ import annotations

from collections.abc import Collection

from qisong.org.scope import Scope
from qisong.org.succession import heirs_of_closed
from qisong.org.terms import Right


def case_units(scope: Scope, units: Collection[int] | None = None) -> frozenset[int]:
    """``units`` (those of the right to handle cases, unless given) and the closed ones that end in them."""
    held = scope.units(Right.CASES) if units is None else frozenset(units)
    if not held:
        return held
    return held | {closed for closed, heir in heirs_of_closed(scope.on).items() if heir in held}
