"""Sheets of paper as the tests of pages need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qisong.ledger.models import Item, PaperSheet, Stranger
from qisong.ledger.papers import Listing, Plan, print_sheets
from qisong.ledger.terms import SheetKind
from qisong.ledger.typing_back import type_back
from tests.world import World


def printed(
    world: World, code: str, members: Sequence[Any], kind: SheetKind = SheetKind.ATTENDANCE, items: Sequence[str] = ()
) -> PaperSheet:
    """The one sheet of a unit with these members on it, in this order."""
    unit = world.unit(code)
    plan = Plan(items=[Item.objects.get(code=item) for item in items])
    [sheet] = print_sheets(by=world.office, kind=kind, unit=unit, listings=[Listing(unit, members)], plan=plan)
    return sheet


def stranger(world: World, code: str, name: str = "路过客") -> Stranger:
    """A name written on the sheet of a meeting to which nobody listed came."""
    sheet = printed(world, code, [world.member("东方晓").pk])
    document = {"on": "2026-05-19", "unit": code, "parts": [{"kind": "meeting", "meeting": "study"}]}
    type_back(by=world.office, scope=world.scope("office"), sheet=sheet, go=1, document=document, strangers=[name])
    return sheet.strangers.get()
