from pathlib import Path

import pytest

from bench.nation import multiply
from qisong.coverage.engine.front import Front
from qisong.coverage.engine.rollup import roll_up as by_engine
from qisong.coverage.warehouse.nation import Outcome, roll_up
from qisong.coverage.warehouse.running import duckdb_here
from qisong.words.text import Refusal
from tests.coverage.warehouse.comparing import counted, live, of_planes, pairs
from tests.coverage.warehouse.conftest import AS_OF

pytestmark = pytest.mark.postgres


def rolled(folders: list[Path], out: Path) -> Outcome:
    with duckdb_here(threads=1) as engine:
        return roll_up(folders, engine=engine, out=out)


def test_every_unit_and_item_equals_coverage_itself(exported: Path, tmp_path: Path) -> None:
    rolled([exported], tmp_path / "out")
    found = counted(tmp_path / "out")
    assert found == live()
    assert (found["C0", "badges"].owed, found["C0", "badges"].missing) == (9, 8)
    assert found["C0", "rules"].later == found["C0", "rules"].declined == 1
    assert found["C0", "rules"].exempt > 0


@pytest.mark.parametrize("channel", [None, "visit", "gathering"])
def test_planes_equal_coverage_by_channel(exported: Path, tmp_path: Path, channel: str | None) -> None:
    rolled([exported], tmp_path / "out")
    assert of_planes(tmp_path / "out" / "C0.planes", channel) == pairs(live(channel))


@pytest.mark.parametrize("circumstance", ["frail", "away", "out-of-contact"])
def test_planes_equal_coverage_by_circumstance(exported: Path, tmp_path: Path, circumstance: str) -> None:
    rolled([exported], tmp_path / "out")
    found = of_planes(tmp_path / "out" / "C0.planes", "visit", circumstance)
    assert found == pairs(live("visit", circumstance))


def test_several_counties_are_counted_apart_and_stand_under_one_nation(exported: Path, tmp_path: Path) -> None:
    folders = multiply(exported, tmp_path / "many", 3)
    outcome = rolled(folders, tmp_path / "out")
    alone = {(f"{code}-0002", item): one for (code, item), one in live().items()}
    assert counted(tmp_path / "out", "C0-0002") == alone
    front = Front(sorted((tmp_path / "out").glob("*.planes")))
    owed = by_engine([front.plane("owed:rules")], front.layout)[0]
    assert front.units[0] == "CN"
    assert owed[0] == 3 * live()["C0", "rules"].owed
    assert (outcome.as_of, outcome.counties) == (AS_OF, 3)


def test_counting_again_leaves_the_same_files(exported: Path, tmp_path: Path) -> None:
    rolled([exported], tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    rolled([exported], tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_the_same_county_twice_is_refused(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="C0"):
        rolled([exported, exported], tmp_path / "out")


def test_another_day_than_that_of_the_export_is_refused(exported: Path, tmp_path: Path) -> None:
    with duckdb_here() as engine, pytest.raises(Refusal) as refused:
        roll_up([exported], engine=engine, out=tmp_path / "out", as_of=AS_OF.replace(day=1))
    assert refused.value.code == "unknown-date"


def test_an_altered_or_missing_file_is_refused(exported: Path, tmp_path: Path) -> None:
    file = next(exported.glob("receipts/*/*/*.parquet"))
    content = file.read_bytes()
    file.write_bytes(content[:-9] + b"x" + content[-8:])
    with pytest.raises(Refusal) as refused:
        rolled([exported], tmp_path / "out")
    assert refused.value.code == "warehouse-damaged"
    file.unlink()
    with pytest.raises(Refusal):
        rolled([exported], tmp_path / "out")


def test_a_folder_that_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        rolled([tmp_path], tmp_path / "out")
    assert refused.value.code == "warehouse-foreign"
