"""Those who live together are one recipient, at the name of their head, as the day asked about finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from qisong.coverage.keys import Key, stored
from qisong.roster.models import Household

Heads = Mapping[Key, Key]  # member → head of the household, of those who are not heads themselves
Pools = dict[int, dict[Key, dict[int, int]]]  # item → person → number of the item's round → copies


def read_heads(day: date) -> Heads:
    return dict(stored(Household.objects.standing(day).order_by("pk").values_list("member_id", "head_id")))


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
