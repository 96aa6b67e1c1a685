from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.words import identity as it
from qisong.words.identity import IdentityFault, identity_fault

TODAY = date(2026, 3, 10)
NUMBER = "990521195803050218"[:17]
SOUND = NUMBER + it.check_character(NUMBER)
DAYS = st.dates(date(1900, 1, 1), TODAY)


def number(born: date, order: int) -> str:
    first = f"990521{born:%Y%m%d}{order:03}"
    return first + it.check_character(first)


def test_check_character_is_that_of_the_standard() -> None:
    assert it.check_character("11010519491231002") == "X"  # the example printed in GB 11643


@given(DAYS, st.integers(0, 999))
def test_sound_numbers_have_no_fault(born: date, order: int) -> None:
    one = number(born, order)
    assert (identity_fault(one, today=TODAY), it.birthday(one)) == (None, born)
    assert it.sex(one) == ("男" if order % 2 else "女")


@given(DAYS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(born: date, order: int, place: int, step: int) -> None:
    one = number(born, order)
    wrong = one[:place] + str((int(one[place]) + step) % 10) + one[place + 1 :]
    assert identity_fault(wrong, today=TODAY) is not None


@given(DAYS.filter(lambda day: day.year < 2000), st.integers(0, 999))
def test_old_numbers_get_a_sound_proposal(born: date, order: int) -> None:
    old = f"990521{born:%y%m%d}{order:03}"
    fault = identity_fault(old, today=TODAY)
    assert fault == IdentityFault("identity-fifteen", number(born, order))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (SOUND[:17], "identity-length"),
        (SOUND + "0", "identity-length"),
        ("张三", "identity-characters"),
        ("9905211958O30502XX", "identity-length"),
        ("99052119581305021X", "identity-birthday"),
        ("990521205001010015", "identity-birthday"),
        ("990521581305021", "identity-birthday"),
        ("２" * 18, "identity-characters"),
    ],
)
def test_faults_have_their_codes(value: str, code: str) -> None:
    fault = identity_fault(value, today=TODAY)
    assert fault is not None
    assert fault.code == code


def test_wrong_check_character_comes_with_the_right_one() -> None:
    wrong = SOUND[:17] + ("1" if SOUND[17] != "1" else "2")
    assert identity_fault(wrong, today=TODAY) == IdentityFault("identity-checksum", SOUND)


def test_numbers_are_normalised() -> None:
    assert it.normalise_identity(" 990521 19580305-021x\u200b") == "99052119580305021X"


@pytest.mark.parametrize(
    ("value", "mask"), [(SOUND, "*" * 16 + SOUND[-2:]), ("", ""), ("12", "*" * 16), (" 12345 ", "*" * 16 + "45")]
)
def test_identity_mask_shows_the_last_two(value: str, mask: str) -> None:
    assert it.mask_identity(value) == mask


@pytest.mark.parametrize(
    ("value", "mask"), [("13800000001", "138****01"), ("0469-5551234", "046****34"), ("12345", "****"), ("", "")]
)
def test_phone_mask_shows_three_and_two(value: str, mask: str) -> None:
    assert it.mask_phone(value) == mask


def test_masks_agree_with_what_they_hide_and_nothing_else() -> None:
    assert it.agrees_with_mask(it.mask_identity(SOUND), SOUND)
    assert it.agrees_with_mask("138****01", "13800000001")
    assert not it.agrees_with_mask("138****01", "13900000001")
    assert not it.agrees_with_mask("*" * 16, "12")
    assert not it.agrees_with_mask("138****01", "")


def test_masks_are_told_from_numbers() -> None:
    assert [it.is_mask(value) for value in ("138****01", "*" * 16 + "21", "13800000001", "1*2", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@given(st.text())
def test_no_text_breaks_the_masks(text: str) -> None:
    assert len(it.mask_identity(text)) in {0, 16, 18}
    assert len(it.mask_phone(text)) in {0, 4, 9}


def test_numbers_are_masked_wherever_they_were_typed() -> None:
    text = f"证号{SOUND}，电话13800000001或0469-5551234，1958年3月5日，工号123456"
    masked = f"证号{'*' * 16}{SOUND[-2:]}，电话138****01或046****34，1958年3月5日，工号123456"
    assert it.mask_personal(text) == masked
