import pytest

from qisong.seals.keys import Keyring, new_line, parse


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(parse(new_line("k1")))
