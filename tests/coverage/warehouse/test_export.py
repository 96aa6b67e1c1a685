from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bench.nation import multiply
from qisong.coverage.warehouse import needing
from qisong.coverage.warehouse.export import export
from qisong.coverage.warehouse.tables import SCHEMAS, read_whole
from qisong.roster.models import Member
from qisong.words.text import Refusal
from tests.coverage.story import give
from tests.coverage.warehouse.conftest import AS_OF
from tests.world import BEGINNING, World

pytestmark = pytest.mark.postgres


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def test_tables_have_the_columns_they_promise(exported: Path) -> None:
    for path, one in read_whole(exported).files.items():
        assert pq.read_schema(exported / path).names == list(SCHEMAS[one.table])


def test_receipts_lie_by_county_and_month(exported: Path) -> None:
    found = [path.parent.relative_to(exported).as_posix() for path in exported.glob("receipts/*/*/*.parquet")]
    months = ["02", "03", "05", "07", "09"]
    assert sorted(found) == [f"receipts/county=C0/month=2026-{month}" for month in months]


def test_people_are_ids_and_no_word_of_anybody_is_written(exported: Path, told_world: World) -> None:
    manifest = read_whole(exported)
    [people] = [exported / path for path, one in manifest.files.items() if one.table == "people"]
    ids = set(pq.read_table(people, partitioning=None)["who"].to_pylist())
    assert {member.pk.bytes for member in Member.objects.all()} <= ids
    written = b"".join(
        repr(pq.read_table(exported / path, partitioning=None).to_pylist()).encode() for path in manifest.files
    )
    assert not [name for name in told_world.members if name.encode() in written]


def test_exporting_again_changes_no_byte(exported: Path) -> None:
    before = files_of(exported)
    export(exported, as_of=AS_OF, above=["CN"])
    assert files_of(exported) == before


def test_a_month_alone_is_replaced_and_the_old_file_goes(exported: Path, told_world: World) -> None:
    before = read_whole(exported)
    give("rules", told_world.member("何渺"), date(2026, 5, 20))
    export(exported, as_of=AS_OF, months=["2026-05"])
    after = read_whole(exported)
    assert after.rows["receipts"] == before.rows["receipts"] + 1
    changed = set(after.files.items()) - set(before.files.items())
    assert {one.month for _, one in changed if one.table == "receipts"} == {"2026-05"}
    assert {name for name in files_of(exported) if name.endswith(".parquet")} == set(after.files)


@pytest.mark.parametrize("month", ["2026-13", "2026-5", "May", "2026-10"])
def test_an_unknown_or_later_month_is_refused(exported: Path, month: str) -> None:
    assert refused(lambda: export(exported, as_of=AS_OF, months=[month])) == "unknown-date"


def test_a_month_alone_needs_an_export_to_stand_in(told_world: World, tmp_path: Path) -> None:
    assert refused(lambda: export(tmp_path / "new", as_of=AS_OF, months=["2026-05"])) == "warehouse-empty"


def test_a_day_before_the_county_began_is_refused(world: World, tmp_path: Path) -> None:
    assert refused(lambda: export(tmp_path / "new", as_of=BEGINNING.replace(year=2019))) == "unknown-date"
    assert not (tmp_path / "new").exists()


def test_a_foreign_folder_is_refused_and_left_alone(world: World, exported: Path, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    [other] = multiply(exported, tmp_path / "many", 1)
    before = files_of(other)
    assert refused(lambda: export(tmp_path / "letters", as_of=AS_OF)) == "warehouse-foreign"
    assert refused(lambda: export(other, as_of=AS_OF)) == "warehouse-foreign"
    assert files_of(other) == before


def test_a_missing_package_is_named_with_its_extra() -> None:
    with pytest.raises(Refusal, match=r"qisong\[spark\]") as refusal:
        needing.need("qisong_has_no_such_package", extra="spark")
    assert "qisong_has_no_such_package" in refusal.value.text.zh


def test_day_on_which_nothing_was_owed_yet_is_exported(world: World, tmp_path: Path) -> None:
    made = export(tmp_path, as_of=BEGINNING)
    assert made.rows["lines"] == 0
