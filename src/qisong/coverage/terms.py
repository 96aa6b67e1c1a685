"""The closed list of the room."""

from __future__ import annotations

from enum import StrEnum


class Lack(StrEnum):
    """Why a person who is owed something has not got it. All three are missing; only the first is a to-do."""

    MISSING = "missing"  # 未送到
    LATER = "later"  # 暂缓至某日
    DECLINED = "declined"  # 婉拒
