import io
import random
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.sheets.grid import CellError, Grid, Merge, MonthCell
from qisong.sheets.opening import open_grids
from qisong.words.text import Refusal
from tests.golden.containers import CUSTOM_MONTH, DAY, MONTH, Raw, Sheet, archive, number, ods, xls, xlsx
from tests.golden.people import csv_text, html_table, layout, people, sheet

MAKERS: dict[str, Callable[[], bytes]] = {
    "xlsx": lambda: xlsx(sheet(people(3))),
    "csv": lambda: csv_text(people(3)).encode("gb18030"),
    "html": lambda: html_table(people(3)).encode(),
}


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        open_grids(content)
    return caught.value.code


def first(content: bytes) -> Grid:
    return open_grids(content).grids[0]


def test_cells_keep_their_types() -> None:
    cells = {
        1: "文",
        2: 1.5,
        3: Raw("230521199003076000"),
        4: number(42509, DAY),
        5: number(42491, MONTH),
        6: number(42491, CUSTOM_MONTH),
        7: Raw("1", "b"),
        8: Raw("#N/A", "e"),
        9: Raw("结果", "str", formula="A1"),
        10: Raw("", formula="A1"),
        11: number(1958, MONTH),
    }
    row = first(xlsx(Sheet({3: cells}))).rows[3]
    assert row == [
        *("文", 1.5, 230521199003076000, date(2016, 5, 19), "2016-05", "2016-05"),
        *(True, "#N/A", "结果", "=", date(1905, 5, 11)),
    ]
    assert [type(cell) for cell in (row[4], row[5], row[7], row[9])] == [MonthCell, MonthCell, CellError, CellError]


def test_epoch_merges_and_hidden_parts_are_seen() -> None:
    source = Sheet({1: {1: "a", 2: number(1000, DAY)}}, merges=("A1:B2",), hidden_rows=(1,), hidden_columns=(2,))
    grid = first(xlsx(source, epoch1904=True))
    assert (grid.rows, grid.merges) == ({1: ["a", date(1906, 9, 27)]}, [Merge(1, 1, 2, 2)])
    assert (grid.hidden_rows, grid.hidden_columns, grid.epoch1904) == ([1], {2}, True)


def test_shared_strings_join_runs_and_leave_readings_out() -> None:
    strings = '<sst xmlns="x"><si><r><t>张</t></r><r><t>三_x0041_</t></r><rPh><t>zhang</t></rPh></si></sst>'
    book = '<workbook xmlns="x" xmlns:r="y"><sheets><sheet name="s" r:id="r1"/></sheets></workbook>'
    links = (
        '<Relationships><Relationship Id="r1" Type="y/worksheet" Target="/xl/sheet.xml"/>'
        '<Relationship Id="r2" Type="y/sharedStrings" Target="strings.xml"/></Relationships>'
    )
    cells = '<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>'
    parts: dict[str, str | bytes] = {"xl/workbook.xml": book, "xl\\_rels\\workbook.xml.rels": links}
    parts |= {"XL/strings.xml": strings, "xl/sheet.xml": cells}
    assert first(archive(parts)).rows == {1: ["张三A"]}


def test_row_that_comes_twice_is_damage() -> None:
    content = xlsx(Sheet({1: {1: "a"}, 2: {1: "b"}}))
    parts = _parts(content)
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b'r="2"', b'r="1"')
    assert refused(archive({**parts})) == "file-damaged"


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {info.filename: packed.read(info) for info in packed.infolist()}


def test_bombs_are_refused_at_once() -> None:
    bomb = archive({"xl/workbook.xml": bytes(60 * 1024 * 1024)})
    crowd = archive({f"{n}": b"" for n in range(5000)})
    start = time.perf_counter()
    assert (refused(bomb), refused(crowd)) == ("file-too-big", "file-too-big")
    assert time.perf_counter() - start < 1


def test_size_that_the_directory_lies_about_is_damage() -> None:
    content = bytearray(xlsx(sheet(people(3))))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as packed:
        real = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = bytes(content).replace(real.to_bytes(4, "little"), (real // 2).to_bytes(4, "little"))
    assert refused(lying) == "file-damaged"


def test_overlapping_merges_cost_no_time() -> None:
    merges = tuple(f"A1:XFD{n}" for n in range(1_000_000, 1_020_000))
    start = time.perf_counter()
    first(xlsx(Sheet({1: {1: "a"}}, merges=merges)))
    assert time.perf_counter() - start < 5


def test_old_and_foreign_workbooks_are_read_the_same() -> None:
    rows = {2: {2: "姓名", 3: 1.5}, 4: {1: "张㛃"}}
    expected = {2: [None, "姓名", 1.5], 4: ["张㛃"]}
    assert (first(xls(rows)).rows, first(ods(rows)).rows, first(xlsx(Sheet(dict(rows)))).rows) == (expected,) * 3


def test_old_workbooks_do_not_tell_whether_a_date_shows_its_day() -> None:
    grid = first(xls({1: {1: number(42509, DAY)}}))
    assert (grid.rows, grid.shows_days) == ({1: [date(2016, 5, 19)]}, False)


@pytest.mark.parametrize("kind", MAKERS)
def test_damaged_files_are_read_or_refused(kind: str) -> None:
    whole = MAKERS[kind]()
    chance = random.Random(7)
    for _ in range(300):
        content = bytearray(whole[: chance.randrange(len(whole) // 2, len(whole))])
        for _ in range(chance.randrange(20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        with suppress(Refusal):
            open_grids(bytes(content))


def test_damaged_old_workbooks_are_read_or_refused() -> None:
    chance = random.Random(7)
    for whole in (xls(layout(people(2))), ods(layout(people(2)))):
        for _ in range(8):
            content = bytearray(whole)
            for _ in range(chance.randrange(1, 20)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            with suppress(Refusal):
                open_grids(bytes(content))


def test_damaged_xml_is_read_or_refused() -> None:
    parts = _parts(xlsx(sheet(people(2))))
    chance = random.Random(7)
    for _ in range(300):
        name = chance.choice([name for name in parts if name.startswith("xl/")])
        content = bytearray(parts[name])
        for _ in range(chance.randrange(1, 3)):
            content[chance.randrange(len(content))] = chance.choice(b'0123456789<>&"/=abcrstv -\xff')
        with suppress(Refusal):
            open_grids(archive({**parts, name: bytes(content)}))


@given(st.binary())
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(Refusal):
        open_grids(content)
    with suppress(Refusal):
        open_grids(b"PK\x03\x04" + content)


def test_word_object_inside_an_old_workbook_does_not_hide_it() -> None:
    content = xls({1: {1: "WordDocument", 2: "x"}})
    assert first(content).rows == {1: ["WordDocument", "x"]}
