import hashlib

from qisong.seals.blind import blind_index
from qisong.seals.keys import Keyring, new_line, parse

NUMBER = "11010119580305000X"


def test_blind_index_finds_the_same_value_again(keyring: Keyring) -> None:
    found = blind_index(keyring, NUMBER, purpose="identity")
    assert (found, len(found)) == (blind_index(keyring, NUMBER, purpose="identity"), 64)


def test_blind_index_differs_by_value_purpose_and_site(keyring: Keyring) -> None:
    other = Keyring(parse(new_line("k1")))
    found = {
        blind_index(keyring, NUMBER, purpose="identity"),
        blind_index(keyring, NUMBER, purpose="phone"),
        blind_index(keyring, NUMBER[:-1], purpose="identity"),
        blind_index(other, NUMBER, purpose="identity"),
        hashlib.sha256(NUMBER.encode()).hexdigest(),
    }
    assert len(found) == 5


def test_blind_index_keeps_purpose_and_value_apart(keyring: Keyring) -> None:
    assert blind_index(keyring, "b1", purpose="a") != blind_index(keyring, "1", purpose="ab")
