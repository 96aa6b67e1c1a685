"""What a backup says of itself, so that whoever opens it can tell whether all of it is there."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from qisong import __version__

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """``seq`` and ``hash`` are the journal's last; ``tables`` tells the rows of each."""

    county: str
    code: str
    made_at: str
    seq: int
    hash: str
    tables: dict[str, int]
    files: int
    version: str = __version__
    format: int = FORMAT

    @classmethod
    def of(cls, database: Path, files: int, made_at: datetime) -> Self:
        with sqlite3.connect(database) as copy:
            county, code = copy.execute("SELECT name, code FROM org_site").fetchone()
            seq, hash_ = last_of_journal(copy)
            tables = rows_by_table(copy)
        return cls(county, code, made_at.isoformat(timespec="seconds"), seq, hash_, tables, files)

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        return cls(**json.loads(text))

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def rows_by_table(database: sqlite3.Connection) -> dict[str, int]:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()}  # noqa: S608 - names of our own tables


def last_of_journal(database: sqlite3.Connection) -> tuple[int, str]:
    found = database.execute("SELECT seq, hash FROM org_journal ORDER BY seq DESC LIMIT 1").fetchone()
    return found or (0, "")
