"""S13: whom it reached and whom it did not, as coverage has it on the last day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from qisong.coverage.asking import Question
from qisong.coverage.engine.planes import Words, positions
from qisong.coverage.index import Standing, combine, view_of
from qisong.coverage.keys import member_id
from qisong.ledger.models import Item, Obligation
from qisong.ledger.terms import Recipient
from qisong.org import words
from qisong.org.terms import TermCategory
from qisong.reporting.indicators import PEOPLE, UNITS, Found, Indicator, Measure, registers
from qisong.reporting.spans import Span
from qisong.reporting.terms import Dimension, RowKind
from qisong.roster.terms import OUT_OF_CONTACT
from qisong.words.text import Text

Part = Callable[[Standing, Words], Words]
# Out of contact is a circumstance, and called as the county calls it.
PARTS: dict[str, tuple[str, str, Part]] = {
    "owed": ("应送", "owed", lambda standing, _lost: standing.owed),
    "received": ("已到手", "reached", lambda standing, _lost: standing.owed & ~standing.missing),
    "missing": ("未送到", "not reached", lambda standing, _lost: standing.missing),
    "later": ("暂缓", "put off", lambda standing, _lost: standing.later),
    "declined": ("婉拒", "declined", lambda standing, _lost: standing.declined),
    "out-of-contact": ("", "", lambda standing, lost: standing.open & lost),
    "exempt": ("免送", "exempt", lambda standing, _lost: standing.exempt),
}


def find_people(span: Span, item: Item, part: str) -> Iterator[Found]:
    """The people, heads of households, or units, of one part of an item's audience on the last day."""
    view = view_of(Question((item,), span.last))
    if not view.lines:
        return
    index = view.index
    plane = PARTS[part][2](combine([line for _, line in view.lines]), view.out_of_contact)
    for place in positions(plane, *(index.own if span.own else index.span)(span.unit.pk)).tolist():
        key = index.key(place)
        if member := member_id(key):
            yield Found(RowKind.MEMBER, member, who=member)
        else:
            yield Found(RowKind.UNIT, index.placing.then.nodes[int(key)].code, who=key)


@registers
def of_coverage(span: Span) -> Iterator[Indicator]:
    """For every item that somebody may be owed."""
    items = {item.pk: item for item in span.items.values()}
    owed = Obligation.objects.filter(item__in=items).values_list("item_id", "audience__recipient").distinct()
    for item, recipient in owed.order_by("item__position"):
        yield from parts_of(items[item], Recipient(recipient))


def parts_of(item: Item, recipient: Recipient) -> Iterator[Indicator]:
    measure, dimension = measured(recipient)
    lost = words.text_of(TermCategory.CIRCUMSTANCE, OUT_OF_CONTACT)
    for part, (zh, en, _of) in PARTS.items():
        label = Text(f"{item.zh}:{zh or lost.zh}", f"{item.en}: {en or lost.en}")
        find = partial(find_people, item=item, part=part)
        yield Indicator(f"{part}:{item.code}", "S13", label, measure, dimension, find)


def measured(recipient: Recipient) -> tuple[Measure, Dimension]:
    if recipient is Recipient.UNIT:
        return UNITS, Dimension.UNITS
    if recipient is Recipient.HOUSEHOLD:
        one, many = (words.text_of(TermCategory.WORD, code) for code in ("household", "households"))
        return Measure(one.zh, many.en, one.en), Dimension.HOUSEHOLDS
    return PEOPLE, Dimension.PEOPLE
