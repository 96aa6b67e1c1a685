import pytest

from qisong.desk.drawing import draw
from qisong.desk.tables import Cell, Column, Mark, Row, Table, page_of

COLUMNS = [Column("组织"), Column("党章", "number")]


def test_cell_is_linked_marked_and_labelled_for_a_phone() -> None:
    table = Table("", COLUMNS, [Row([Cell("东岭村"), Cell("28/28", url="/x/?a=1&b=2", mark=Mark.DONE)])])
    assert (
        '<td class="number done" data-label="党章"><a href="/x/?a=1&amp;b=2">28/28</a> <span class="sign">✓</span></td>'
        in draw(table)
    )


def test_what_people_typed_is_never_markup() -> None:
    drawn = draw(Table("<b>", COLUMNS, [Row([Cell("<i>"), Cell("<s>", note="<u>")])]))
    assert [tag for tag in ("<b>", "<i>", "<s>", "<u>") if tag in drawn] == []


def test_row_without_an_id_cannot_be_ticked() -> None:
    drawn = draw(Table("", COLUMNS, [Row([Cell("a"), Cell(1)], id="7"), Row([Cell("b"), Cell(2)])], tick="for"))
    assert drawn.count('<td class="tick">') == 2
    assert drawn.count('<input type="checkbox" name="for" value="7" aria-label="a">') == 1


def test_empty_cell_is_told_from_a_zero() -> None:
    drawn = draw(Table("", COLUMNS, [Row([Cell("a"), Cell("")]), Row([Cell("b"), Cell(0)])]))
    assert (drawn.count("blank"), ">0<" in drawn) == (1, True)


def test_table_without_rows_says_so() -> None:
    assert draw(Table("", COLUMNS, empty="没有人。")) == '<p class="empty">没有人。</p>'


def test_row_with_too_few_cells_is_a_fault() -> None:
    with pytest.raises(ValueError, match="zip"):
        draw(Table("", COLUMNS, [Row([Cell("a")])]))


@pytest.mark.parametrize(("asked", "number"), [(None, 1), ("2", 2), ("9", 3), ("x", 1), ("0", 3)])
def test_page_of_never_fails_on_a_number(asked: str | None, number: int) -> None:
    assert page_of(range(25), asked, 10).number == number
