import pytest

from qisong.sheets.columns import NULLS, Column, Form, is_null

FORM = Form(
    "test",
    "表",
    "标题",
    (
        Column("serial", "序号", kind="integer", ordinal=True),
        Column("name", "姓名", ("党员姓名",), kind="name", required=True),
        Column("mobile", "手机号", ("联系电话",), kind="phone"),
        Column("landline", "固定电话", kind="phone"),
        Column("sex", "性别", kind="choice", choices=("男", "女"), synonyms={"男性": "男"}),
    ),
)


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("姓名", "name"),
        ("姓\n名", "name"),
        (" *姓　名（必填）：", "name"),
        ("党员姓名", "name"),
        ("联系电话（固定电话）", "landline"),
        ("联系电话(手机号)", "mobile"),
        ("固定电话（区号-电话）", "landline"),
        ("姓名和性别", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_heading_is_found_by_title_alias_or_brackets(heading: object, code: str | None) -> None:
    found = FORM.find(heading)
    assert (found.code if found else None) == code


def test_form_knows_its_columns() -> None:
    assert list(FORM.by_code) == ["serial", "name", "mobile", "landline", "sex"]
    assert [column.code for column in FORM.required] == ["name"]


def test_labels_are_known_as_written_and_folded() -> None:
    labels = FORM.by_code["sex"].labels
    assert (labels["男"], labels["男性"], labels.get("1")) == ("男", "男", None)


@pytest.mark.parametrize("text", [*sorted(NULLS), " 无 ", "－", "\u200b"])
def test_nothing_is_said_in_many_ways(text: str) -> None:
    assert is_null(text)


@pytest.mark.parametrize("text", ["0", "无锡", "否", "无业"])
def test_something_is_said(text: str) -> None:
    assert not is_null(text)
