"""Answers kept in memory until the next verb: the same page is often asked for again before anything has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models
from django.utils import timezone

from qisong.org.models import Clock

P = ParamSpec("P")
R = TypeVar("R")
KEPT = 64
_memories: list[OrderedDict[Hashable, Any]] = []


def forget() -> None:
    """Ask everything anew; nothing needs it to be right."""
    for kept in _memories:
        kept.clear()


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Keep answers by arguments, position of the journal and today's date.

    Inside a transaction nothing is kept or taken: what is seen there may yet be undone. Whoever gets an answer must
    not change it.
    """
    kept: OrderedDict[Hashable, R] = OrderedDict()
    _memories.append(kept)

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        before = position()
        if before is None:
            return function(*args, **kwargs)
        key = (before, timezone.localdate(), *map(frozen, args), *sorted((k, frozen(v)) for k, v in kwargs.items()))
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
        found = function(*args, **kwargs)
        if position() == before:
            kept[key] = found
            while len(kept) > KEPT:
                kept.popitem(last=False)
        return found

    return answer


def position() -> Hashable | None:
    """Where the journal stands, across restorations; None where it may not be relied upon."""
    if connection.in_atomic_block:
        return None
    return Clock.objects.values_list("store_epoch", "seq").first()


def frozen(value: object) -> Hashable:
    """A model by its kind and key, a sequence by its members."""
    if isinstance(value, models.Model):
        return (type(value), value.pk)
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    assert isinstance(value, Hashable)
    return value
