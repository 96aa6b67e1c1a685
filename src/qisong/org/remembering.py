"""Answers kept in memory until the next verb: the same page is often asked for again before anything has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from qisong.org.models import Clock, Journal

P = ParamSpec("P")
R = TypeVar("R")
KEPT = 24  # a county's list of names may hold a megabyte
MANY = 200  # rows of the journal, or ids they touched, beyond which reading everything anew is no slower
FAR = 2_000  # rows of the journal, beyond which to look among them for those of one thing is no faster
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
    return keeping(function, position)


def remembered_with_the_tree(function: Callable[P, R]) -> Callable[P, R]:
    """The same for what only the verbs of the tree change: all others leave it as it is."""
    return keeping(function, structure)


def keeping(function: Callable[P, R], standing: Callable[[], Hashable | None]) -> Callable[P, R]:
    """Answers hold as long as ``standing`` stays the same; while it is None none is kept."""
    kept: OrderedDict[Hashable, R] = OrderedDict()
    _memories.append(kept)

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        before = standing()
        if before is None:
            return function(*args, **kwargs)
        key = (before, timezone.localdate(), *map(frozen, args), *sorted((k, frozen(v)) for k, v in kwargs.items()))
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
        found = function(*args, **kwargs)
        if standing() == before:
            keep(kept, key, found)
        return found

    return answer


def remembered_and_mended(
    thing: str, mend: Callable[Concatenate[R, frozenset[str], P], R]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep answers by arguments, and bring an older one up to date by which of ``thing`` was touched since.

    ``mend`` gets the older answer, which it may not change, the touched ids and the arguments. Nothing but such things
    and the arguments may bear on the answer, today's date neither.
    """

    def keeping_up(function: Callable[P, R]) -> Callable[P, R]:
        kept: OrderedDict[Hashable, tuple[tuple[UUID, int], R]] = OrderedDict()
        _memories.append(kept)

        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> R:
            here = position()
            if here is None:
                return function(*args, **kwargs)
            key = (*map(frozen, args), *sorted((k, frozen(v)) for k, v in kwargs.items()))
            known, found = kept.get(key, (None, None))
            if known is None or found is None or (ids := touched_since(known, here, thing)) is None:
                found = function(*args, **kwargs)
            elif ids:
                found = mend(found, ids, *args, **kwargs)
            if known == here or position() == here:
                keep(kept, key, (here, found))
            return found

        return answer

    return keeping_up


def keep(kept: OrderedDict[Hashable, R], key: Hashable, found: R) -> None:
    kept[key] = found
    kept.move_to_end(key)
    while len(kept) > KEPT:
        kept.popitem(last=False)


def position() -> tuple[UUID, int] | None:
    """Where the journal stands, across restorations; None where it may not be relied upon."""
    return None if connection.in_atomic_block else clock()


def clock() -> tuple[UUID, int] | None:
    """The store and the number of the last committed verb; None before the first."""
    return Clock.objects.values_list("store_epoch", "seq").first()


# Of which store, up to where the journal was looked at, and since when the tree has stood as it does.
_seen: tuple[UUID, int, int] | None = None


def structure() -> tuple[UUID, int] | None:
    """Since which position the tree has stood as it does; None where the journal may not be relied upon.

    Read anew from the journal's rows since the last look. Threads may overtake each other: then one looks again.
    """
    global _seen  # noqa: PLW0603 - one tree a process
    if (here := position()) is None:
        return None
    epoch, seq = here
    known, looked, since = _seen or (epoch, seq + 1, seq)
    if known != epoch or looked > seq or changes_tree(looked, seq):
        since = seq
    _seen = (epoch, seq, since)
    return epoch, since


def changes_tree(cursor: int, seq: int) -> bool:
    """Whether a row after ``cursor`` may have changed the tree; of very many nobody asks."""
    if seq - cursor > MANY:
        return True
    return any("county" in touched for touched in told(cursor, seq)) if seq > cursor else False


def touched_since(known: tuple[UUID, int], here: tuple[UUID, int], thing: str) -> frozenset[str] | None:
    """Which of ``thing`` the journal's rows from ``known`` to ``here`` touched; None where that may be anything."""
    (epoch, cursor), (store, seq) = known, here
    if epoch != store or not cursor <= seq <= cursor + FAR:
        return None
    rows = list(told(cursor, seq).filter(touched__has_any_keys=[thing, "county"])) if seq > cursor else []
    ids = frozenset(one for touched in rows for one in touched.get(thing, ()))
    return None if len(ids) > MANY or any("county" in touched for touched in rows) else ids


def told(cursor: int, seq: int) -> models.QuerySet[Journal, dict[str, Any]]:
    """What the rows after ``cursor`` touched, up to ``seq``."""
    return Journal.objects.filter(seq__gt=cursor, seq__lte=seq).values_list("touched", flat=True)


def frozen(value: object) -> Hashable:
    """A model by its kind and key, a sequence by its members."""
    if isinstance(value, models.Model):
        return (type(value), value.pk)
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    assert isinstance(value, Hashable)
    return value
