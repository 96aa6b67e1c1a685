"""Chance that comes out the same every time, and exact division of a total."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

SEED = "seven deliveries, demo county"


def chance(topic: str) -> Random:
    """A stream of chance for one topic, so that a change in one part of the demo leaves the others as they were."""
    return Random(f"{SEED}/{topic}")  # noqa: S311 - a made-up county, nothing to guess


def apportion(total: int, weights: Sequence[float], *, least: int = 0, caps: Sequence[int] | None = None) -> list[int]:
    """Whole shares of ``total`` in proportion to ``weights``, each at least ``least`` and at most its cap.

    The shares add up exactly; a total beyond all caps together, or below the least of all, is a ``ValueError``.
    """
    limits = list(caps) if caps is not None else [total] * len(weights)
    shares = [min(least, limit) for limit in limits]
    left = total - sum(shares)
    if left < 0 or sum(limits) < total:
        raise ValueError(f"{total} cannot be shared out")
    while left:
        open_ = [n for n, limit in enumerate(limits) if shares[n] < limit and weights[n] > 0]
        whole = sum(weights[n] for n in open_)
        wanted = {n: min(left * weights[n] / whole, limits[n] - shares[n]) for n in open_}
        for n in open_:
            shares[n] += int(wanted[n])
        rest = total - sum(shares)
        if rest == left or rest < len(open_):
            by_remainder = sorted(open_, key=lambda n: (int(wanted[n]) - wanted[n], n))
            for n in [n for n in by_remainder if shares[n] < limits[n]][:rest]:
                shares[n] += 1
        left = total - sum(shares)
    return shares


def poisson(stream: Random, mean: float) -> int:
    """How often something happens that happens ``mean`` times on average."""
    count, reached = 0, stream.expovariate(1.0)
    while reached < mean:
        count, reached = count + 1, reached + stream.expovariate(1.0)
    return count
