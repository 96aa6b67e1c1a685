"""Parts an address into the place, which anybody may know who visits, and the door, which is kept sealed."""

from __future__ import annotations

import re

_NUMBER = "[0-9A-Za-z一二三四五六七八九十百零〇]"
# The first number that names a house, block, staircase or flat begins the door; a bare number at the end is one too.
_DOOR = re.compile(rf"附?第?{_NUMBER}+(?:[-－—#]{_NUMBER}+)*(?:号|#|栋|幢|座|单元|室|户|弄|(?<=[0-9])$)")


def split_address(address: str) -> tuple[str, str]:
    """``(place, door)``, which joined give the address again but for a space between them: 东岭村三组12号 → 东岭村三组,
    12号.
    """
    found = _DOOR.search(address)
    return (address, "") if found is None else (address[: found.start()].rstrip(), address[found.start() :])


def join_address(place: str, door: str) -> str:
    """The address again, with a space between the two where another door would be read without it."""
    whole = place + door
    return whole if split_address(whole) in {(place, door), (whole, "")} else f"{place} {door}"
