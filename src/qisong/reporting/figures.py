"""The figures of a programme, each counted again from the rows whenever it is asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from qisong.ledger.models import Programme
from qisong.org.models import Pairing
from qisong.reporting.indicators import INDICATORS, KINDS, indicator
from qisong.reporting.rows import Field, Rows


@dataclass(frozen=True)
class FigureRows:
    """The ids behind one figure. ``reversible``: each may be handed to ``qisong reverse``; units are told by code."""

    key: str
    count: int
    kind: str
    reversible: bool
    ids: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def figures(programme: Programme, as_of: date | None = None) -> dict[str, int]:
    """Key → number, as of the end of a day (default: today), from live rows only."""
    field = Field(programme, as_of or timezone.localdate())
    return {one.code: one.count(field) for one in INDICATORS}


def figure_rows(programme: Programme, key: str, as_of: date | None = None) -> FigureRows:
    """What ``key`` counts, row by row. Refuses a key that no figure has."""
    found = indicator(key)
    field = Field(programme, as_of or timezone.localdate())
    sources = found.rows(field)
    kinds = "/".join(dict.fromkeys(KINDS.get(rows.model, rows.model.__name__.lower()) for rows in sources))
    ids = [one for rows in sources for one in ids_of(rows)]
    return FigureRows(key, found.count(field), kinds, not found.is_structure, ids)


def ids_of(rows: Rows) -> list[str]:
    names = {"Unit": "code", Pairing.__name__: "pk"}
    return [str(one) for one in rows.values_list(names.get(rows.model.__name__, "pk"), flat=True)]
