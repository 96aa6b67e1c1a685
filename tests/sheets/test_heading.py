from qisong.sheets.grid import Grid, Merge
from qisong.sheets.heading import Heading, find_heading, repeats
from tests.sheets.test_columns import FORM


def known(heading: Heading | None) -> dict[int, str]:
    assert heading is not None
    return {place: column.code for place, column in heading.columns.items()}


def test_heading_lies_below_titles_and_notes() -> None:
    grid = Grid(
        "a", {1: ["名册"], 3: ["单位：东岭村"], 5: ["序号", "姓名", None, "性别"], 6: [1, "赵青山", None, "男"]}
    )
    heading = find_heading(grid, FORM)
    assert known(heading) == {1: "serial", 2: "name", 4: "sex"}
    assert heading is not None
    assert (heading.top, heading.bottom, heading.letters) == (5, 5, {"serial": "A", "name": "B", "sex": "D"})


def test_two_rows_are_one_heading_when_the_second_adds_columns() -> None:
    grid = Grid("a", {1: ["序号", "姓名", "联系方式"], 2: [None, None, "手机号", "固定电话"], 3: [1, "赵青山"]})
    grid.merges = [Merge(1, 1, 2, 1), Merge(1, 2, 2, 2), Merge(1, 3, 1, 4)]
    heading = find_heading(grid, FORM)
    assert known(heading) == {1: "serial", 2: "name", 3: "mobile", 4: "landline"}
    assert heading is not None
    assert heading.bottom == 2


def test_parent_title_does_not_stand_for_another_child() -> None:
    grid = Grid("a", {1: ["序号", "姓名", "联系电话", None], 2: [None, None, "微信", "手机号"]})
    grid.merges = [Merge(1, 3, 1, 4)]
    assert known(find_heading(grid, FORM))[4] == "mobile"


def test_too_few_titles_are_no_heading() -> None:
    assert find_heading(Grid("a", {1: ["姓名", "性别"], 2: ["赵青山", "男"]}), FORM) is None
    assert find_heading(Grid("a", {1: ["物品", "数量", "单价"]}), FORM) is None


def test_same_title_twice_is_told_apart_from_a_looser_one() -> None:
    twice = find_heading(Grid("a", {1: ["姓名", "性别", "手机号", "姓名"]}), FORM)
    beside = find_heading(Grid("a", {1: ["联系电话", "性别", "姓名", "手机号"]}), FORM)
    assert twice is not None
    assert beside is not None
    assert [(kept, other) for kept, other, _ in twice.twice] == [(1, 4)]
    assert [(kept, other) for kept, other, _ in beside.beside] == [(4, 1)]
    assert known(beside)[4] == "mobile"


def test_unknown_titles_are_kept_by_place() -> None:
    heading = find_heading(Grid("a", {1: ["姓名", "血型", "性别", "手机号"]}), FORM)
    assert heading is not None
    assert heading.unknown == {2: "血型"}


def test_heading_is_known_again_even_in_another_order() -> None:
    heading = find_heading(Grid("a", {1: ["序号", "姓名", "性别", "手机号"]}), FORM)
    assert heading is not None
    assert known(repeats(heading, FORM, ["手机号", "姓名", "性别"])) == {1: "mobile", 2: "name", 3: "sex"}
    assert repeats(heading, FORM, [1, "赵青山", "男", "13800000001"]) is None
    assert repeats(heading, FORM, [1, "姓名", "男", "13800000001"]) is None
