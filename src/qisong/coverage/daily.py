"""Coverage day by day: each day that is listed is counted as that day itself, and none in between is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from qisong.coverage.asking import ask
from qisong.coverage.counting import Counts, table
from qisong.coverage.index import index_of
from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.remembering import remembered
from qisong.org.terms import TreeView

MOST = 32  # days; each is folded by itself, in about a hundredth of a second


@dataclass(frozen=True)
class DayCounts:
    on: date
    counts: dict[str, Counts]  # by the code of the item


@remembered
def by_day(
    unit: Unit,
    items: Sequence[Item],
    *,
    days: Sequence[date],
    tree: TreeView | str,
    channel: str | None = None,
    circumstance: str | None = None,
    in_round: str | None = None,
) -> list[DayCounts]:
    """What ``table`` says of ``unit`` on each of ``days``; a day on which it does not stand is left out."""
    question = ask((), days[-1], tree, channel, circumstance)
    asked: dict[str, Any] = {"tree": tree, "channel": channel, "circumstance": circumstance, "in_round": in_round}
    return [
        DayCounts(day, table(unit, items, as_of=day, **asked)[unit.pk])
        for day in days
        if unit.pk in index_of(replace(question, as_of=day)).rank
    ]


def days_between(first: date, last: date) -> list[date]:
    """At most ``MOST`` days, evenly apart, the last among them; every day of a short span."""
    step = timedelta(days=max(1, -(-(last - first).days // (MOST - 1))))
    found = [last]
    while found[-1] - step >= first:
        found.append(found[-1] - step)
    return found[::-1]
