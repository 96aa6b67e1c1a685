"""The same roll-up by SQL: every unit of the tree × seven items, from rows that are loaded and indexed before the clock
runs. A peer's answer is compared with the engine's in full."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qisong.config.measuring.coverage import Measured
from qisong.config.measuring.nation import ITEMS, Nation
from qisong.coverage.warehouse.needing import need
from qisong.words.text import refuse

ROWS = 50_000
OWN = """
WITH own AS (SELECT member.unit AS unit, delivered.item AS item, COUNT(*) AS people
               FROM delivered JOIN member ON member.who = delivered.who GROUP BY member.unit, delivered.item)
SELECT closure.above, own.item, SUM(own.people) FROM own JOIN closure ON closure.unit = own.unit
 GROUP BY closure.above, own.item
"""
EACH = ", ".join(f"COUNT(*) FILTER (mask & {1 << item} > 0) AS i{item}" for item in range(ITEMS))
SUMS = ", ".join(f"SUM(i{item})" for item in range(ITEMS))
MASKS = (
    f"WITH own AS (SELECT unit, {EACH} FROM masks GROUP BY unit) "  # noqa: S608 - our own names and numbers
    f"SELECT above, {SUMS} FROM own JOIN closure USING (unit) GROUP BY above"
)
EVENTS = OWN.replace("FROM delivered", "FROM (SELECT DISTINCT who, item FROM events) delivered")


@dataclass(frozen=True)
class Peer:
    """``ms``: of the query alone; ``ratio``: to the engine's roll-up in the same run."""

    name: str
    ms: float
    ratio: float
    equal: bool


def ask_duckdb(measured: Measured, _url: str) -> Iterator[Peer]:
    """One thread, as the engine has one core: from a column of seven bits a member, and from the ledger as it is."""
    database = need("duckdb", extra="analytics").connect(config={"threads": 1})
    nation = measured.nation
    member, events = tables(nation)
    masks = np.zeros(nation.members, np.int16)
    for item in range(ITEMS):
        masks[events[0][events[1] == item]] |= np.int16(1 << item)
    frames = {
        "member": {"who": member[0], "unit": member[1]},
        "events": {"who": events[0], "item": events[1]},
        "masks": {"unit": member[1], "mask": masks},
        "closure": dict(zip(("unit", "above"), closure(nation), strict=True)),
    }
    for name, columns in frames.items():
        database.register("given", columns)
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608 - our own names
    for title, query in (("DuckDB, seven bits a member", MASKS), ("DuckDB, events", EVENTS)):
        yield answered(title, measured, database.query(query).fetchnumpy)


def ask_sqlite(measured: Measured, _url: str) -> Iterator[Peer]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE member (who INTEGER PRIMARY KEY, unit INTEGER)")
        database.execute("CREATE TABLE delivered (who INTEGER, item INTEGER, PRIMARY KEY (item, who)) WITHOUT ROWID")
        database.execute("CREATE TABLE closure (unit INTEGER, above INTEGER, PRIMARY KEY (unit, above)) WITHOUT ROWID")
        for name, columns in loaded(measured.nation):
            database.executemany(f"INSERT INTO {name} VALUES (?, ?)", zip(*columns, strict=True))  # noqa: S608 - our own names
        database.execute("ANALYZE")
        yield answered("SQLite", measured, lambda: database.execute(OWN).fetchall())


def ask_postgresql(measured: Measured, url: str) -> Iterator[Peer]:
    if not url:
        raise refuse(
            "no-postgresql",
            "没有指明 PostgreSQL，请用 --postgresql-url。",
            "No PostgreSQL is named; use --postgresql-url.",
        )
    psycopg = need("psycopg", extra="postgresql")
    try:
        connection = psycopg.connect(url)
    except psycopg.OperationalError as error:
        raise refuse(
            "postgresql-unreachable",
            "连不上 PostgreSQL：{error}",
            "PostgreSQL cannot be reached: {error}",
            error=str(error).strip(),
        ) from error
    with connection as database, database.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("CREATE TEMP TABLE member (who INTEGER PRIMARY KEY, unit INTEGER)")
        cursor.execute("CREATE TEMP TABLE delivered (who INTEGER, item SMALLINT, PRIMARY KEY (item, who))")
        cursor.execute("CREATE TEMP TABLE closure (unit INTEGER, above INTEGER, PRIMARY KEY (unit, above))")
        for name, columns in loaded(measured.nation):
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in zip(*columns, strict=True):
                    copy.write_row(row)
        for name in ("member", "delivered", "closure"):
            cursor.execute(f"ANALYZE {name}")
        yield answered("PostgreSQL", measured, lambda: cursor.execute(OWN).fetchall())


PEERS: dict[str, Callable[[Measured, str], Iterator[Peer]]] = {
    "duckdb": ask_duckdb,
    "sqlite": ask_sqlite,
    "postgresql": ask_postgresql,
}


def tables(nation: Nation) -> tuple[Any, Any]:
    """Members with their units; the ledger with its doubles."""
    pieces = zip(*nation.ledger(in_order=False), strict=True)
    who, item = (np.concatenate(column).astype(np.int32) for column in pieces)
    return (np.arange(nation.members, dtype=np.int32), nation.unit_of), (who, item)


def closure(nation: Nation) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each branch with itself and every unit above it."""
    layout, units = nation.layout, np.arange(nation.layout.units)
    inner = [(units[(units >= one) & (units < layout.ends[one])], one) for one in layout.inner.tolist()]
    leaves = nation.rank
    beneath = np.concatenate([leaves, *(branches for branches, _ in inner)])
    above = np.concatenate([leaves, *(np.full(len(branches), one) for branches, one in inner)])
    chosen = np.isin(beneath, leaves)
    return np.unique(np.stack([beneath[chosen], above[chosen]]), axis=1)  # type: ignore[return-value]


def loaded(nation: Nation) -> Iterable[tuple[str, list[list[int]]]]:
    member, (who, item) = tables(nation)
    once = np.unique(who.astype(np.int64) * ITEMS + item)
    yield "member", [column.tolist() for column in member]
    yield "delivered", [(once // ITEMS).tolist(), (once % ITEMS).tolist()]
    yield "closure", [column.tolist() for column in closure(nation)]


def answered(name: str, measured: Measured, ask: Callable[[], Any]) -> Peer:
    start = time.perf_counter()
    answer = ask()
    spent = (time.perf_counter() - start) * 1000
    engine = next(one.ms for one in measured.figures if one.name == "roll-up")
    return Peer(
        name, round(spent, 1), round(spent / engine, 1), bool(np.array_equal(table(answer, measured), measured.counted))
    )


def table(answer: Any, measured: Measured) -> NDArray[np.int64]:
    """int64[items, U] from rows, or from columns, of one item a row or of all."""
    found = np.zeros(measured.counted.shape, np.int64)
    columns = list(answer.values()) if isinstance(answer, dict) else list(map(np.array, zip(*answer, strict=True)))
    above, *rest = [np.asarray(column).astype(np.int64) for column in columns]
    if len(rest) == ITEMS:
        found[:, above] = rest
    else:
        found[rest[0], above] = rest[1]
    return found
