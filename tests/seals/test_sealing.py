from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from qisong.seals.keys import Keyring, new_line, parse
from qisong.seals.sealing import SealBrokenError, seal, unseal, unseal_bytes

PLACE = "roster_sealedidentity|number|0190"


def test_unseal_gives_back_the_text(keyring: Keyring) -> None:
    sealed = seal(keyring, "某村一组 12 号", place=PLACE)
    assert unseal(keyring, sealed, place=PLACE) == "某村一组 12 号"


def test_unseal_bytes_gives_back_every_byte(keyring: Keyring) -> None:
    plain = bytes(range(256))
    assert unseal_bytes(keyring, seal(keyring, plain, place=PLACE), place=PLACE) == plain


def test_seal_states_suite_and_key_and_hides_the_rest(keyring: Keyring) -> None:
    version, key_id, payload = seal(keyring, "110101", place=PLACE).split(".")
    assert (version, key_id, len(urlsafe_b64decode(payload))) == ("v1", "k1", 12 + 6 + 16)
    assert b"110101" not in urlsafe_b64decode(payload)


def test_seal_twice_never_gives_the_same(keyring: Keyring) -> None:
    assert seal(keyring, "x", place=PLACE) != seal(keyring, "x", place=PLACE)


@pytest.mark.parametrize("place", ["roster_sealedidentity|number|0191", "roster_sealedidentity|phone|0190", ""])
def test_unseal_refuses_a_value_that_was_moved(keyring: Keyring, place: str) -> None:
    with pytest.raises(SealBrokenError, match="moved"):
        unseal(keyring, seal(keyring, "x", place=PLACE), place=place)


@pytest.mark.parametrize("position", [0, 11, 12, 15, -1])
def test_unseal_refuses_any_changed_byte(keyring: Keyring, position: int) -> None:
    head, _, payload = seal(keyring, "1234", place=PLACE).rpartition(".")
    raw = bytearray(urlsafe_b64decode(payload))
    raw[position] ^= 1
    with pytest.raises(SealBrokenError):
        unseal(keyring, f"{head}.{urlsafe_b64encode(raw).decode()}", place=PLACE)


@pytest.mark.parametrize(
    "sealed", ["", "plain", "v1.k1", "v1.k1.", "v9.k1.AAAA", "v1.k7.AAAA", "v1.k1.%%%", "v1.k1.AA"]
)
def test_unseal_refuses_what_was_never_sealed(keyring: Keyring, sealed: str) -> None:
    with pytest.raises(SealBrokenError):
        unseal(keyring, sealed, place=PLACE)


def test_unseal_after_a_new_key_still_opens_the_old_and_not_the_other_way() -> None:
    old, new = new_line("k1"), new_line("k2")
    before, after = Keyring(parse(old)), Keyring(parse(old + new))
    assert unseal(after, seal(before, "x", place=PLACE), place=PLACE) == "x"
    with pytest.raises(SealBrokenError):
        unseal(before, seal(after, "x", place=PLACE), place=PLACE)
