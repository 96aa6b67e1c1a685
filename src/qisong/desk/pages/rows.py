"""The rows behind a number of a briefing; who may not know a name reads that a row is there, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.furniture import lazy_word
from qisong.desk.refusing import said
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Activity, Custody, Receipt
from qisong.org.models import ContactPoint, Pairing, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.reporting.indicators import Found, count_found, find_indicator
from qisong.reporting.spans import Span
from qisong.reporting.terms import RowKind
from qisong.roster.models import Member

ROWS_A_PAGE = 100
# Date, who or which unit, what, where it opens.
Shown = tuple[str, str, str, str]


@dataclass(frozen=True)
class RowsPage:
    crumbs: Sequence[Crumb]
    heading: str
    answer: str
    table: Table
    numbers: Page[Found]


def rows_page(scope: Scope, span: Span, code: str, number: str | None) -> RowsPage:
    indicator = find_indicator(code, span)
    found = list(indicator.find(span))
    numbers = page_of(found, number, ROWS_A_PAGE)
    language = "zh-hans" if said(indicator.label) == indicator.label.zh else "en"
    counted = count_found(found, indicator.dimension)
    answer = _("{number} {measure}, counted from {rows} rows; {first} to {last}.").format(
        number=counted,
        measure=indicator.measure.say(counted, language),
        rows=len(found),
        first=day(span.first),
        last=day(span.last),
    )
    crumbs = way_to(scope, span.unit.pk, said(indicator.label))
    return RowsPage(crumbs, said(indicator.label), answer, rows_table(scope, list(numbers)), numbers)


def rows_table(scope: Scope, found: Sequence[Found]) -> Table:
    shown: dict[tuple[RowKind, str], Shown] = {}
    for kind, read in READERS.items():
        ids = [one.id for one in found if one.kind is kind]
        if ids:
            shown |= {(kind, key): row for key, row in read(scope, ids).items()}
    columns = [Column(_("What")), Column(_("Date")), Column(lazy_word("unit")), Column(_("How many"), "number")]
    rows = [found_row(one, shown.get((one.kind, str(one.id)))) for one in found]
    return Table("", columns, rows, empty=_("No rows."))


def found_row(found: Found, shown: Shown | None) -> Row:
    on, where, what, url = shown or ("", "", _("a row whose names you may not read"), "")
    return Row([Cell(what, url=url), Cell(on), Cell(where), Cell(found.number)])


def act_rows(scope: Scope, ids: Iterable[Any]) -> Mapping[str, Shown]:
    acts = Activity.objects.within(scope).filter(pk__in=ids).select_related("unit")
    return {str(act.pk): (day(act.on), act.unit.name, act.subject or _("Act"), act_url(act.pk)) for act in acts}


def receipt_rows(scope: Scope, ids: Iterable[Any]) -> Mapping[str, Shown]:
    receipts = Receipt.objects.within(scope).filter(pk__in=ids)
    found = receipts.select_related("member__person", "unit", "activity__unit")
    return {
        str(one.pk): (day(one.on), one.activity.unit.name, receiver(one), act_url(one.activity_id)) for one in found
    }


def receiver(receipt: Receipt) -> str:
    return receipt.member.person.name if receipt.member else str(receipt.unit)


def custody_rows(scope: Scope, ids: Iterable[Any]) -> Mapping[str, Shown]:
    custody = Custody.objects.within(scope).filter(pk__in=ids).select_related("unit", "item")
    return {str(one.pk): (day(one.on), one.unit.name, str(one.item), "") for one in custody}


def member_rows(scope: Scope, ids: Iterable[Any]) -> Mapping[str, Shown]:
    members = Member.objects.within(scope).filter(pk__in=ids).select_related("person")
    return {str(one.pk): ("", "", one.person.name, reverse("desk:member", args=[one.pk])) for one in members}


def unit_rows(scope: Scope, ids: Iterable[Any]) -> Mapping[str, Shown]:
    units = Unit.objects.within(scope)
    found = units.filter(pk__in=[one for one in ids if isinstance(one, int)]) | units.filter(
        code__in=[one for one in ids if isinstance(one, str)]
    )
    rows: dict[str, Shown] = {}
    for unit in found:
        url = reverse("desk:unit", args=[unit.pk]) if scope.allows(Right.FIGURES, unit) else ""
        rows[str(unit.pk)] = rows[unit.code] = ("", unit.name, unit.name, url)
    return rows


def pairing_rows(scope: Scope, ids: Iterable[Any]) -> Mapping[str, Shown]:
    pairings = Pairing.objects.within(scope).filter(pk__in=ids).select_related("partner", "unit")
    return {str(one.pk): (day(one.valid_from), one.unit.name, one.partner.name, "") for one in pairings}


def contact_rows(scope: Scope, ids: Iterable[Any]) -> Mapping[str, Shown]:
    points = ContactPoint.objects.within(scope).filter(pk__in=ids).select_related("leader", "unit")
    return {str(one.pk): (day(one.valid_from), one.unit.name, one.leader.name, "") for one in points}


def act_url(act: Any) -> str:
    return reverse("desk:act", args=[act])


def rows_url(link: Mapping[str, str], default: str) -> str:
    """The address of the rows behind a figure; ``default``: the programme that goes without saying."""
    # A county's briefing has a thousand such addresses, so days go without their hyphens.
    args = [link["indicator"], link["unit"], *(link[name].replace("-", "") for name in ("first", "last"))]
    said = {"own": link.get("own", ""), "programme": link["programme"] if link["programme"] != default else ""}
    query = urlencode({name: value for name, value in said.items() if value})
    return reverse("desk:rows", args=args) + (f"?{query}" if query else "")


READERS: dict[RowKind, Callable[[Scope, Iterable[Any]], Mapping[str, Shown]]] = {
    RowKind.ACT: act_rows,
    RowKind.RECEIPT: receipt_rows,
    RowKind.CUSTODY: custody_rows,
    RowKind.MEMBER: member_rows,
    RowKind.UNIT: unit_rows,
    RowKind.PAIRING: pairing_rows,
    RowKind.CONTACT_POINT: contact_rows,
}
