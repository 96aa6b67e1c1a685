"""Every derived number a second time, another way; what differs is a discrepancy.

Rooms above join in: ``also_check`` registers a check of theirs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import F
from django.utils import timezone

from qisong.coverage.asking import Question, ask
from qisong.coverage.counting import Counts, own_table
from qisong.coverage.feed import position
from qisong.coverage.index import forget
from qisong.coverage.oracle.tally import own_table as by_sql
from qisong.ledger.models import Answer, Custody, Item, Obligation, Receipt
from qisong.ledger.stock import Stock
from qisong.ledger.terms import Direction
from qisong.org.chronicle import read_history
from qisong.org.journal import broken_links
from qisong.org.models import Unit, UnitEdge, UnitState
from qisong.org.terms import TreeView
from qisong.roster.models import Affiliation, Member
from qisong.roster.terms import Bond
from qisong.words.text import Text


@dataclass(frozen=True)
class Discrepancy:
    """``code`` for programs, ``text`` for people, ``ids`` of what it concerns: never a name."""

    code: str
    text: Text
    ids: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "zh": self.text.zh, "en": self.text.en, "ids": list(self.ids)}


Check = Callable[[], Iterable[Discrepancy]]
_further: list[Check] = []


def also_check(check: Check) -> Check:
    """Let ``check`` run with every ``check()``; for rooms above."""
    if check not in _further:
        _further.append(check)
    return check


def check(progress: Callable[[int, int], None] = lambda _done, _all: None) -> list[Discrepancy]:
    """Recompute everything derived and compare; empty when all agrees. ``progress`` is told (done, all) checks."""
    checks = (check_tree, check_journal, check_copies, check_roster, check_stock, check_coverage, *_further)
    found: list[Discrepancy] = []
    for done, each in enumerate(checks):
        progress(done, len(checks))
        found += each()
    return found


def check_tree() -> Iterator[Discrepancy]:
    """States, edges and the units' latest columns against a replay of the events."""
    history = read_history()
    states = {
        (unit, start, stop, state.name, state.kind, state.traits)
        for unit, course in history.states.items()
        for start, stop, state in course.spans()
    }
    rows = UnitState.objects.values_list("unit_id", "valid_from", "valid_to", "name", "kind", "traits")
    yield from differing_units("unit-states", states, {(*row[:5], tuple(row[5])) for row in rows})
    edges = {(unit, *span) for unit, course in history.parents.items() for span in course.spans()}
    rows_of_edges = UnitEdge.objects.values_list("child_id", "valid_from", "valid_to", "parent_id")
    yield from differing_units("unit-edges", edges, set(rows_of_edges))
    latest = {(unit, state.name, state.kind, state.traits) for unit, state in history.latest.items()}
    units = {(unit.pk, unit.name, unit.kind, tuple(unit.traits)) for unit in Unit.objects.all()}
    yield from differing_units("unit-latest", latest, units)


def differing_units(code: str, wanted: set[tuple[Any, ...]], found: set[tuple[Any, ...]]) -> Iterator[Discrepancy]:
    if units := sorted({row[0] for row in wanted ^ found}):
        text = Text("{n} 个组织的沿革与记下的变动不符。", "The course of {n} units differs from their recorded events.")
        yield Discrepancy(code, text.format(n=len(units)), tuple(map(str, units)))


def check_journal() -> Iterator[Discrepancy]:
    if broken := broken_links():
        text = Text("日志从第 {seq} 条起对不上。", "The journal does not hold together from row {seq} on.")
        yield Discrepancy("journal-broken", text.format(seq=broken[0]), tuple(map(str, broken)))


def check_copies() -> Iterator[Discrepancy]:
    """Columns that repeat what their act says."""
    for code, rows in (
        ("receipt-day", Receipt.objects.exclude(on=F("activity__on"))),
        ("custody-day", Custody.objects.exclude(on=F("activity__on"))),
        ("answer-day", Answer.objects.filter(activity__isnull=False).exclude(on=F("activity__on"))),
    ):
        if ids := tuple(str(pk) for pk in rows.values_list("pk", flat=True)):
            text = Text("{n} 条登记的日期与活动不同。", "The date of {n} rows differs from their act's.")
            yield Discrepancy(code, text.format(n=len(ids)), ids)
    orphaned = Receipt.objects.live().filter(follows__reversal__isnull=False)
    if ids := tuple(str(pk) for pk in orphaned.values_list("pk", flat=True)):
        text = Text(
            "{n} 条登记还有效，但所依据的到场已作废。", "{n} receipts stand although the presence was reversed."
        )
        yield Discrepancy("receipt-without-presence", text.format(n=len(ids)), ids)


def check_roster() -> Iterator[Discrepancy]:
    """Nobody belongs formally to two units on one day, nor to any after death."""
    spans: dict[Any, list[tuple[date, date]]] = defaultdict(list)
    formal = Affiliation.objects.filter(bond=Bond.FORMAL).order_by("valid_from", "pk")
    for member, start, stop in formal.values_list("member_id", "valid_from", "valid_to"):
        spans[member].append((start, stop or date.max))
    twice = [member for member, own in spans.items() if overlapping(own)]
    if twice:
        text = Text("{n} 人同一天有两个组织关系。", "{n} members belong to two units on one day.")
        yield Discrepancy("two-affiliations", text.format(n=len(twice)), tuple(map(str, twice)))
    died = Member.objects.filter(died_on__isnull=False).values_list("pk", "died_on")
    left = [str(member) for member, day in died if day and any(stop > day for _, stop in spans[member])]
    if left:
        text = Text("{n} 名已去世的人还在组织里。", "{n} members who died still belong to a unit.")
        yield Discrepancy("affiliated-after-death", text.format(n=len(left)), tuple(left))


def overlapping(spans: list[tuple[date, date]]) -> bool:
    standing = [(start, stop) for start, stop in spans if start < stop]
    return any(stop > start for (_, stop), (start, _) in pairwise(standing))


def check_stock() -> Iterator[Discrepancy]:
    """Copies on hand of every unit against a sum over unreversed rows."""
    sums: Counter[tuple[int, int]] = Counter()
    for row in Custody.objects.select_related("reversal", "activity__reversal"):
        if not is_reversed(row):
            sums[row.unit_id, row.item_id] += row.copies if row.direction == Direction.TAKEN else -row.copies
    for receipt in Receipt.objects.exclude(holder=None).select_related("reversal", "activity__reversal"):
        if not is_reversed(receipt) and receipt.holder_id and receipt.item_id:
            sums[receipt.holder_id, receipt.item_id] -= receipt.copies
    stock = Stock.of({unit for unit, _ in sums})
    wrong = sorted({unit for (unit, item), sum_ in sums.items() if stock.on_hand(unit, item, date.max) != sum_})
    if wrong:
        text = Text("{n} 个组织的库存与登记不符。", "The stock of {n} units differs from their rows.")
        yield Discrepancy("stock", text.format(n=len(wrong)), tuple(map(str, wrong)))


def is_reversed(row: Receipt | Custody) -> bool:
    return hasattr(row, "reversal") or hasattr(row.activity, "reversal")


def check_coverage() -> Iterator[Discrepancy]:
    """The engine against SQL: every unit and item, today and on the days on which a round begins or ends, in both
    trees."""
    today = timezone.localdate()
    rounds = Obligation.objects.values_list("round__starts_on", "round__ends_on")
    turning = {day for span in rounds for day in span if day and day < today}
    items = list(Item.objects.filter(obligations__isnull=False).distinct())
    for day in sorted({today, *turning}):
        for view in TreeView:
            yield from check_day(ask(items, day, view, None, None))


def check_day(question: Question) -> Iterator[Discrepancy]:
    """What this process keeps in memory is thrown away where it differs; a difference that stays is the engine's."""
    oracle, held = compared(question)
    if held:
        forget()
        stays = differing_cells(question, oracle)
        for item, units in held.items():
            if item not in stays:
                yield kept_differs(item, question.as_of, units)
        for item, units in stays.items():
            yield coverage_differs(item, question.as_of, units)


def compared(question: Question) -> tuple[dict[int, dict[str, Counts]], dict[Item, list[int]]]:
    """What SQL counts, and where the engine counts otherwise, both at one position of the journal."""
    while True:
        before = position()
        oracle = by_sql(question)
        held = differing_cells(question, oracle)
        if not held or position() == before:
            return oracle, held


def differing_cells(question: Question, oracle: dict[int, dict[str, Counts]]) -> dict[Item, list[int]]:
    """Item → the units that the engine counts otherwise than ``oracle`` does."""
    counted = own_table(question)
    wrong = {
        item: [unit for unit, cells in oracle.items() if counted[unit][item.code] != cells[item.code]]
        for item in question.items
    }
    return {item: units for item, units in wrong.items() if units}


def kept_differs(item: Item, day: date, units: list[int]) -> Discrepancy:
    text = Text(
        "{item} {on}：{n} 个组织的覆盖数是旧的：有登记没有经过日志就被改动。"
        "本进程已重新读取，现在相符；请重启其他进程，并查明是谁改的。",
        "{item} {on}: the coverage of {n} units was out of date: rows were changed without the journal. This process "
        "has read everything again and now agrees; restart the others, and find out who changed them.",
    )
    return Discrepancy("coverage-kept", text.format(item=item.code, on=day, n=len(units)), tuple(map(str, units)))


def coverage_differs(item: Item, day: date, units: list[int]) -> Discrepancy:
    text = Text("{item} {on}：{n} 个组织的覆盖数对不上。", "{item} {on}: the coverage of {n} units differs.")
    return Discrepancy("coverage", text.format(item=item.code, on=day, n=len(units)), tuple(map(str, units)))
