from datetime import date

import pytest

from qisong.org.tending import NewUnit, close_unit, create_units, reopen_unit
from qisong.roster.beginnings import Beginnings
from tests.roster.forms import TODAY
from tests.roster.people import member
from tests.world import BEGINNING, World


@pytest.mark.parametrize(
    ("joined", "first"),
    [
        ("", BEGINNING),
        ("1980-07-01", BEGINNING),
        ("2024-07-01", date(2024, 7, 1)),
        ("2024", date(2024, 12, 31)),
        ("2026", TODAY),
    ],
)
def test_first_roster_of_a_branch_tells_who_belongs_since_it_stands(world: World, joined: str, first: date) -> None:
    assert Beginnings([world.branch.pk], TODAY).of(world.branch.pk, joined) == first


def test_later_newcomers_belong_from_the_day_of_the_import(world: World) -> None:
    member(world.branch)
    beginnings = Beginnings([world.branch.pk, world.sibling.pk], TODAY)
    assert [beginnings.of(unit.pk, "") for unit in (world.branch, world.sibling)] == [TODAY, BEGINNING]


def test_reopened_branch_begins_anew(world: World) -> None:
    close_unit(by=None, unit=world.branch, on=date(2022, 1, 1))
    reopen_unit(by=None, unit=world.branch, parent=world.committee, on=date(2023, 1, 1))
    assert Beginnings([world.branch.pk], TODAY).of(world.branch.pk, "") == date(2023, 1, 1)


def test_branch_founded_today_begins_today(world: World) -> None:
    [new] = create_units(by=None, plans=[NewUnit("B9", "新村党支部", "branch", (), "D1", TODAY)])
    assert Beginnings([new.pk], TODAY).of(new.pk, "1980") == TODAY
