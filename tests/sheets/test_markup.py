import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.sheets.grid import Merge
from qisong.sheets.markup import looks_like_html, read_html
from qisong.words.text import Refusal


def test_table_is_read_with_its_spans() -> None:
    (grid,) = read_html(
        "<html><body><table><tr><td colspan=2>名册</td></tr><tr><th rowspan='2'>姓名</th><th>性&nbsp;别</th></tr>"
        "<tr><td>男<br>性</td></tr></table></body></html>"
    )
    assert grid.rows == {1: ["名册"], 2: ["姓名", "性 别"], 3: [None, "男 性"]}
    assert grid.merges == [Merge(1, 1, 1, 2), Merge(2, 1, 3, 1)]


def test_unclosed_cells_and_nested_tables_are_survived() -> None:
    grids = read_html("<table><tr><td>a<td>b<table><tr><td>inner</table><tr><td>c</table><table><td>second</table>")
    assert [grid.rows for grid in grids] == [{1: ["a", "binner"], 2: ["c"]}, {1: ["second"]}]


@pytest.mark.parametrize(
    ("text", "is_html"),
    [
        ("<html><table>", True),
        ("  <!-- x --><TABLE>", True),
        ("<?xml version='1.0'?><html><table>", True),
        ("姓名,<table>", False),
        ("<html>nothing", False),
    ],
)
def test_html_is_told_by_its_beginning(text: str, is_html: bool) -> None:  # noqa: FBT001 - a column of the table
    assert looks_like_html(text) is is_html


def test_enormous_spans_are_refused() -> None:
    with pytest.raises(Refusal) as caught:
        read_html("<table>" + "<tr><td rowspan=1000 colspan=1000>x" * 4000)
    assert caught.value.code == "file-damaged"


PIECES = ["<table>", "<tr>", "<td>", "</td>", "<td rowspan=3 colspan=2>", "</table>", "字", "&#", "<!", "<"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_markup_is_read(text: str) -> None:
    for grid in read_html(text):
        assert all(cells for cells in grid.rows.values())
