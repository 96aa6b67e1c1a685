"""S1, S8: what was taken into custody, what reached people, what still lies in between."""

from __future__ import annotations

from collections.abc import Iterator

from qisong.ledger.models import Custody, Item, Receipt
from qisong.ledger.terms import CountedBy, Direction, Source
from qisong.org.intervals import Dated
from qisong.org.models import Post
from qisong.reporting.indicators import Found, Indicator, Measure, registers
from qisong.reporting.spans import Span, Traits
from qisong.reporting.terms import Dimension, RowKind
from qisong.words.text import Text


def find_taken(span: Span, item: str, giver: str = "", holder: str = "") -> Iterator[Found]:
    """Custody taken; ``giver`` and ``holder``: only from units, by units, that had this trait on the day."""
    traits = Traits()
    rows = span.custody(item).filter(direction=Direction.TAKEN)
    for pk, on, unit, giver_unit, copies in rows.values_list("pk", "on", "unit_id", "giver_unit_id", "copies"):
        from_giver = not giver or traits.has(giver_unit, giver, on)
        if from_giver and (not holder or traits.has(unit, holder, on)):
            yield Found(RowKind.CUSTODY, pk, copies, unit)


def find_handed(span: Span, item: str, *, to_units: bool = False) -> Iterator[Found]:
    """What members (or units) received."""
    rows = span.receipts(item).filter(unit__isnull=not to_units)
    for pk, copies, member, unit in rows.values_list("pk", "copies", "member_id", "unit_id"):
        yield Found(RowKind.RECEIPT, pk, copies, member or unit)


def find_given(span: Span, item: str, role: str) -> Iterator[Found]:
    """Copies whose giver held a post of ``role`` that day. What was handed on from custody left the giver before."""
    holders = Holders(role)
    for kind, rows in (
        (RowKind.CUSTODY, span.custody(item).filter(direction=Direction.TAKEN)),
        (RowKind.RECEIPT, span.receipts(item).exclude(source=Source.CUSTODY)),
    ):
        given = rows.filter(giver_person__isnull=False)
        for pk, on, giver, copies in given.values_list("pk", "on", "giver_person_id", "copies"):
            if holders.held(giver, on):
                yield Found(kind, pk, copies, giver)
