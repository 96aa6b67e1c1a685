"""One verb, one transaction, one row: the change feed and the audit chain of the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils import timezone

from qisong.org.models import Clock, Journal
from qisong.seals.chain import link
from qisong.seals.keys import Keyring
from qisong.words.text import Refusal, refuse

if TYPE_CHECKING:
    from qisong.org.models import Account, Unit

START = "0" * 64
TICK = "UPDATE org_clock SET seq = seq + %s RETURNING seq"
TICK_IF_OPEN = (
    "UPDATE org_clock SET seq = seq + %s WHERE NOT EXISTS (SELECT 1 FROM org_site WHERE closed_on IS NOT NULL) "
    "RETURNING seq"
)
# Reading is told to the journal too, logins are still looked after, and what has expired goes.
THOUGH_CLOSED = {
    "account.closed",
    "account.opened",
    "account.password-chosen",
    "account.reset",
    "address.forgotten",
    "feed.revoked",
    "import.expired",
    "quarantine.emptied",
    "roster.exported",
    "secret.opened",
    "site.closed",
    "site.dismissed",
    "site.reopened",
}
SEALED = ("seq", "at", "kind", "actor", "unit", "touched", "reason")
# Beyond this a reader does better to reload the county than to follow ids one by one.
MANY = 2_000


class Entry:
    """What a verb has to tell the journal; filled while the verb works."""

    def __init__(self, kind: str, actor: Account | None, unit: Unit | None, reason: str) -> None:
        self.kind = kind
        self.actor = actor
        self.unit = unit
        self.reason = reason
        self.touched: dict[str, list[str] | bool] = {}
        self.seq: int | None = None  # known once the verb has ended

    def touch(self, thing: str, ids: Iterable[UUID | int | str]) -> None:
        """Name what the verb concerned, by id only."""
        known = self.touched.setdefault(thing, [])
        if isinstance(known, list):
            known.extend(str(one) for one in ids)

    def touch_county(self) -> None:
        self.touched["county"] = True


@contextmanager
def verb(kind: str, *, by: Account | None, unit: Unit | None = None, reason: str = "") -> Iterator[Entry]:
    """Run a verb in one transaction and write its row as the last thing in it.

    The clock row is the last lock taken, so numbers follow the order of commits without gaps.
    ``by`` is None for the operator at the command line.
    """
    with transaction.atomic():
        entry = Entry(kind, by, unit, reason)
        yield entry
        append([entry])


def append(entries: list[Entry]) -> None:
    """Number, chain and write the rows of ``entries``; inside the transaction of the verbs they tell of."""
    if not entries:
        return
    last = tick(len(entries), though_closed=all(entry.kind in THOUGH_CLOSED for entry in entries))
    keyring = Keyring.of(settings.DATA_DIR)
    at = timezone.now()
    first = last - len(entries) + 1
    hash_ = (
        Journal.objects.filter(seq=first - 1).values_list("hash", flat=True).first() if first > 1 else None
    ) or START
    rows = []
    for seq, entry in enumerate(entries, first):
        row = Journal(
            seq=seq,
            at=at,
            kind=entry.kind,
            actor=entry.actor,
            unit=entry.unit,
            touched=condensed(entry.touched),
            reason=entry.reason,
            prev_hash=hash_,
        )
        row.hash = hash_ = link(keyring.journal_key, row.prev_hash, row.payload())
        entry.seq = seq
        rows.append(row)
    Journal.objects.bulk_create(rows, batch_size=100)


def condensed(touched: dict[str, list[str] | bool]) -> dict[str, list[str] | bool]:
    if sum(len(ids) for ids in touched.values() if isinstance(ids, list)) > MANY:
        return {"county": True}
    return touched


def tick(steps: int = 1, *, though_closed: bool = False) -> int:
    """The clock of a closed site does not go; asked in the same statement, so that no verb pays for it."""
    with connection.cursor() as cursor:
        cursor.execute(TICK if though_closed else TICK_IF_OPEN, [steps])
        row = cursor.fetchone()
    if row is not None:
        return int(row[0])
    if Clock.objects.exists():
        raise closed()
    Clock.objects.create(pk=1, seq=steps)
    return steps


def closed() -> Refusal:
    return refuse(
        "site-closed",
        "本站已结束使用，只能查看和导出，不再登记，没有写入。如需继续使用，请联系管理员。",
        "This site has been closed: it can be read and exported, and nothing is recorded any more. Nothing was "
        "written; ask the administrator if it is to be used again.",
    )


def position(using: str = DEFAULT_DB_ALIAS) -> int:
    """The number of the last committed verb; 0 before the first."""
    return Clock.objects.using(using).values_list("seq", flat=True).first() or 0


def broken_links(using: str = DEFAULT_DB_ALIAS) -> list[int]:
    """The numbers of rows that are missing, changed or out of place; empty when the chain is whole."""
    keyring = Keyring.of(settings.DATA_DIR)
    broken, expected, before = [], 1, START
    # Only what is sealed: a backup of an older version may lack a column that came later.
    rows = Journal.objects.using(using).only(*SEALED, "prev_hash", "hash").order_by("seq")
    for row in rows.iterator(chunk_size=2000):
        whole = row.seq == expected and row.prev_hash == before
        if not whole or row.hash != link(keyring.journal_key, row.prev_hash, row.payload()):
            broken.append(row.seq)
        expected, before = row.seq + 1, row.hash
    if expected - 1 != position(using):
        broken.append(expected)
    return broken
