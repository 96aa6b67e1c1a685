import io
import random

import pytest

from qisong.seals.keys import Keyring, new_line, parse
from qisong.seals.sealing import SealBrokenError
from qisong.seals.streams import BLOCK, SealingWriter, opened

KEYRING = Keyring(parse(new_line("k1")))
SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7]


def sealed(plain: bytes, piece: int = 100_000, keyring: Keyring = KEYRING) -> bytes:
    target = io.BytesIO()
    with SealingWriter(keyring, target) as writer:
        for start in range(0, len(plain), piece):
            writer.write(plain[start : start + piece])
    return target.getvalue()


def plain_of(closed: bytes, keyring: Keyring = KEYRING) -> bytes:
    return b"".join(opened(keyring, io.BytesIO(closed)))


@pytest.mark.parametrize("size", SIZES)
def test_stream_opens_as_it_was_sealed(size: int) -> None:
    plain = random.Random(size).randbytes(size)
    assert plain_of(sealed(plain)) == plain


def test_stream_says_nothing_of_what_is_in_it() -> None:
    plain = "东岭村党支部".encode() * 1000
    assert plain[:18] not in sealed(plain)
    assert sealed(plain) != sealed(plain)


def test_flipped_byte_is_found_every_time() -> None:
    closed, chance = bytearray(sealed(bytes(3 * BLOCK))), random.Random(1)
    for place in [*range(48), *(chance.randrange(len(closed)) for _ in range(100))]:
        closed[place] ^= 1
        with pytest.raises(SealBrokenError):
            plain_of(bytes(closed))
        closed[place] ^= 1
    assert plain_of(bytes(closed)) == bytes(3 * BLOCK)


@pytest.mark.parametrize("kept", [0, 10, 40, BLOCK, 2 * BLOCK + 65, -1])
def test_stream_that_was_cut_does_not_open(kept: int) -> None:
    with pytest.raises(SealBrokenError):
        plain_of(sealed(bytes(3 * BLOCK))[:kept])


def test_blocks_cannot_change_places() -> None:
    closed = sealed(bytes(3 * BLOCK))
    start = len(closed) - 3 * (BLOCK + 16)
    one, two, three = (closed[start + n * (BLOCK + 16) :][: BLOCK + 16] for n in range(3))
    for order in ([two, one, three], [one, one, three], [one, three], [one, two, three, three]):
        with pytest.raises(SealBrokenError):
            plain_of(closed[:start] + b"".join(order))


def test_other_site_does_not_open_it() -> None:
    with pytest.raises(SealBrokenError):
        plain_of(sealed(b"1"), Keyring(parse(new_line("k1"))))


def test_stream_of_an_older_key_still_opens() -> None:
    old, new = new_line("k1"), new_line("k2")
    closed = sealed(b"1", keyring=Keyring(parse(old)))
    assert plain_of(closed, Keyring(parse(old + new))) == b"1"
