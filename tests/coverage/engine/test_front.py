"""Several counties in files: what they come to together, and files that are refused."""

import resource
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from qisong.coverage.engine.front import Front
from qisong.coverage.engine.layout import Layout
from qisong.coverage.engine.plane_files import CountyPlanes, Heading, open_planes, write_planes
from qisong.coverage.engine.planes import Words, count, first, pack
from qisong.coverage.engine.rollup import roll_up
from qisong.words.text import Refusal


def county(
    *path: str, people: int = 70, seed: int = 1, planes: tuple[str, ...] = ("owed:a", "missing:a")
) -> CountyPlanes:
    """A county of itself and two branches, of which the first holds nobody."""
    bits: dict[str, Words] = {}
    for number, name in enumerate(planes):
        bits[name] = pack(np.random.default_rng(seed + number).random(people) < 0.5)
    heading = Heading(path, "2026-11-01", "store", 7, people, (path[-1], f"{path[-1]}-1", f"{path[-1]}-2"), planes)
    ids = np.random.default_rng(seed).integers(0, 256, (people, 16)).astype(np.uint8)
    starts = np.array([0, min(1, people), min(1, people), people], np.int64)
    return CountyPlanes(heading, Layout(starts, np.array([3, 2, 3], np.int32)), ids, bits)


def written(folder: Path, *counties: CountyPlanes) -> list[Path]:
    paths = [folder / f"{number}.planes" for number in range(len(counties))]
    for path, one in zip(paths, counties, strict=True):
        write_planes(path, one)
    return paths


@pytest.mark.parametrize("people", [0, 1, 63, 64, 65, 1000])
def test_file_gives_back_what_was_written(tmp_path: Path, people: int) -> None:
    one = county("N", "P", "C", people=people)
    [path] = written(tmp_path, one)
    found = open_planes(path).county()
    assert found.heading == one.heading
    assert np.array_equal(found.ids, one.ids)
    assert found.layout.span(0) == (0, people)
    assert [np.array_equal(found.planes[name], one.planes[name]) for name in one.planes] == [True, True]


def test_counties_count_as_they_do_alone_whatever_order_their_files_have(tmp_path: Path) -> None:
    counties = [
        county("N", "Q", "E", people=64, seed=5),
        county("N", "P", "D", people=0),
        county("N", "P", "C", people=70),
    ]
    front = Front(written(tmp_path, *counties))
    assert front.units == ["N", "P", "C", "C-1", "C-2", "D", "D-1", "D-2", "Q", "E", "E-1", "E-2"]
    alone = {one.heading.path[-1]: count(one.planes["owed:a"], 0, one.heading.people) for one in counties}
    counted = dict(zip(front.units, roll_up([front.plane("owed:a")], front.layout)[0].tolist(), strict=True))
    assert {code: counted[code] for code in "CDE"} == alone
    assert (counted["P"], counted["Q"], counted["N"]) == (alone["C"], alone["E"], sum(alone.values()))
    assert [front.units[one] for one in front.beneath(0)] == ["P", "Q"]


def test_first_missing_are_named_by_their_ids(tmp_path: Path) -> None:
    one, other = county("N", "C", seed=1), county("N", "D", seed=9)
    front = Front(written(tmp_path, other, one))
    ids = [
        UUID(bytes=bytes(each.ids[place]))
        for each in (one, other)
        for place in first(each.planes["missing:a"], 70, 0, 70).tolist()
    ]
    missing = front.plane("missing:a")
    assert front.people(first(missing, 1000, 0, len(missing) * 64)) == ids


def test_plane_that_a_county_lacks_is_nobody_there(tmp_path: Path) -> None:
    front = Front(written(tmp_path, county("N", "C", planes=("owed:a",)), county("N", "D", planes=("owed:b",))))
    assert count(front.plane("owed:b"), *front.layout.span(front.units.index("C"))) == 0
    assert count(front.plane("owed:b"), *front.layout.span(front.units.index("D"))) > 0


def test_altered_byte_anywhere_is_found(tmp_path: Path) -> None:
    [path] = written(tmp_path, county("N", "C"))
    whole = path.read_bytes()
    for place in range(0, len(whole), 37):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Refusal) as refused:
            open_planes(path)
        assert refused.value.code in {"planes-damaged", "not-planes"}


@pytest.mark.parametrize("part", [0, 1, 15, 16, 24, 100, 0.5, 0.99])
def test_file_cut_short_is_refused(tmp_path: Path, part: float) -> None:
    [path] = written(tmp_path, county("N", "C"))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(part * len(whole)) if part < 1 else int(part)])
    with pytest.raises(Refusal):
        open_planes(path)


def test_file_of_another_kind_and_none_at_all_are_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.planes"
    foreign.write_bytes(b"SQLite format 3\x00" + bytes(1000))
    for path, code in ((foreign, "not-planes"), (tmp_path / "missing.planes", "planes-unreadable")):
        with pytest.raises(Refusal) as refused:
            open_planes(path)
        assert refused.value.code == code


def test_county_twice_is_refused_and_a_replaced_file_too(tmp_path: Path) -> None:
    paths = written(tmp_path, county("N", "C"), county("N", "C"))
    with pytest.raises(Refusal) as refused:
        Front(paths)
    assert refused.value.code == "county-twice"
    front = Front(paths[:1])
    write_planes(paths[0], county("N", "C", people=500))
    with pytest.raises(Refusal) as refused:
        front.plane("owed:a")
    assert refused.value.code == "planes-replaced"


def test_more_counties_than_files_may_be_open_at_once(tmp_path: Path) -> None:
    paths = written(tmp_path, *(county("N", f"C{number:03}", people=3) for number in range(80)))
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, allowed[1]))
    try:
        front = Front(paths)
        assert len(front.plane("owed:a")) == 80
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, allowed)
