"""Many counties counted in one run: a table of all units, and a file of planes for each county."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from qisong.coverage.engine.plane_files import write_planes
from qisong.coverage.warehouse.emitting import Emitted, county_planes, split
from qisong.coverage.warehouse.needing import need
from qisong.coverage.warehouse.rollup import Rollup
from qisong.coverage.warehouse.running import Engine
from qisong.coverage.warehouse.tables import SCHEMAS, Manifest, read_whole, require_one_day

COUNTS = "counts.parquet"


@dataclass(frozen=True)
class County:
    """The export of a county in its folder."""

    folder: Path
    manifest: Manifest

    def files(self, table: str) -> list[Path]:
        return [self.folder / path for path, one in self.manifest.files.items() if one.table == table]


@dataclass(frozen=True)
class Outcome:
    """``rows``: of units and items in ``counts.parquet``."""

    as_of: date
    counties: int
    people: int
    receipts: int
    rows: int


def roll_up(
    folders: Sequence[Path],
    *,
    engine: Engine,
    out: Path,
    as_of: date | None = None,
    report: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Count the counties of ``folders`` into ``out``. What stands there is replaced file by file, the counts last."""
    counties = [County(folder, read_whole(folder)) for folder in folders]
    day = require_one_day((one.manifest for one in counties), as_of)
    rollup = Rollup(day, sorted({channel for one in counties for channel in one.manifest.channels}))
    out.mkdir(parents=True, exist_ok=True)
    parts = []
    with TemporaryDirectory(dir=out, prefix=".draft-") as draft:
        for start in range(0, len(counties), engine.at_once):
            some, piece = counties[start : start + engine.at_once], Path(draft) / str(start)
            run(engine, rollup, some, piece)
            emit(some, piece, out)
            parts.append(piece / "counts")
            if report:
                report(start + len(some), len(counties))
        rows = join_counts(parts, out)
    totals = [one.manifest.rows for one in counties]
    people, receipts = (sum(one[table] for one in totals) for table in ("people", "receipts"))
    return Outcome(day, len(counties), people, receipts, rows)


def run(engine: Engine, rollup: Rollup, counties: Sequence[County], piece: Path) -> None:
    """Leave the counts and the words of planes of some counties in ``piece``."""
    for table in SCHEMAS:
        engine.look(table, [file for one in counties for file in one.files(table)])
    standings = engine.keep("standings", rollup.standings())
    engine.write(rollup.counts(standings), piece / "counts")
    engine.write(rollup.words(standings), piece / "words")
    engine.write(rollup.circumstance_words(), piece / "circumstances")


def emit(counties: Sequence[County], piece: Path, out: Path) -> None:
    words, circumstances = (split(piece / name) for name in ("words", "circumstances"))
    for one in counties:
        code = one.manifest.county
        given = Emitted(words.get(code), circumstances.get(code))
        made = county_planes(one.manifest, one.files("units"), one.files("people"), given)
        write_planes(out / one.manifest.planes_file, made)


def join_counts(parts: Sequence[Path], out: Path) -> int:
    """One file of all parts, in the order of counties, units and items."""
    parquet, draft = need("pyarrow.parquet", extra="analytics"), out / f"{COUNTS}.part"
    writer, rows = None, 0
    for part in parts:
        table = parquet.read_table(part)
        ordered = table.sort_by([(name, "ascending") for name in ("county", "code", "item")])
        writer = writer or parquet.ParquetWriter(draft, ordered.schema, compression="zstd")
        writer.write_table(ordered)
        rows += ordered.num_rows
    if writer:
        writer.close()
        draft.replace(out / COUNTS)
    return rows
