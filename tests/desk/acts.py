"""Acts as the tests of pages need them, recorded through the verb."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from qisong.ledger.recording import record
from qisong.ledger.terms import Verdict
from tests.world import World


def hand_out(world: World, unit: str, item: str, names: Sequence[str], on: str = "2026-05-19", **more: Any) -> None:
    """One act in which each of ``names`` received a copy of ``item`` straight from the committee."""
    people = [str(world.member(name).pk) for name in names]
    received = {"item": item, "copies": 1, "to": people, "giver": {"unit": "C0"}, "source": "giver"}
    parts = [{"kind": "visit"}]
    put_down(world, unit, on=on, parts=parts, channel="visit", present=people, received=[received], **more)


def take(world: World, unit: str, item: str, copies: int, on: str = "2026-05-19") -> None:
    """A unit takes copies that still have to reach its people."""
    custody = {"item": item, "copies": copies, "unit": unit, "direction": "taken", "giver": {"unit": "C0"}}
    put_down(world, unit, on=on, parts=[{"kind": "visit"}], channel="visit", custody=[custody])


def put_down(world: World, unit: str, **document: Any) -> None:
    whole = {"id": uuid4().hex, "unit": unit, **document}
    answer = record(whole, by=world.office, scope=world.scope("office"), door="desk")
    assert answer.verdict == Verdict.STORED, answer.problems
