"""The databases a site may stand on, each of which is copied, proven and brought back in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.db import connection, connections
from django.db.utils import load_backend

from qisong.config.backup.manifest import Contents, Manifest
from qisong.org.journal import broken_links
from qisong.words.text import Text

COPY = "copy"  # the alias under which a restored database is looked at


class Proof(NamedTuple):
    """``faults`` is empty when a backup can be relied upon; ``means`` says how that was found out."""

    faults: list[Text]
    means: Text


class Engine(Protocol):
    """``FILE`` is the name of the copy inside a backup."""

    @property
    def FILE(self) -> str: ...  # noqa: N802 - a constant of the module

    def take(self, copy: Path) -> Contents:
        """Write the database as it stands at one moment to ``copy`` and say what it holds."""

    def prove(self, copy: Path, manifest: Manifest) -> Proof: ...

    def holds_data(self) -> bool: ...

    def bring_in(self, copy: Path, now: datetime) -> None:
        """Make ``copy`` the site's database, all or nothing, with a new ``store_epoch`` and nobody signed in."""

    def migrate(self) -> None:
        """Bring the database to this version, all or nothing."""


def engine_of(name: str) -> Engine:
    from qisong.config.backup import embedded, server  # noqa: PLC0415 - both build upon this module

    return {"sqlite": embedded, "postgresql": server}[name]


def own_engine() -> Engine:
    return engine_of(connection.vendor)


@contextmanager
def looked_at(database: dict[str, Any]) -> Iterator[None]:
    """The models of ``database`` can be read by the alias ``copy``."""
    told = connections.configure_settings({"default": database})["default"]
    connections[COPY] = load_backend(told["ENGINE"]).DatabaseWrapper(told, COPY)
    try:
        yield
    finally:
        connections[COPY].close()
        del connections[COPY]


def faults_of_chain() -> list[Text]:
    broken = broken_links(using=COPY)
    return [BROKEN_CHAIN.format(seq=broken[0])] if broken else []


BROKEN_CHAIN = Text("日志从第 {seq} 条起对不上。", "The journal does not hold together from row {seq} on.")
