"""A county as Parquet, receipts by month: ids and counts alone.

Whoever reads goes by the manifest, which is replaced last and in one step: files have names of their own content, and
those no manifest names any more are removed. So an export that is killed leaves the one before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from qisong.coverage.asking import Question
from qisong.coverage.index import index_of
from qisong.coverage.warehouse.needing import need
from qisong.coverage.warehouse.reading import Reading
from qisong.coverage.warehouse.tables import MANIFEST, Manifest, Written, digest_of, foreign, read_manifest
from qisong.words.text import refuse

MONTHLY = "receipts"
DRAFT = "draft.part"


def export(folder: Path, *, as_of: date, months: Collection[str] = (), above: Sequence[str] = ()) -> Manifest:
    """All tables as of a day; of the receipts only ``months``, such as 2026-05, if some are named. ``above``: the units
    above the county, the topmost first."""
    need("pyarrow.parquet", extra="analytics")
    index = index_of(Question((), as_of))
    if not index.placing.then.order:
        raise refuse(
            "unknown-date",
            "{on}还没有这个县，请换一个日期。",
            "On {on} the county did not exist yet; choose another date.",
            place="as-of",
            on=as_of,
        )
    check_months(months, as_of)
    reading = Reading(index, as_of)
    known = known_files(folder, reading.county, months)
    folder.mkdir(parents=True, exist_ok=True)
    files = {path: one for path, one in known.items() if one.table == MONTHLY and one.month not in months}
    files |= {path: one for table in reading.tables() for path, one in written(folder, reading.county, *table)}
    chosen = {month: rows for month, rows in reading.receipts().items() if not months or month in months}
    for month, rows in sorted(chosen.items()):
        files |= dict(written(folder, reading.county, MONTHLY, rows, month))
    made = manifest_of(reading, above, files)
    publish(folder, made)
    return made


def check_months(months: Collection[str], as_of: date) -> None:
    for month in months:
        if not is_month(month) or month > as_of.isoformat()[:7]:
            raise refuse(
                "unknown-date",
                "“{month}”不是导出日期之前的月份，请写成 2026-05。",
                "{month} is not a month up to the day of the export; write it as 2026-05.",
                place="month",
                month=month,
            )


def is_month(text: str) -> bool:
    try:
        return date.fromisoformat(f"{text}-01").isoformat()[:7] == text
    except ValueError:
        return False


def known_files(folder: Path, county: str, months: Collection[str]) -> Mapping[str, Written]:
    """What stands in the folder of an earlier export, which must be this county's; all months are kept that are not
    written anew."""
    empty = not folder.exists() or (folder.is_dir() and not any(path.name != DRAFT for path in folder.iterdir()))
    if empty and months:
        raise refuse(
            "warehouse-empty",
            "“{folder}”里还没有导出。第一次请不要写 --month，导出全部月份。",
            "Nothing was exported into {folder} yet. The first time leave --month out and export all months.",
            place="month",
            folder=folder,
        )
    if empty:
        return {}
    found = read_manifest(folder)
    if found.county != county:
        raise foreign(folder)
    return found.files if months else {}


def written(folder: Path, county: str, table: str, rows: Any, month: str = "") -> Iterator[tuple[str, Written]]:
    """Write one file; its path inside the folder, and what is in it."""
    parquet = need("pyarrow.parquet", extra="analytics")
    draft = folder / DRAFT
    parquet.write_table(rows, draft, compression="zstd")
    digest = digest_of(draft)
    parts = (table, f"county={quote(county, safe='')}", *([f"month={month}"] if month else []))
    path = Path(*parts, f"{digest[:16]}.parquet")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    draft.replace(folder / path)
    yield path.as_posix(), Written(table, month, rows.num_rows, digest)


def manifest_of(reading: Reading, above: Sequence[str], files: dict[str, Written]) -> Manifest:
    county = reading.index.county
    return Manifest(
        county=reading.county,
        above=tuple(above),
        as_of=reading.as_of.isoformat(),
        store=str(county.epoch),
        seq=county.seq,
        channels=tuple(sorted(reading.channels)),
        files=files,
    )


def publish(folder: Path, made: Manifest) -> None:
    draft = folder / DRAFT
    draft.write_text(made.to_json(), encoding="utf-8")
    draft.replace(folder / MANIFEST)
    for path in folder.glob("*/county=*/**/*.parquet"):
        if path.relative_to(folder).as_posix() not in made.files:
            path.unlink()
