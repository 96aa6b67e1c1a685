import hashlib
import hmac

import pytest

from qisong.seals.chain import canonical, link

KEY = b"k" * 32


def test_canonical_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": [1, None], "a": {"d": "党", "c": True}}) == '{"a":{"c":true,"d":"党"},"b":[1,null]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"bytes", {1, 2}])
def test_canonical_refuses_what_json_has_not(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical({"a": value})


def test_link_is_the_keyed_hash_of_the_one_before_and_the_content() -> None:
    expected = hmac.new(KEY, b'00\n{"seq":2}', hashlib.sha256).hexdigest()
    assert link(KEY, "00", {"seq": 2}) == expected


def test_link_shows_any_change_of_key_order_or_content() -> None:
    links = {
        link(KEY, "", {"seq": 1}),
        link(KEY, "00", {"seq": 1}),
        link(KEY, "", {"seq": 2}),
        link(b"j" * 32, "", {"seq": 1}),
    }
    assert len(links) == 4
