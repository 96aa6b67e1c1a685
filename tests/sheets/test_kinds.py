from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.sheets.columns import Column
from qisong.sheets.grid import NOT_COMPUTED, CellError, MonthCell
from qisong.sheets.kinds import CellFault, CellNote, Reader
from qisong.words.dates import PartialDate

TODAY = date(2026, 3, 10)
READER = Reader(today=TODAY, epoch1904=False, typed=True)
COLUMNS = {
    "text": Column("text", "家庭住址"),
    "name": Column("name", "姓名", kind="name"),
    "date": Column("date", "出生日期", kind="date"),
    "identity": Column("identity", "证号", kind="identity"),
    "phone": Column("phone", "手机号", kind="phone"),
    "choice": Column("choice", "性别", kind="choice", choices=("男", "女")),
    "open": Column("open", "民族", kind="choice", choices=("汉族",), open_choices=True),
    "quiet": Column("quiet", "类别", kind="choice", choices=("正式党员",), open_choices=True, remark_unknown=False),
    "yesno": Column("yesno", "是否失联", kind="yesno"),
    "integer": Column("integer", "册数", kind="integer"),
    "ordinal": Column("ordinal", "序号", kind="integer", ordinal=True),
}


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", " 东岭村 1组 ", "东岭村 1组"),
        ("text", 12.0, "12"),
        ("text", True, "是"),
        ("text", date(2016, 5, 19), "2016-05-19"),
        ("text", "—", None),
        ("name", "张　三", "张三"),
        ("date", MonthCell("1958-03"), PartialDate(1958, 3)),
        ("date", "无", None),
        ("identity", " 9905 2119510202021x", "99052119510202021X"),
        ("identity", "****************21", "****************21"),
        ("phone", 13800000001.0, "13800000001"),
        ("phone", 0, None),
        ("phone", "0", None),
        ("phone", "00000000000", None),
        ("phone", "138 0000 0001", "13800000001"),
        ("phone", "(0469)5551234", "0469-5551234"),
        ("phone", "０４６９－５５５１２３４", "0469-5551234"),
        ("phone", "400-123-4567", "400-123-4567"),
        ("phone", "138****01", "138****01"),
        ("phone", "0086-13800000001", "13800000001"),
        ("choice", "　男 ", "男"),
        ("open", "汉族", "汉族"),
        ("quiet", "退休人员", "退休人员"),
        ("yesno", "是", True),
        ("yesno", "√", True),
        ("yesno", False, False),
        ("yesno", "Ｎ", False),
        ("yesno", "无", None),
        ("integer", "１２", 12),
        ("integer", 12.0, 12),
        ("integer", "-3", -3),
        ("ordinal", "甲", None),
    ],
)
def test_cell_is_read_by_its_kind(kind: str, cell: object, value: object) -> None:
    assert READER.read(cell, COLUMNS[kind]) == value


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        ("text", CellError("#REF!"), "cell-error"),
        ("text", CellError(NOT_COMPUTED), "cell-error"),
        ("name", 5, "name-not-text"),
        ("date", "不详", "date-unreadable"),
        ("identity", 990521195102020211, "identity-number-cell"),
        ("identity", 9.9e17, "identity-number-cell"),
        ("identity", True, "identity-number-cell"),
        ("identity", date(2016, 5, 19), "identity-number-cell"),
        ("identity", "9.90521E+17", "identity-scientific"),
        ("identity", "9.90521e17", "identity-scientific"),
        ("phone", 1.5, "phone-unreadable"),
        ("phone", date(2016, 5, 19), "phone-unreadable"),
        ("phone", "1.38E+10", "phone-unreadable"),
        ("choice", "1", "choice-invalid"),
        ("choice", 1, "choice-invalid"),
        ("open", 1, "choice-invalid"),
        ("yesno", "在外", "yesno-invalid"),
        ("yesno", 1, "yesno-invalid"),
        ("integer", "十二", "integer-invalid"),
        ("integer", 1.5, "integer-invalid"),
    ],
)
def test_cell_without_usable_value_is_a_fault(kind: str, cell: object, code: str) -> None:
    with pytest.raises(CellFault) as caught:
        READER.read(cell, COLUMNS[kind])
    assert (type(caught.value), caught.value.code) == (CellFault, code)


@pytest.mark.parametrize(
    ("kind", "cell", "code", "value"),
    [
        ("open", "穿青人", "choice-unknown", "穿青人"),
        ("phone", "13800000001/13900000002", "phone-several", "13800000001"),
        ("phone", "13800000001 13900000002", "phone-several", "13800000001"),
        ("phone", "0469-5551234、13900000002", "phone-several", "0469-5551234"),
        ("phone", "1380000000", "phone-unusual", "1380000000"),
        ("phone", "138000000011", "phone-unusual", "138000000011"),
        ("phone", "找儿子", "phone-unusual", "找儿子"),
    ],
)
def test_doubtful_cell_keeps_its_value_with_a_note(kind: str, cell: object, code: str, value: object) -> None:
    with pytest.raises(CellNote) as caught:
        READER.read(cell, COLUMNS[kind])
    assert (caught.value.code, caught.value.value) == (code, value)


def test_text_file_does_not_tell_january_from_october() -> None:
    untyped = Reader(today=TODAY, epoch1904=False, typed=False)
    with pytest.raises(CellFault, match="date-ambiguous"):
        untyped.read("1958.1", COLUMNS["date"])
    assert untyped.read("1958.10", COLUMNS["date"]) == PartialDate(1958, 10)
    assert READER.read("1958.1", COLUMNS["date"]) == PartialDate(1958, 1)


def test_serials_follow_the_epoch_of_the_file() -> None:
    assert Reader(today=TODAY, epoch1904=True, typed=True).read(19787, COLUMNS["date"]) == PartialDate(1958, 3, 5)


@given(
    st.sampled_from(sorted(COLUMNS)),
    st.one_of(
        st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.builds(CellError, st.text())
    ),
)
def test_any_cell_is_read_or_faulty(kind: str, cell: object) -> None:
    with suppress(CellFault):
        READER.read(cell, COLUMNS[kind])
