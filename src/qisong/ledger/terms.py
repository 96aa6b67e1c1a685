"""The closed lists of the room; items, programmes, kinds of parts and channels are data."""

from __future__ import annotations

from enum import StrEnum


class CountedBy(StrEnum):
    """What an item's figure counts: copies handed over, or acts held."""

    COPIES = "copies"
    ACTS = "acts"


class Recipient(StrEnum):
    MEMBER = "member"
    UNIT = "unit"


class RoundKind(StrEnum):
    ONCE = "once"


class Source(StrEnum):
    """Where the copies of a receipt came from."""

    CUSTODY = "custody"  # from what the branch holds for its members
    GIVER = "giver"  # directly from the giver


class Direction(StrEnum):
    TAKEN = "taken"
    RETURNED = "returned"


class AnswerKind(StrEnum):
    HAS = "has"  # 本人已有
    DECLINED = "declined"  # 婉拒: no reason is asked
    LATER = "later"  # 暂缓至某日
    OWED = "owed"  # takes an earlier answer back


class Task(StrEnum):
    """In what capacity a person stands in an act."""

    LED = "led"
    HOST = "host"
    CHAIR = "chair"
    RECORDER = "recorder"


class Verdict(StrEnum):
    """The one answer that every submission gets."""

    STORED = "stored"
    ALREADY_STORED = "already_stored"
    CONFLICT = "conflict"
    REJECTED = "rejected"


# Kinds of parts the product itself acts upon; others are the preset's own.
MEETING, LESSON, OATH, HAND_OVER = "meeting", "lesson", "oath", "hand-over"
VISIT, TRAINING, TRIP = "visit", "training", "trip"
STUDY = "study"
