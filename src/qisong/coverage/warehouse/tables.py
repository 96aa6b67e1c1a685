"""The tables of a warehouse, one row a fact, and what a folder of them says of itself.

``who``: 16 bytes, the globally unique id of a member or of a unit as a recipient; ``position`` and ``rank``: its place
and its unit's number in the tree of the county on the day of the export; ``item``: its code. Nothing else is known of
anybody: no name, no number, no address.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import file_digest
from pathlib import Path
from urllib.parse import quote

from qisong.words.text import Refusal, refuse

FORMAT = 1
MANIFEST = "manifest.json"
ANY = "any"  # among the channels of ``filled``: by all of them together
SCHEMAS = {
    # parent: rank of the unit above, -1 for the county; ends: the rank after the last one beneath; start: the first
    # position of its own people; above: itself and all units above it, by rank
    "units": {
        "county": "string",
        "rank": "int32",
        "code": "string",
        "parent": "int32",
        "ends": "int32",
        "start": "int32",
        "above": "array<int32>",
    },
    "people": {"county": "string", "position": "int32", "rank": "int32", "who": "binary"},
    "circumstances": {"county": "string", "position": "int32", "kind": "string"},
    # since: the first day whose copies count; said: "", has, later or declined; filled: null where copies are summed,
    # else the channels by which the county itself found that enough was received
    "lines": {
        "county": "string",
        "position": "int32",
        "rank": "int32",
        "item": "string",
        "round": "string",
        "quantity": "int32",
        "since": "date",
        "exempt": "boolean",
        "said": "string",
        "filled": "array<string>",
    },
    "receipts": {
        "county": "string",
        "who": "binary",
        "item": "string",
        "channel": "string",
        "on": "date",
        "copies": "int32",
    },
}


@dataclass(frozen=True)
class Written:
    """``month``: of receipts, as 2026-05; of other tables empty."""

    table: str
    month: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """``above``: the codes of the units above the county, the topmost first; ``store`` and ``seq``: the journal's;
    ``files``: path inside the folder → what was written there."""

    county: str
    above: tuple[str, ...]
    as_of: str
    store: str
    seq: int
    channels: tuple[str, ...]
    files: dict[str, Written]
    format: int = FORMAT

    @property
    def rows(self) -> dict[str, int]:
        return {table: sum(one.rows for one in self.files.values() if one.table == table) for table in SCHEMAS}

    @property
    def planes_file(self) -> str:
        return f"{quote(self.county, safe='')}.planes"

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def read_manifest(folder: Path) -> Manifest:
    try:
        given = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {path: Written(**one) for path, one in given.pop("files").items()}
        lists = {name: tuple(given[name]) for name in ("above", "channels")}
        found = Manifest(**given | lists | {"files": files})
        date.fromisoformat(found.as_of)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise foreign(folder) from error
    if found.format != FORMAT or {one.table for one in files.values()} - SCHEMAS.keys():
        raise foreign(folder)
    return found


def foreign(folder: Path) -> Refusal:
    return refuse(
        "warehouse-foreign",
        "“{folder}”不是一个县的导出目录，或没有导出完，请检查目录；重新导出请用空目录。",
        "{folder} is not the export of a county, or was not finished; check the folder, or export into an empty one.",
        place="folder",
        folder=folder,
    )


def read_whole(folder: Path) -> Manifest:
    """A manifest whose files are all there, unaltered."""
    found = read_manifest(folder)
    damaged = [path for path, one in found.files.items() if digest_of(folder / path) != one.sha256]
    if damaged:
        raise refuse(
            "warehouse-damaged",
            "“{folder}”里有文件缺少或被改动过（校验和不符）：{files}。请从该县重新导出。",
            "Files of {folder} are missing or altered (their checksums differ): {files}. Export that county again.",
            place="folder",
            folder=folder,
            files=", ".join(damaged[:3]),
        )
    return found


def digest_of(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def require_one_day(manifests: Iterable[Manifest], as_of: date | None) -> date:
    """Counties are counted together only if all were exported for the same day, and each of them once."""
    found = list(manifests)
    days = {one.as_of for one in found} | ({as_of.isoformat()} if as_of else set())
    if len(days) != 1:
        raise refuse(
            "unknown-date",
            "各县导出的日期不一致：{days}。请按同一天导出后再合计。",
            "The counties were exported for different days: {days}. Export them for one day, then count.",
            place="as-of",
            days=", ".join(sorted(days)),
        )
    codes = [one.county for one in found]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise refuse(
            "county-twice",
            "同一个县给了两次：{codes}。每个县只给一个目录。",
            "A county is given twice: {codes}. Give one folder for each.",
            place="folder",
            codes=", ".join(sorted(twice)),
        )
    return date.fromisoformat(days.pop())
