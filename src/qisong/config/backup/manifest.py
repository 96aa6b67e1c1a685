"""What a backup says of itself, so that whoever opens it can tell whether all of it is there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple, Self

from qisong import __version__
from qisong.words.text import Text

FORMAT = 1


class Contents(NamedTuple):
    """What a copy of a database holds: the journal's last number and hash, and the rows of each table."""

    county: str
    code: str
    seq: int
    hash: str
    tables: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    county: str
    code: str
    made_at: str
    seq: int
    hash: str
    tables: dict[str, int]
    files: int
    version: str = __version__
    format: int = FORMAT
    engine: str = "sqlite"

    @classmethod
    def of(cls, contents: Contents, files: int, made_at: datetime, engine: str) -> Self:
        moment = made_at.isoformat(timespec="seconds")
        return cls(**contents._asdict(), made_at=moment, files=files, engine=engine)

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        return cls(**json.loads(text))

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    def unlike(self, tables: dict[str, int], seq: int, hash_: str) -> list[Text]:
        """How a database differs from what this manifest promises."""
        uneven = sorted(name for name in tables.keys() | self.tables if tables.get(name) != self.tables.get(name))
        found = [UNEVEN.format(tables=", ".join(uneven))] if uneven else []
        return found if (seq, hash_) == (self.seq, self.hash) else [*found, OTHER_HEAD]


UNEVEN = Text("行数与备份时不同：{tables}。", "Other numbers of rows than when it was made: {tables}.")
OTHER_HEAD = Text("日志的最后一条与备份时不同。", "The journal ends otherwise than when it was made.")
