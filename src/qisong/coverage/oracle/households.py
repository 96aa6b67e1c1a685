"""Those who live together are one recipient, at the name of their head, as the day asked about finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from qisong.coverage.keys import Key, stored
from qisong.ledger.models.act import ReceiptQuerySet
from qisong.roster.models import Household

Heads = Mapping[Key, Key]  # member → head of the household, of those who are not heads themselves
Pools = dict[int, dict[Key, dict[int, int]]]  # item → person → number of the item's round → copies
Near = QuerySet[Any, Any] | None  # the members asked about; None: everybody


def read_heads(day: date, near: Near) -> Heads:
    """Of the households in which any of ``near`` lives."""
    rows = Household.objects.standing(day)
    if near is not None:
        rows = rows.filter(Q(member__in=near) | Q(head__in=near))
    return dict(stored(rows.order_by("pk").values_list("member_id", "head_id")))


def receipts_of(rows: ReceiptQuerySet, day: date, near: Near) -> ReceiptQuerySet:
    """Those of ``near`` and of whoever lives with them as their head."""
    if near is None:
        return rows
    together = Household.objects.standing(day).filter(head__in=near).values("member")
    return rows.filter(Q(member__in=near) | Q(member__in=together))


def put_together(pools: Pools, heads: Heads) -> Pools:
    """The copies of those who live together, under their head."""
    return {item: summed(of_item, heads) for item, of_item in pools.items()} if heads else pools


def summed(pools: Mapping[Key, Mapping[int, int]], heads: Heads) -> dict[Key, dict[int, int]]:
    found: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for key, pool in pools.items():
        own = found[heads.get(key, key)]
        for number, copies in pool.items():
            own[number] += copies
    return found


def ever_with(members: Iterable[UUID]) -> frozenset[UUID]:
    """``members`` and everybody who ever lived with one of them, however many steps away: what one of them received,
    or whether one is on the roster, may be another's line."""
    found = new = set(members)
    while new:
        rows = Household.objects.filter(Q(member__in=new) | Q(head__in=new)).values_list("member", "head")
        new = {one for row in rows for one in row} - found
        found = found | new
    return frozenset(found)
