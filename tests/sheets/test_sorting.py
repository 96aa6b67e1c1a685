"""Sheets of several shapes in one file, and blocks side by side on one sheet."""

from __future__ import annotations

from datetime import date

import pytest

from qisong.sheets.columns import Column, Form
from qisong.sheets.sorting import SortedSheet, read_sorted
from qisong.sheets.xlsx_parts import unescape
from tests.golden.containers import Sheet, xlsx

TODAY = date(2026, 3, 10)
BOOKS = Form(
    "books", "", "", (Column("n", "No", ordinal=True), Column("book", "Book", required=True), Column("by", "By"))
)
TREES = Form("trees", "", "", (Column("tree", "Tree", required=True), Column("age", "Age"), Column("by", "Planted by")))


def sorted_(*sheets: Sheet) -> tuple[list[SortedSheet], list[str]]:
    known, strange = read_sorted(xlsx(*sheets), "a.xlsx", [BOOKS, TREES], today=TODAY)
    return known, [grid.name for grid in strange]


def rows(*cells: list[object]) -> dict[int, dict[int, object]]:
    return {
        n: {c: cell for c, cell in enumerate(row, start=1) if cell is not None} for n, row in enumerate(cells, start=1)
    }


def test_each_sheet_is_read_by_the_form_that_knows_it() -> None:
    books = Sheet(rows(["No", "Book", "By"], [1, "Odes", "Many"]), name="one")
    trees = Sheet(rows(["Tree", "Age", "Planted by"], ["Oak", 90, "Nobody"]), name="two")
    cover = Sheet(rows(["A list of things"]), name="cover")
    known, strange = sorted_(cover, books, trees)
    assert [(one.form.code, one.reading.rows[0].sheet) for one in known] == [("books", "one"), ("trees", "two")]
    assert strange == ["cover"]


def test_blocks_side_by_side_are_read_one_after_the_other() -> None:
    heading = ["No", "Book", "By", "No", "Book", "By"]
    known, _strange = sorted_(
        Sheet(rows(["Title"], heading, [1, "A", "X", 3, "C", "Z"], [2, "B", "Y", None, None, None]))
    )
    assert [[row.text("book") for row in one.reading.rows] for one in known] == [["A", "B"], ["C"]]
    assert [one.above for one in known] == [[["Title"]], [["Title"]]]
    assert known[1].reading.rows[0].address("book") == "E3"


def test_unknown_headings_are_those_with_something_beneath() -> None:
    [sheet], _strange = sorted_(Sheet(rows(["No", "Book", "By", "Shelf", "Empty"], [1, "A", "X", "4b", None])))
    assert (sheet.unknown, sheet.samples(4), sheet.address(4)) == ({4: "Shelf"}, ["4b"], "D1")


@pytest.mark.parametrize(("text", "plain"), [("_x0041_", "A"), ("_xD83D_", "\ufffd")])
def test_half_a_character_is_replaced(text: str, plain: str) -> None:
    assert unescape(text) == plain
