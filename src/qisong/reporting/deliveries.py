"""S1, S8: what was taken into custody, what reached people, what still lies in between."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from qisong.ledger.models import Custody, Item, Receipt
from qisong.ledger.terms import CountedBy, Direction, Source
from qisong.org import words
from qisong.org.terms import TermCategory
from qisong.reporting.indicators import Found, Indicator, Measure, registers
from qisong.reporting.spans import Holders, Span, Traits
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


def find_handed(span: Span, item: str) -> Iterator[Found]:
    """What members and units received."""
    rows = span.receipts(item).values_list("pk", "copies", "member_id", "unit_id")
    for pk, copies, member, unit in rows:
        yield Found(RowKind.RECEIPT, pk, copies, member or unit)


def find_on_hand(span: Span, item: str) -> Iterator[Found]:
    """Everything up to the last day that moved what units hold for their members; what left them counts below 0."""
    custody = Custody.objects.live().filter(item=span.item_id(item), on__lte=span.last)
    for pk, unit, copies, direction in custody.values_list("pk", "unit_id", "copies", "direction"):
        if span.holds(unit):
            yield Found(RowKind.CUSTODY, pk, copies if direction == Direction.TAKEN else -copies, unit)
    handed = Receipt.objects.live().filter(item=span.item_id(item), on__lte=span.last, holder__isnull=False)
    for pk, holder, copies in handed.values_list("pk", "holder_id", "copies"):
        if holder and span.holds(holder):
            yield Found(RowKind.RECEIPT, pk, -copies, holder)


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


def find_acts(span: Span, kind: str, meeting: str = "") -> Iterator[Found]:
    for pk in span.acts(kind, meeting).values_list("pk", flat=True):
        yield Found(RowKind.ACT, pk, who=pk)


@registers
def of_items(span: Span) -> Iterator[Indicator]:
    for item in span.items.values():
        yield from (copies_of(item) if item.counted_by == CountedBy.COPIES else [acts_of(item)])


def copies_of(item: Item) -> list[Indicator]:
    """Custody and what reached people stand apart: the first closes no gap."""
    measure, units = measure_of(item), words.text_of(TermCategory.WORD, "units")
    return [
        Indicator(f"{code}:{item.code}", "S1", label_of(item, zh, en), measure, Dimension.COPIES, find)
        for code, zh, en, find in (
            ("taken", f"{units.zh}领取", f"taken by {units.en}", partial(find_taken, item=item.code)),
            ("handed", "发到手里", "handed over", partial(find_handed, item=item.code)),
            (
                "on-hand",
                "已领、尚未发到人",
                f"held by {units.en}, not yet handed on",
                partial(find_on_hand, item=item.code),
            ),
        )
    ]


def acts_of(item: Item) -> Indicator:
    find = partial(find_acts, kind=item.part_kind)
    return Indicator(f"held:{item.code}", "S1", label_of(item, "举办", "held"), measure_of(item), Dimension.ACTS, find)


def measure_of(item: Item) -> Measure:
    return Measure(item.measure_zh, item.measure_en)


def label_of(item: Item, zh: str, en: str) -> Text:
    return Text(f"{item.zh}:{zh}", f"{item.en}: {en}")
