"""What a roll-up left behind, beside what coverage itself says."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from qisong.coverage.asking import Question
from qisong.coverage.counting import Counts, counts_of
from qisong.coverage.engine.plane_files import CountyPlanes, open_planes
from qisong.coverage.engine.rollup import roll_up
from qisong.coverage.index import view_of
from qisong.coverage.warehouse.nation import COUNTS
from qisong.coverage.warehouse.rollup import COUNTED
from qisong.ledger.models import Item
from qisong.org.terms import TreeView
from tests.coverage.warehouse.conftest import AS_OF

Table = dict[tuple[str, str], Counts]


def counted(out: Path, county: str = "C0") -> Table:
    """(unit, item) → counts, of whatever applies to anybody."""
    rows = pq.read_table(out / COUNTS).to_pylist()
    return {
        (row["code"], row["item"]): Counts(**{one: row[one] for one in COUNTED})
        for row in rows
        if row["county"] == county
    }


def live(channel: str | None = None, circumstance: str | None = None) -> Table:
    """The same from coverage itself, every unit × item."""
    items = tuple(Item.objects.all())
    view = view_of(Question(items, AS_OF, TreeView.THEN, channel, circumstance))
    codes = [view.index.placing.shown.nodes[unit].code for unit in view.index.placing.shown.order]
    found: Table = {}
    for item in items:
        lines = view.of_item(item)
        rows = counts_of(view, lines, roll_up).T.tolist() if lines else []
        found |= {(code, item.code): Counts(*row) for code, row in zip(codes, rows, strict=False)}
    return {cell: counts for cell, counts in found.items() if counts.applies}


def of_planes(file: Path, channel: str | None = None, circumstance: str | None = None) -> dict[Any, tuple[int, int]]:
    """(unit, item) → owed and missing, by the engine from the file of a county."""
    county = open_planes(file).county()
    items = [name.split(":")[1] for name in county.planes if name.startswith("owed:")]
    found = {}
    for item in items:
        rows = roll_up(list(owed_and_missing(county, item, channel, circumstance)), county.layout).T.tolist()
        found |= {(code, item): tuple(row) for code, row in zip(county.heading.units, rows, strict=True) if row[0]}
    return found


def owed_and_missing(county: CountyPlanes, item: str, channel: str | None, circumstance: str | None) -> Any:
    owed = county.planes[f"owed:{item}"]
    nobody = owed & ~owed
    concerned = county.planes.get(f"circumstance:{circumstance}", nobody) if circumstance else owed
    if channel:
        missing = owed & ~county.planes.get(f"received:{item}:{channel}", nobody)
    else:
        missing = county.planes.get(f"missing:{item}", nobody)
    return owed & concerned, missing & concerned


def pairs(table: Table) -> dict[Any, tuple[int, int]]:
    return {cell: (one.owed, one.missing) for cell, one in table.items() if one.owed}
