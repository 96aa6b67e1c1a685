"""A made nation for the roll-up of a warehouse: one county's export again and again, with ids of its own each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qisong.coverage.warehouse.export import publish, written
from qisong.coverage.warehouse.tables import read_whole


def multiply(source: Path, out: Path, counties: int) -> list[Path]:
    """The folders of ``counties`` counties, each like ``source`` but for who and what they are called."""
    return [copy(source, out / f"{number:04d}", number) for number in range(counties)]


def copy(source: Path, folder: Path, number: int) -> Path:
    known = read_whole(source)
    county = f"{known.county}-{number:04d}"
    folder.mkdir(parents=True)
    files = dict(entry for entry in rewritten(source, folder, county, number))
    publish(folder, replace(known, county=county, files=files))
    return folder


def rewritten(source: Path, folder: Path, county: str, number: int) -> Iterator[Any]:
    for path, one in read_whole(source).files.items():
        rows = pq.read_table(source / path, partitioning=None)
        rows = changed(rows, "county", pa.repeat(county, rows.num_rows))
        if "who" in rows.column_names:
            rows = changed(rows, "who", renumbered(rows["who"], number))
        if "code" in rows.column_names:
            rows = changed(rows, "code", pa.array([f"{code}-{number:04d}" for code in rows["code"].to_pylist()]))
        yield from written(folder, county, one.table, rows, one.month)


def changed(rows: pa.Table, name: str, values: Any) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)


def renumbered(ids: Any, number: int) -> pa.Array:
    """The same ids with other last bytes, so that nobody is in two counties."""
    found = np.frombuffer(b"".join(ids.to_pylist()), np.uint8).reshape(-1, 16).copy()
    found[:, -4:] ^= np.frombuffer(number.to_bytes(4, "big"), np.uint8)
    return pa.array([bytes(one) for one in found], pa.binary())
