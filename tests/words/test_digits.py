import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.words.digits import clean, compact, fold_heading, plain, tidy, tidy_name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (138.0, "138"),
        (1.5, "1.5"),
        (True, "True"),
        (0, "0"),
        ("x", "x"),
        (float("inf"), "inf"),
        (1e20, "1e+20"),
    ],
)
def test_plain_shows_what_a_person_sees(value: object, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("２３", "23"),
        ("'2305", "2305"),
        (" \u200b9905\xa021 \ufeff", "9905 21"),
        ("（一）　Ｘ", "(一) X"),
        ("a\x00b\x07", "ab"),
        ("a\r\n\tb", "a b"),
        (13800000001.0, "13800000001"),
    ],
)
def test_clean_folds_and_strips(value: object, text: str) -> None:
    assert clean(value) == text


def test_compact_has_no_spaces() -> None:
    assert compact(" 9905 21\u30001951 ") == "9905211951"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("东岭村（北）１组", "东岭村（北）1组"),
        ("  a　 b ", "a b"),
        ("⽂化", "文化"),
        ("一，二", "一，二"),
        ("\u200b张\ufeff三", "张三"),
        ("'引", "'引"),
    ],
)
def test_tidy_keeps_chinese_punctuation(value: str, text: str) -> None:
    assert tidy(value) == text


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("张　三", "张三"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("'李四", "李四"),
        ("Li Si", "Li Si"),
        ("张 䶮 𬱖", "张䶮𬱖"),
    ],
)
def test_names_lose_the_space_that_sets_them_to_equal_width(value: str, name: str) -> None:
    assert tidy_name(value) == name


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        ("出生\n年月", "出生年月"),
        (" 姓　名 ", "姓名"),
        ("*手机号（必填）", "手机号"),
        ("正式／预备党员", "正式/预备党员"),
        ("性别：", "性别"),
    ],
)
def test_headings_are_folded(heading: str, folded: str) -> None:
    assert fold_heading(heading) == folded


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_name(tidy_name(text)) == tidy_name(text)


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    assert not any(unicodedata.category(character) == "Cc" for character in tidy(text) + clean(text))
    assert clean(text) == clean(text).strip()
