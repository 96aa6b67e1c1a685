"""The planes of one county in one file, checked by a digest and mapped into memory.

After the magic bytes stand the length of the header and the header as JSON, then ``starts``, ``ends``, the ids of the
people (16 bytes each) and the planes, each from a multiple of 64 bytes on, and last the SHA-256 of all before it.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.planes import Words
from qisong.words.text import Refusal, refuse

MAGIC = b"QISONGPLANES\x00\x01\x00\x00"
DIGEST = 32
ALIGNED = 64
Ids = NDArray[np.uint8]


@dataclass(frozen=True)
class Heading:
    """``path``: the codes of the units above the county, the nation's first, and its own; ``units``: the codes of its
    units in tree order; ``planes``: their names; ``people``: how many positions; ``seq``: of the journal."""

    path: tuple[str, ...]
    as_of: str
    store: str
    seq: int
    people: int
    units: tuple[str, ...]
    planes: tuple[str, ...]


@dataclass(frozen=True)
class CountyPlanes:
    """``ids``: uint8[N, 16], the globally unique id of whoever stands at each position."""

    heading: Heading
    layout: Layout
    ids: Ids
    planes: Mapping[str, Words]


def write_planes(path: Path, county: CountyPlanes) -> None:
    """All or nothing: a reader finds the file of before or the whole new one."""
    header = json.dumps(asdict(county.heading), ensure_ascii=False).encode()
    digest = sha256()
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        for piece in (MAGIC + len(header).to_bytes(8, "little") + header, *arrays_of(county)):
            whole = bytes(piece) + bytes(-len(piece) % ALIGNED)
            digest.update(whole)
            file.write(whole)
        file.write(digest.digest())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def arrays_of(county: CountyPlanes) -> list[bytes]:
    layout = county.layout
    fixed = (layout.starts.astype("<i8"), layout.ends.astype("<i4"), county.ids)
    planes = (county.planes[name].astype("<u8") for name in county.heading.planes)
    return [array.tobytes() for array in (*fixed, *planes)]


@dataclass(frozen=True)
class PlaneFile:
    """A file whose digest was right when it was looked at; ``stamp``: its inode, size and time then."""

    path: Path
    heading: Heading
    offset: int
    stamp: tuple[int, int, int]

    def county(self) -> CountyPlanes:
        """Mapped into memory, for as long as anything of it is held; refuses a file that was replaced since."""
        if stamp_of(self.path) != self.stamp:
            raise refuse(
                "planes-replaced",
                "“{name}”刚刚换成了新的，请再问一次。",
                "{name} has just been replaced by another; ask again.",
                name=self.path.name,
            )
        return mapped(self.path, self.heading, self.offset)


def open_planes(path: Path) -> PlaneFile:
    """Checks a file by its digest; refuses one that is cut short, altered or something else."""
    try:
        stamp = stamp_of(path)
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            check(content, path)
            return PlaneFile(path, *read_heading(content), stamp)
    except OSError as error:
        raise refuse(
            "planes-unreadable",
            "“{name}”打不开：{error}",
            "{name} cannot be opened: {error}",
            name=path.name,
            error=error.strerror,
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        raise unusable(path) from error


def stamp_of(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def check(content: Any, path: Path) -> None:
    if content[: len(MAGIC)] != MAGIC:
        raise refuse(
            "not-planes",
            "“{name}”不是七送的覆盖位图文件，请检查文件。",
            "{name} is not a file of coverage planes; check which file this is.",
            name=path.name,
        )
    with memoryview(content) as whole:
        if sha256(whole[:-DIGEST]).digest() != bytes(whole[-DIGEST:]):
            raise unusable(path)


def unusable(path: Path) -> Refusal:
    return refuse(
        "planes-damaged",
        "“{name}”读不出、不完整或被改动过（校验和不符），请从该县重新导出。",
        "{name} cannot be read, is incomplete or was altered (its checksum differs); export it from that county again.",
        name=path.name,
    )


def read_heading(content: Any) -> tuple[Heading, int]:
    begin = len(MAGIC) + 8
    length = int.from_bytes(content[len(MAGIC) : begin], "little")
    given: dict[str, Any] = json.loads(bytes(content[begin : begin + length]))
    given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Heading(**given), aligned(begin + length)


def aligned(offset: int) -> int:
    return -(-offset // ALIGNED) * ALIGNED


def mapped(path: Path, heading: Heading, offset: int) -> CountyPlanes:
    units, words = len(heading.units), -(-heading.people // 64)
    shapes: Sequence[tuple[str, tuple[int, ...]]] = [
        ("<i8", (units + 1,)),
        ("<i4", (units,)),
        ("<u1", (heading.people, 16)),
        *[("<u8", (words,))] * len(heading.planes),
    ]
    content = np.memmap(path, np.uint8, "r")
    found = []
    for kind, shape in shapes:
        size = int(np.dtype(kind).itemsize * np.prod(shape))
        found.append(content[offset : offset + size].view(kind).reshape(shape))
        offset = aligned(offset + size)
    starts, ends, ids, *planes = found
    return CountyPlanes(heading, Layout(starts, ends), ids, dict(zip(heading.planes, planes, strict=True)))
