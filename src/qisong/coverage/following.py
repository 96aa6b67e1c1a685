"""The facts of the whole county, kept in memory and followed through the journal.

A reader takes the journal's rows above its cursor and reads every member and unit they touch anew: in any order, and
twice does no harm. What is structural, very large or not understood makes it read everything again. The cursor is
taken before reading, so whatever is committed meanwhile will be read again next time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from qisong.coverage.asking import Question
from qisong.coverage.facts import Among, Facts, Line, People, read_facts
from qisong.coverage.households import Heads, ever_with
from qisong.coverage.keys import Key, key_of
from qisong.coverage.placing import Placing
from qisong.org.models import Clock, Journal

KEPT = 8  # questions; one holds a few megabytes
MANY = 400  # touched members, beyond which reading everything is no slower
# Things whose own ids coverage need not look at: what they change in it, they change through members and units.
ASIDE = frozenset(
    {
        "account",
        "act",
        "batch",
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
class Followed:
    epoch: UUID
    seq: int
    facts: Facts


_kept: OrderedDict[Hashable, Followed] = OrderedDict()


def forget() -> None:
    """Read everything anew; nothing needs it to be right."""
    _kept.clear()


def facts_of(question: Question, placing: Placing, unit: int) -> Facts:
    """The facts about everybody who may be shown beneath ``unit``, and perhaps of others; nobody may change what they
    get. The first question about the whole county begins to follow it; then one about a part is answered from that."""
    root = placing.shown.roots[0]
    key = (tuple(item.pk for item in question.items), question.as_of, question.channel, question.circumstance)
    known = _kept.get(key)
    position = Clock.objects.values_list("store_epoch", "seq").first() if known or unit == root else None
    # Inside a transaction rows are seen that may yet be undone.
    if position is None or connection.in_atomic_block:
        return read_facts(question, placing, unit)
    epoch, seq = position
    among = touched_between(known.seq, seq) if known and known.epoch == epoch and known.seq <= seq else None
    if known is None or among is None:
        facts = read_facts(question, placing, root)
    elif among.nobody:
        facts = known.facts
    else:
        if known.facts.heads is not None:
            among = Among(ever_with(among.members), among.units)
        facts = renewed(known.facts, read_facts(question, placing, root, among), among)
    _kept[key] = Followed(epoch, seq, facts)
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return facts


def touched_between(cursor: int, seq: int) -> Among | None:
    """Whom the journal's rows after ``cursor`` touch; None if everything must be read again."""
    members: set[UUID] = set()
    units: set[int] = set()
    rows = list(Journal.objects.filter(seq__gt=cursor, seq__lte=seq).values_list("touched", flat=True)[: MANY + 1])
    for touched in rows:
        if not touched.keys() <= ASIDE | {"member", "unit"}:
            return None
        members.update(UUID(one) for one in touched.get("member", ()))
        units.update(int(one) for one in touched.get("unit", ()))
    return Among(frozenset(members), frozenset(units)) if len(members) <= MANY and len(rows) <= MANY else None


def renewed(old: Facts, fresh: Facts, among: Among) -> Facts:
    """``old`` with everybody of ``among`` as ``fresh`` has them."""
    touched: People = {key_of(member) for member in among.members} | set(among.units)
    branch = dict(old.branch)
    for key in touched:
        branch.pop(key, None)
    kinds = old.circumstances.keys() | fresh.circumstances.keys()
    renewing = Renewing(touched)
    return Facts(
        branch | fresh.branch,
        {kind: renewing.of(old.circumstances.get(kind, set()), fresh.circumstances.get(kind, set())) for kind in kinds},
        [renewing.line(before, now) for before, now in zip(old.lines, fresh.lines, strict=True)],
        None if old.heads is None else without(old.heads, touched) | {**(fresh.heads or {})},
    )


def without(heads: Heads, touched: People) -> dict[Key, Key]:
    return {member: head for member, head in heads.items() if member not in touched}


class Renewing:
    """Several lines share a set of people when they are owed to the same audience; they go on sharing it."""

    def __init__(self, touched: People) -> None:
        self.touched = touched
        self.known: dict[tuple[int, frozenset[object]], People] = {}

    def of(self, old: People, fresh: People) -> People:
        key = (id(old), frozenset(fresh))
        if key not in self.known:
            self.known[key] = (old - self.touched) | fresh
        return self.known[key]

    def line(self, old: Line, fresh: Line) -> Line:
        return Line(
            fresh.claim,
            self.of(old.owed, fresh.owed),
            self.of(old.exempt, fresh.exempt),
            self.of(old.lacking, fresh.lacking),
            self.of(old.later, fresh.later),
            self.of(old.declined, fresh.declined),
        )
