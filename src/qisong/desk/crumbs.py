"""The way down from the county to where the reader stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from qisong.org.scope import Scope
from qisong.org.terms import Right


@dataclass(frozen=True)
class Crumb:
    label: str | Promise
    url: str = ""


def way_to(scope: Scope, unit: int, *further: str | Promise) -> Sequence[Crumb]:
    """The units above ``unit`` and itself, linked where the reader may open them, then ``further`` labels."""
    tree = scope.tree
    crumbs = [unit_crumb(scope, one) for one in tree.path(unit) if one in tree.nodes]
    return [*crumbs, *(Crumb(label) for label in further)]


def unit_crumb(scope: Scope, unit: int) -> Crumb:
    url = reverse("desk:unit", args=[unit]) if scope.allows(Right.FIGURES, unit) else ""
    return Crumb(scope.tree.nodes[unit].name, url)
