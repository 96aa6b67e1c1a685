from datetime import date

import pytest

from qisong.org.tending import NewUnit, create_units, merge_units, rename_unit
from qisong.org.tree import tree_on
from qisong.roster.branches import Branches, UnknownBranchError
from tests.world import BEGINNING, World

DAY = date(2026, 6, 30)


def branches(world: World, code: str = "D1") -> Branches:
    return Branches(tree_on(DAY), world.unit(code).pk)


def trouble(found: Branches, written: str) -> tuple[str, str]:
    with pytest.raises(UnknownBranchError) as error:
        found.find(written)
    return error.value.code, error.value.text.zh


@pytest.mark.parametrize("written", ["东岭村党支部", "B1", "b1", " 东岭村 党支部 ", "Ｂ１"])
def test_branch_is_found_by_name_or_code(world: World, written: str) -> None:
    assert branches(world).find(written) == world.branch.pk


def test_unit_itself_is_a_branch_of_its_roster(world: World) -> None:
    assert branches(world).find("东岭镇党委") == world.committee.pk


def test_name_in_brackets_of_either_width_is_the_same(world: World) -> None:
    rename_unit(by=None, unit=world.branch, on=BEGINNING, name="东岭村（第一）党支部")
    assert branches(world).find("东岭村(第一)党支部") == world.branch.pk


def test_unknown_branch_is_told_what_is_similar(world: World) -> None:
    code, text = trouble(branches(world), "东岭党支部")
    assert (code, "是不是：东岭村党支部" in text) == ("branch-unknown", True)
    assert trouble(branches(world), "月亮")[1] == (
        "“东岭镇党委”下面没有这个组织。请写组织名称或组织代码；还没有建的，先导入组织表。"
    )


def test_branch_of_another_committee_is_outside(world: World) -> None:
    assert trouble(branches(world), "柳河村党支部")[0] == "branch-outside"


def test_closed_branch_is_told_apart_from_an_unknown_one(world: World) -> None:
    merge_units(by=None, unit=world.sibling, into=world.branch, on=date(2026, 5, 1))
    assert trouble(branches(world), "西岭村党支部")[0] == "branch-closed"


def test_name_of_two_branches_is_ambiguous_and_gives_their_codes(world: World) -> None:
    create_units(by=None, plans=[NewUnit("B9", "东岭村党支部", "branch", ("organisation",), "D1", BEGINNING)])
    code, text = trouble(branches(world), "东岭村党支部")
    assert (code, "B1、B9" in text) == ("branch-ambiguous", True)


def test_branch_is_written_so_that_it_is_found_again(world: World) -> None:
    plans = [
        NewUnit("B9", "东岭村党支部", "branch", ("organisation",), "D1", BEGINNING),
        NewUnit("西岭村党支部", "怪名党支部", "branch", ("organisation",), "D1", BEGINNING),
    ]
    create_units(by=None, plans=plans)
    found = branches(world)
    assert {unit: found.find(found.written(unit)) for unit in found.within} == {unit: unit for unit in found.within}


def test_similar_names_are_looked_for_a_limited_number_of_times(world: World) -> None:
    found = branches(world)
    told = ["是不是" in trouble(found, f"东岭党支部{'一' * n}")[1] for n in range(51)]
    assert (told[0], told[50]) == (True, False)
