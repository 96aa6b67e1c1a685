"""A county's file of planes against its own tables, and the commands that write and ask."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qisong.config.command.catalogue import qisong
from qisong.coverage.counting import table
from qisong.coverage.engine.rollup import roll_up
from qisong.coverage.publishing import county_planes
from qisong.ledger.models import Item
from qisong.org.models import Unit
from tests.coverage.histories import CODES
from tests.coverage.story import LATER, give, item
from tests.world import World


@pytest.fixture
def county(busy_world: World) -> World:
    for name, channel in (("田守一", "visit"), ("西门三", "gathering")):
        give("badges", busy_world.member(name), date(2026, 4, 1), channel=channel)
    return busy_world


def run(*words: str) -> Result:
    return CliRunner().invoke(qisong, ["planes", *words])


def test_planes_hold_what_the_tables_say_of_every_unit(county: World) -> None:
    published = county_planes(LATER, above=["N"])
    counted = dict(zip(published.planes, roll_up(list(published.planes.values()), published.layout), strict=True))
    found = [item(code) for code in CODES]
    for rank, code in enumerate(published.heading.units):
        unit = Unit.objects.get(code=code)
        plain = table(unit, found, as_of=LATER, tree="then")[unit.pk]
        visits = table(unit, found, as_of=LATER, tree="then", channel="visit")[unit.pk]
        for one in CODES:
            assert counted[f"owed:{one}"][rank] == plain[one].owed
            assert counted[f"missing:{one}"][rank] == plain[one].missing
            assert counted[f"received:{one}:visit"][rank] == visits[one].received


def test_file_holds_ids_and_no_name(county: World, tmp_path: Path) -> None:
    path = tmp_path / "c.planes"
    assert run("write", str(path), "--as-of", LATER.isoformat()).exit_code == 0
    content = path.read_bytes()
    assert county.member("田守一").pk.bytes in content
    assert "田守一".encode() not in content


def test_counties_are_asked_together(county: World, tmp_path: Path) -> None:
    for province in ("P", "Q"):
        run("write", str(tmp_path / f"{province}.planes"), "--as-of", LATER.isoformat(), "--above", f"N/{province}")
    answer = json.loads(run("ask", str(tmp_path), "--item", "badges", "--first", "1").output)
    alone = table(county.county, [Item.objects.get(code="badges")], as_of=LATER, tree="then")[county.county.pk][
        "badges"
    ]
    assert answer["units"][0] == {"code": "N", "owed": 2 * alone.owed, "missing": 2 * alone.missing}
    assert [one["code"] for one in answer["units"]] == ["N", "P", "Q"]
    assert len(answer["first_missing"]) == 1


@pytest.mark.parametrize(
    "asked", [["--item", "gold"], ["--item", "badges", "--unit", "X"], ["--item", "badges", "--channel", "pigeon"]]
)
def test_what_no_file_knows_is_wrong_use(county: World, tmp_path: Path, asked: list[str]) -> None:
    run("write", str(tmp_path / "c.planes"))
    assert run("ask", str(tmp_path), *asked).exit_code == 2


def test_folder_without_files_says_what_to_do(tmp_path: Path) -> None:
    answer = run("ask", str(tmp_path), "--item", "badges")
    assert (answer.exit_code, "qisong planes write" in answer.output) == (1, True)


def test_folder_that_cannot_be_written_is_told_without_a_traceback(county: World, tmp_path: Path) -> None:
    answer = run("write", str(tmp_path / "nowhere" / "c.planes"))
    assert (answer.exit_code, "读写不了" in answer.output, "Traceback" in answer.output) == (2, True, False)


def test_channel_by_which_nobody_received_an_item_is_known_where_others_did(county: World, tmp_path: Path) -> None:
    run("write", str(tmp_path / "c.planes"), "--as-of", LATER.isoformat())
    answer = json.loads(run("ask", str(tmp_path), "--item", "rules", "--channel", "visit").output)
    assert answer["units"][0]["missing"] == answer["units"][0]["owed"] > 0
