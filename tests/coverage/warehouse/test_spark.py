from pathlib import Path

from bench.nation import multiply
from deploy.spark_cluster import cluster
from qisong.coverage.engine.plane_files import open_planes
from qisong.coverage.warehouse.nation import COUNTS, roll_up
from qisong.coverage.warehouse.running import duckdb_here, spark_at
from tests.coverage.warehouse.comparing import counted, live
from tests.needs import need


def test_a_master_with_two_workers_counts_what_duckdb_counts(exported: Path, tmp_path: Path) -> None:
    need("java")
    folders = multiply(exported, tmp_path / "many", 2)
    with cluster(workers=2) as url, spark_at(url, partitions=4) as engine:
        roll_up(folders, engine=engine, out=tmp_path / "spark")
    with duckdb_here() as engine:
        roll_up(folders, engine=engine, out=tmp_path / "duckdb")
    for name in ("C0-0000.planes", "C0-0001.planes"):
        one, other = (open_planes(tmp_path / engine / name).county() for engine in ("spark", "duckdb"))
        assert one.heading == other.heading
        assert {key: list(plane) for key, plane in one.planes.items()} == {
            key: list(plane) for key, plane in other.planes.items()
        }
    assert (tmp_path / "spark" / COUNTS).stat().st_size
    assert counted(tmp_path / "spark", "C0-0001") == counted(tmp_path / "duckdb", "C0-0001")
    assert counted(tmp_path / "spark", "C0-0000") == {
        (f"{code}-0000", item): one for (code, item), one in live().items()
    }
