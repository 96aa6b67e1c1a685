import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.sheets.delimited import decode, split, unescape
from qisong.words.text import Refusal

TEXT = "姓名,张㛃䶮𬱖\r\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_text_is_decoded(content: bytes, encoding: str) -> None:
    assert decode(content) == (TEXT, encoding)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufeff"), min_size=1))
def test_utf8_is_never_read_as_anything_else(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")


def test_unknown_encoding_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        decode(b"\xff\xff\x81 \xff")
    assert caught.value.code == "file-encoding"


@given(st.binary())
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        text, _ = decode(content)
    except Refusal as refusal:
        text = refusal.text.zh
    assert isinstance(text, str)


def test_each_delimiter_that_occurs_gives_a_reading_the_likeliest_first() -> None:
    grids = split("a;b;c\n1,5;2;3\n")
    assert [grid.rows for grid in grids] == [
        {1: ["a", "b", "c"], 2: ["1,5", "2", "3"]},
        {1: ["a;b;c"], 2: ["1", "5;2;3"]},
    ]


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    (grid,) = split('a,"b\nc"\r\n\r\n1,2\r\n')
    assert grid.rows == {1: ["a", "b\nc"], 3: ["1", "2"]}


def test_file_without_delimiter_is_one_column() -> None:
    assert [grid.rows for grid in split("姓名\n张三\n")] == [{1: ["姓名"], 2: ["张三"]}]


@pytest.mark.parametrize(
    ("value", "plain"), [("'=1", "=1"), ("''a", "'a"), ('="0123"', "0123"), ("=1", "=1"), ("a'", "a'")]
)
def test_escapes_are_undone_once(value: str, plain: str) -> None:
    assert unescape(value) == plain


def test_long_gap_and_far_columns_are_noted() -> None:
    (grid,) = split("a,b\n" + "\n" * 120 + "c,d\n")
    assert (list(grid.rows), grid.far_row) == ([1], 122)
    (wide,) = split("a" + "," * 250 + "z\n")
    assert (wide.rows, wide.far_column) == ({1: ["a"]}, 251)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Refusal) as caught:
        split("a,b\n" * 50_001)
    assert caught.value.code == "sheet-too-long"
