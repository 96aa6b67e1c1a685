"""The columns of the county, held in memory and kept up with the journal.

Every worker holds its own and looks at the clock before it answers. Of the rows above its cursor it takes whom they
touch and reads all facts of those anew: in any order, and twice does no harm. What is structural, very large or not
understood, another store, or a clock that stands behind the cursor makes it read everything again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from uuid import UUID

from django.db import connection

from qisong.coverage.engine.columns import Columns
from qisong.coverage.gathering import Register, Touched, gather
from qisong.ledger.models import Obligation
from qisong.org.models import Journal
from qisong.org.remembering import clock

MANY = 400  # touched members, beyond which reading everything is no slower
TRIES = 5
# Things whose own ids coverage need not look at: what they change in it, they change through members and units.
ASIDE = frozenset(
    {
        "account",
        "act",
        "batch",
        "case",
        "circumstance",
        "contact-point",
        "exemption",
        "export",
        "field",
        "group",
        "letter",
        "need",
        "pairing",
        "secret",
        "sheet",
        "submission",
        "suggestion",
    }
)


@dataclass(frozen=True)
class County:
    """The facts as of row ``seq`` of the journal of one store, and what is owed to whom."""

    epoch: UUID
    seq: int
    register: Register
    columns: Columns
    obligations: Sequence[Obligation]


_held: County | None = None
_lock = Lock()


def forget() -> None:
    """Read everything anew; nothing needs it to be right."""
    global _held  # noqa: PLW0603 - one county a process
    _held = None


def county() -> County:
    """The county as it stands now. Nobody may change what they get."""
    global _held  # noqa: PLW0603 - one county a process
    # Inside a transaction rows are seen that may yet be undone: nothing is kept or taken.
    if connection.in_atomic_block:
        return read(*position())
    with _lock:
        for _ in range(TRIES):
            here = position()
            if _held is None or (_held.epoch, _held.seq) != here:
                _held = caught_up(_held, *here)
            if position() == here:
                break
        assert _held is not None
        return _held


def position() -> tuple[UUID, int]:
    return clock() or (UUID(int=0), 0)


def caught_up(known: County | None, epoch: UUID, seq: int) -> County:
    touched = touched_between(known.seq, seq) if known and known.epoch == epoch and known.seq <= seq else None
    if known is None or touched is None:
        return read(epoch, seq)
    if touched.nobody:
        return replace(known, seq=seq)
    fresh = gather(known.register, touched)
    return replace(known, seq=seq, columns=known.columns.renewed(known.register.concerned(touched), fresh))


def read(epoch: UUID, seq: int) -> County:
    register = Register()
    owed = Obligation.objects.select_related("item", "round", "audience").prefetch_related("audience__chosen")
    return County(epoch, seq, register, gather(register), list(owed))


def touched_between(cursor: int, seq: int) -> Touched | None:
    """Whom the journal's rows after ``cursor`` touch; None if everything must be read again."""
    members: set[UUID] = set()
    units: set[int] = set()
    rows = list(Journal.objects.filter(seq__gt=cursor, seq__lte=seq).values_list("touched", flat=True)[: MANY + 1])
    for touched in rows:
        if not touched.keys() <= ASIDE | {"member", "unit"}:
            return None
        members.update(UUID(one) for one in touched.get("member", ()))
        units.update(int(one) for one in touched.get("unit", ()))
    return Touched(frozenset(members), frozenset(units)) if len(members) <= MANY and len(rows) <= MANY else None
