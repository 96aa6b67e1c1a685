"""Words of 16 positions, as a roll-up leaves them, put together into the planes of a county."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.plane_files import CountyPlanes, Heading
from qisong.coverage.engine.planes import Words, words_for
from qisong.coverage.warehouse.needing import need
from qisong.coverage.warehouse.tables import Manifest


class Emitted(NamedTuple):
    """Rows of words of one county: by item, and by circumstance; None where there are none."""

    items: Any
    circumstances: Any


def split(folder: Path) -> dict[str, Any]:
    """County → its rows."""
    rows = need("pyarrow.parquet", extra="analytics").read_table(folder).sort_by("county")
    counties = rows["county"].to_numpy(zero_copy_only=False).astype(str)
    codes, firsts = np.unique(counties, return_index=True)
    ends = np.append(firsts[1:], len(counties))
    return {
        str(code): rows.slice(start, stop - start)
        for code, start, stop in zip(codes, firsts.tolist(), ends.tolist(), strict=True)
    }


def county_planes(manifest: Manifest, units: Sequence[Path], people: Sequence[Path], emitted: Emitted) -> CountyPlanes:
    parquet = need("pyarrow.parquet", extra="analytics")
    tree = parquet.read_table(units, partitioning=None).sort_by("rank")
    ids = b"".join(parquet.read_table(people, partitioning=None).sort_by("position")["who"].to_pylist())
    size = len(ids) // 16
    planes = words_of(emitted.items, "item", size) | words_of(emitted.circumstances, "kind", size)
    heading = Heading(
        path=(*manifest.above, manifest.county),
        as_of=manifest.as_of,
        store=manifest.store,
        seq=manifest.seq,
        people=size,
        units=tuple(tree["code"].to_pylist()),
        planes=tuple(planes),
    )
    starts = np.append(tree["start"].to_numpy(), size).astype(np.int64)
    return CountyPlanes(
        heading,
        Layout(starts, tree["ends"].to_numpy().astype(np.int32)),
        np.frombuffer(ids, np.uint8).reshape(size, 16),
        planes,
    )


def words_of(rows: Any, by: str, size: int) -> dict[str, Words]:
    """Every plane that says something of anybody, by name."""
    if rows is None:
        return {}
    things, word = rows[by].to_numpy(zero_copy_only=False).astype(str), rows["word"].to_numpy()
    found = {}
    for thing in np.unique(things).tolist():
        here = things == thing
        for flag in rows.column_names[3:]:
            bits = np.zeros(words_for(size) * 4, "<u2")
            bits[word[here]] = rows[flag].to_numpy()[here]
            if bits.any():
                found[plane_name(flag, thing)] = bits.view("<u8")
    return dict(sorted(found.items()))


def plane_name(flag: str, thing: str) -> str:
    """``owed`` and ``received:visit`` of ITEM: ``owed:ITEM`` and ``received:ITEM:visit``."""
    state, *channel = flag.split(":", 1)
    return ":".join([state, thing, *channel])
