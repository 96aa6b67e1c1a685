import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.roster.form import ROSTER_FORM
from qisong.sheets.asides import aside
from qisong.sheets.grid import Cell

COLUMNS = dict(enumerate(ROSTER_FORM.columns, start=1))
SOUND = "990521195102020211"


def row(*cells: Cell, **by_letter: Cell) -> list[Cell]:
    filled: list[Cell] = [*cells, *[None] * (20 - len(cells))]
    for letter, cell in by_letter.items():
        filled[ord(letter) - 65] = cell
    return filled


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (row(), "blank"),
        (row(7), "blank"),
        (row("7", "　", "—"), "blank"),
        (row("合计"), "total"),
        (row("合 计", "35人"), "total"),
        (row("合计", 35, M=35), "total"),
        (row(None, "总计：35人"), "total"),
        (row("本页小计", 12), "total"),
        (row("共35人"), "total"),
        (row("合计：党员35人"), "total"),
        (row("填表人：张三", H="审核人：李四", K="2026年1月5日"), "signature"),
        (row(None, "党员（签字）"), "signature"),
        (row("填表人", "张三", None, None, "审核人", "李四"), "signature"),
        (row(None, "党支部书记（签字）：", J="2026年1月5日"), "signature"),
        (row("单位（盖章）"), "signature"),
        (row("注：失联党员填写失去联系日期"), "note"),
        (row("备注"), "note"),
        (row("以上信息经党员本人确认，情况属实。"), "note"),
        (row("示例", "张三", "某党支部", SOUND), "example"),
        (row(1, "例：张三"), "example"),
        (row(None, "必填", "必填", "文本"), "example"),
        (row(*range(1, 21)), "numbers"),
        (row("(1)", "(2)", "(3)"), "numbers"),
        (row("A", "B", "C", "D"), "numbers"),
    ],
)
def test_rows_that_are_no_members_are_set_apart(cells: list[Cell], reason: str) -> None:
    assert aside(cells, COLUMNS) == reason


@pytest.mark.parametrize(
    "cells",
    [
        row(1, "赵青山", "东岭村党支部", SOUND),
        row(None, "赵青山"),
        row(1, "合明"),
        row(None, "合明", E="男"),
        row(1, "总秀英", M="13800000001"),
        row(1, "合计", "东岭村党支部", SOUND),
        row(None, "合计", G="1951年2月2日"),
        row(1, "例小军", E="男"),
        row(1, "注志国"),
        row(1, "书记", D=SOUND),
        row(1, None, "东岭村党支部", SOUND),
        row(None, None, None, 9.90521195102020e17),
        row(1, None, "东岭村党支部", E="男", M="13800000001"),
        row(1, "欧阳建国", G=1951.02),
        row(3, "单明", E="男"),
        row(1, "阿依古丽·买买提", E="女"),
    ],
)
def test_members_are_never_set_apart(cells: list[Cell]) -> None:
    assert aside(cells, COLUMNS) == ""


@given(st.text("合总小计共注例示书记人党员", min_size=2, max_size=3))
def test_whoever_has_an_identity_number_is_a_member(name: str) -> None:
    if not name.startswith(("例", "示")):
        assert aside(row(1, name, "东岭村党支部", SOUND), COLUMNS) == ""


@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.dates()), max_size=25
    )
)
def test_any_row_has_an_answer(cells: list[Cell]) -> None:
    assert aside(cells, COLUMNS) in {"", "blank", "total", "signature", "note", "example", "numbers"}
