import pytest

from qisong.seals.passphrase import ALPHABET, FORM, NotLockedError, locked, new_passphrase, unlocked
from qisong.seals.sealing import SealBrokenError


def test_what_is_locked_opens_with_its_passphrase() -> None:
    assert unlocked(locked("介绍信".encode(), "春风又绿江南岸"), "春风又绿江南岸").decode() == "介绍信"


def test_wrong_passphrase_opens_nothing() -> None:
    with pytest.raises(SealBrokenError):
        unlocked(locked(b"letter", "one"), "two")


@pytest.mark.parametrize("place", [len(FORM) + 3, len(FORM) + 20, -1])
def test_one_changed_bit_anywhere_is_noticed(place: int) -> None:
    file = bytearray(locked(b"letter", "one"))
    file[place] ^= 1
    with pytest.raises(SealBrokenError):
        unlocked(bytes(file), "one")


@pytest.mark.parametrize("file", [b"", b"PK\x03\x04 a workbook", FORM, FORM + b"short"])
def test_another_kind_of_file_is_told_from_a_changed_one(file: bytes) -> None:
    with pytest.raises(NotLockedError):
        unlocked(file, "one")


def test_passphrases_differ_and_can_be_read_aloud() -> None:
    ones = {new_passphrase() for _ in range(50)}
    assert len(ones) == 50
    assert {len(one) for one in ones} == {14}
    assert set("".join(ones)) <= {*ALPHABET, "-"}
