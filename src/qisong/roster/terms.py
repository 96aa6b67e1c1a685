"""The closed lists of the room; circumstances and their labels are terms of the preset."""

from __future__ import annotations

from enum import StrEnum


class Bond(StrEnum):
    """How a member belongs to a unit. Totals follow the formal bond; attached members only join sheets."""

    FORMAL = "formal"
    ATTACHED = "attached"


class Category(StrEnum):
    FULL = "full"
    PROBATIONARY = "probationary"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    UNKNOWN = ""


class Leaving(StrEnum):
    """Why an affiliation ended."""

    TRANSFER = "transfer"
    DEATH = "death"
    DEPARTURE = "departure"  # left the county or the organisation
    MERGE = "merge"
    SPLIT = "split"
    REVERTED = "reverted"
    LETTER = "letter"  # a letter took the member to another county; only a letter brings them back


class Fate(StrEnum):
    """What became of a letter that takes a member to another county."""

    UNDER_WAY = "under-way"
    TAKEN = "taken"
    DECLINED = "declined"


class Secret(StrEnum):
    """What is kept sealed."""

    IDENTITY = "identity"
    PHONE = "phone"
    LANDLINE = "landline"
    HOUSE = "house"


# Optional values, and the column for which the county must have named a purpose.
KEPT_FOR = {"identity": "identity", "ethnicity": "ethnicity", "education": "education", "house": "address"}


class BatchState(StrEnum):
    COMPARING = "comparing"
    READY = "ready"
    APPLIED = "applied"
    REVERTED = "reverted"
    DISCARDED = "discarded"
    FAILED = "failed"


class Outcome(StrEnum):
    """What the comparison says of a row (``missing``: of a member whom no row names)."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    DOUBTFUL = "doubtful"
    SAME = "same"
    MISSING = "missing"


class Standing(StrEnum):
    """Of a proposal that somebody be attached to a unit."""

    WAITING = "waiting"
    AGREED = "agreed"
    DECLINED = "declined"  # whoever proposed has yet to take note
    CLOSED = "closed"


# Circumstances that the product itself acts upon; every other one is the preset's own.
SUSPENDED = "suspended"
OUT_OF_CONTACT = "out-of-contact"
AWAY = "away"
