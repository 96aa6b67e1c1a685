"""Sheets of paper out: any list of members becomes numbered sheets, and a number leads back to its sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from qisong.ledger.models import Item, PaperSheet, SheetLine
from qisong.ledger.models.paper import check_figure
from qisong.ledger.terms import SheetKind
from qisong.org import journal
from qisong.org.models import Account, Unit, new_id
from qisong.org.scope import Scope
from qisong.words.digits import compact
from qisong.words.text import refuse

NO_FIGURE = re.compile(r"[^0-9]")
MOST_NAMES = 300  # as many as a person can still go through


@dataclass(frozen=True)
class Listing:
    """Who shall stand on the sheet of a unit, in this order."""

    unit: Unit
    members: Sequence[UUID]


@dataclass(frozen=True)
class Plan:
    """What is known before the sheet goes out; all of it may be left open."""

    on: date | None = None
    place: str = ""
    subject: str = ""
    items: Sequence[Item] = ()


def print_sheets(
    *, by: Account | None, kind: SheetKind, unit: Unit, listings: Sequence[Listing], plan: Plan
) -> list[PaperSheet]:
    """Number a sheet for each listing. Refuses nobody at all, and more names than fit on one sheet."""
    require_names(listings)
    if kind in {SheetKind.HAND_OUT, SheetKind.VISIT} and not plan.items:
        raise refuse(
            "no-items",
            "请选要送的东西，纸上才有栏可以打勾。",
            "Choose what is to be delivered; the paper needs a column for it.",
            place="items",
        )
    batch = new_id()
    with journal.verb("sheets.printed", by=by, unit=unit) as entry:
        sheets = [print_sheet(by, kind, listing, plan, batch) for listing in listings]
        entry.touch("sheet", [sheet.pk for sheet in sheets])
    return sheets


def require_names(listings: Sequence[Listing]) -> None:
    if not any(listing.members for listing in listings):
        raise refuse("nobody", "名单上没有人，没有可印的。", "Nobody is on the list; there is nothing to print.")
    for listing in listings:
        if len(listing.members) > MOST_NAMES:
            raise refuse(
                "too-many-names",
                "“{unit}”有 {n} 人，一张表最多 {most} 人。请到下级组织分别打印。",
                "{unit} has {n} people; a sheet holds {most}. Print the units beneath it one by one.",
                unit=listing.unit.name,
                n=len(listing.members),
                most=MOST_NAMES,
            )


def print_sheet(by: Account | None, kind: SheetKind, listing: Listing, plan: Plan, batch: UUID) -> PaperSheet:
    sheet = PaperSheet.objects.create(
        batch=batch,
        kind=kind,
        unit=listing.unit,
        printed_on=timezone.localdate(),
        by=by,
        on=plan.on,
        place=plan.place,
        subject=plan.subject,
    )
    sheet.items.set(plan.items)
    lines = (SheetLine(sheet=sheet, position=n, member_id=member) for n, member in enumerate(listing.members, 1))
    SheetLine.objects.bulk_create(lines)
    return sheet


def find_sheet(scope: Scope, typed: str) -> PaperSheet:
    """The sheet whose number somebody typed from the paper. Refuses a mistyped number, and one that leads nowhere."""
    figures = NO_FIGURE.sub("", compact(typed))
    serial = int(figures[:-1] or 0)
    if len(figures) < 2 or check_figure(serial) != int(figures[-1]):
        raise refuse(
            "wrong-number",
            "编号“{typed}”打错了：请照纸右上角的数字再打一遍。",
            "The number {typed} is mistyped: copy the figures at the top right of the paper.",
            place="number",
            typed=typed[:20],
        )
    sheet = PaperSheet.objects.within(scope).filter(pk=serial).select_related("unit").first()
    if sheet is None:
        raise refuse(
            "unknown-number",
            "编号 {typed} 的纸不是您这里印的。请核对编号，或交给印它的组织补录。",
            "The sheet {typed} was not printed here. Check the number, or give it to the unit that printed it.",
            place="number",
            typed=typed[:20],
        )
    return sheet
