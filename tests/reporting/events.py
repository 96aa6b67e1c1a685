"""Acts of the small world, recorded through the one way in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from qisong.ledger.models import Programme
from qisong.ledger.recording import record
from qisong.org.models import Unit
from qisong.org.scope import operator_scope
from qisong.reporting.spans import Span
from tests.world import World

FIRST, LAST = date(2026, 2, 1), date(2026, 9, 30)
_numbers = count(1)


def hold(unit: str, on: str = "2026-06-01", **document: Any) -> UUID:
    """Record an act and hand back its id."""
    whole = {"id": f"act-{next(_numbers)}", "on": on, "unit": unit, **document}
    answer = record(whole, by=None, scope=operator_scope(), door="test")
    assert answer.problems == ()
    assert answer.act is not None
    return answer.act


def ids(world: World, *names: str) -> list[str]:
    return [str(world.member(name).pk) for name in names]


def session(world: World, unit: str, *names: str, **also: Any) -> UUID:
    return hold(unit, parts=[{"kind": "meeting", "meeting": "study"}], present=ids(world, *names), **also)


def lesson(world: World, unit: str, *names: str, **also: Any) -> UUID:
    return hold(unit, parts=[{"kind": "lesson"}], present=ids(world, *names), **also)


def take(unit: str, item: str, copies: int, giver: str, on: str = "2026-06-01") -> UUID:
    line = {"item": item, "copies": copies, "unit": unit, "direction": "taken", "giver": {"unit": giver}}
    return hold(unit, on, custody=[line])


def hand(world: World, unit: str, item: str, names: Sequence[str], **also: Any) -> UUID:
    line = {"item": item, "to": ids(world, *names), "giver": {"unit": "D1"}, "source": "giver"} | also
    return hold(unit, received=[line])


def programme() -> Programme:
    return Programme.objects.get(code="seven-deliveries")


def span(unit: Unit, first: date = FIRST, last: date = LAST) -> Span:
    return Span(unit, first, last, programme())
