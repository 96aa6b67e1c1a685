from datetime import date

from qisong.org.models import Unit
from qisong.org.succession import closed_within, splits, successors
from qisong.org.tending import NewUnit, close_unit, create_unit, merge_units, move_unit, reopen_unit, split_unit
from qisong.org.tree import tree_on
from tests.world import World

THEN, FIRST, SECOND, THIRD, TODAY = (date(year, 5, 1) for year in (2021, 2022, 2023, 2024, 2025))


def changed(world: World, day: date = THEN, today: date = TODAY) -> dict[str, str]:
    """Code → code, of the units whose people are to be looked for elsewhere."""
    codes = dict(Unit.objects.values_list("pk", "code"))
    return {codes[unit]: codes[heir] for unit, heir in successors(day, today).items() if unit != heir}


def split_branch(unit: Unit, on: date, *codes: str) -> list[Unit]:
    return split_unit(by=None, unit=unit, into=[NewUnit(code, code, "branch") for code in codes], on=on)


def test_units_that_still_stand_are_their_own_successors(world: World) -> None:
    move_unit(by=None, unit=world.branch, parent=world.other_committee, on=FIRST)
    assert successors(THEN, TODAY) == {unit.pk: unit.pk for unit in world.units.values()}


def test_merged_unit_goes_to_what_it_merged_into(world: World) -> None:
    merge_units(by=None, unit=world.branch, into=world.sibling, on=FIRST)
    assert changed(world) == {"B1": "B2"}


def test_mergers_are_followed_to_the_end(world: World) -> None:
    merge_units(by=None, unit=world.branch, into=world.sibling, on=FIRST)
    merge_units(by=None, unit=world.sibling, into=world.other_branch, on=SECOND)
    assert changed(world) == {"B1": "B3", "B2": "B3"}


def test_closed_unit_goes_to_its_last_parent_that_stands(world: World) -> None:
    close_unit(by=None, unit=world.other_branch, on=FIRST)
    close_unit(by=None, unit=world.other_committee, on=SECOND)
    assert changed(world) == {"B3": "C0", "D2": "C0"}


def test_last_parent_may_itself_have_merged(world: World) -> None:
    close_unit(by=None, unit=world.branch, on=FIRST)
    merge_units(by=None, unit=world.committee, into=world.other_committee, on=SECOND)
    assert changed(world) == {"B1": "D2", "D1": "D2"}


def test_reopened_unit_is_itself_again(world: World) -> None:
    merge_units(by=None, unit=world.branch, into=world.sibling, on=FIRST)
    reopen_unit(by=None, unit=world.branch, parent=world.committee, on=SECOND)
    assert changed(world) == {}


def test_what_happens_after_today_is_not_known_yet(world: World) -> None:
    merge_units(by=None, unit=world.branch, into=world.sibling, on=SECOND)
    reopen_unit(by=None, unit=world.branch, parent=world.committee, on=TODAY)
    assert [changed(world, today=day) for day in (FIRST, SECOND, THIRD, TODAY)] == [{}, {"B1": "B2"}, {"B1": "B2"}, {}]


def test_only_units_of_the_day_have_successors(world: World) -> None:
    unit = create_unit(by=None, code="B9", name="新村", kind="branch", traits=[], parent=world.committee, on=SECOND)
    close_unit(by=None, unit=world.branch, on=FIRST)
    assert unit.pk not in successors(THEN, TODAY)
    assert world.branch.pk not in successors(FIRST, TODAY)


def test_split_unit_is_told_with_its_date(world: World) -> None:
    split_branch(world.branch, SECOND, "B7", "B8")
    assert (changed(world), splits(THEN, TODAY)) == ({"B1": "D1"}, {world.branch.pk: SECOND})
    assert splits(THEN, FIRST) == {}


def test_split_of_what_a_unit_merged_into_counts_for_it(world: World) -> None:
    merge_units(by=None, unit=world.branch, into=world.sibling, on=FIRST)
    east, _west = split_branch(world.sibling, SECOND, "B7", "B8")
    split_branch(east, THIRD, "B5", "B6")
    assert splits(THEN, TODAY) == {world.branch.pk: SECOND, world.sibling.pk: SECOND}
    assert splits(SECOND, TODAY) == {east.pk: THIRD}


def test_units_that_close_on_one_day_are_followed_in_turn(world: World) -> None:
    move_unit(by=None, unit=world.branch, parent=world.sibling, on=FIRST)
    close_unit(by=None, unit=world.branch, on=SECOND)
    merge_units(by=None, unit=world.sibling, into=world.committee, on=SECOND)
    merge_units(by=None, unit=world.committee, into=world.other_committee, on=SECOND)
    assert changed(world) == {"B1": "D2", "B2": "D2", "D1": "D2"}


def test_closed_units_are_found_where_their_people_are_looked_for(world: World) -> None:
    merge_units(by=None, unit=world.branch, into=world.sibling, on=FIRST)
    merge_units(by=None, unit=world.sibling, into=world.other_branch, on=THIRD)
    places = (world.committee, world.sibling, world.other_committee, world.other_branch)
    found = {day: [set(closed_within(tree_on(day), unit.pk)) for unit in places] for day in (THEN, FIRST, THIRD)}
    one, both = {world.branch.pk}, {world.branch.pk, world.sibling.pk}
    assert found == {THEN: [set()] * 4, FIRST: [one, one, set(), set()], THIRD: [set(), set(), both, both]}
