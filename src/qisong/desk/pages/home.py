"""The first page: what this post has to do, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from qisong.org.models import Unit
from qisong.org.scope import Scope


@dataclass(frozen=True)
class HomePage:
    unit: Unit | None


def home_page(scope: Scope) -> HomePage:
    return HomePage(unit=scope.home)
