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
    HOUSEHOLD = "household"  # once for those who live together, at the name of the head

    @property
    def column(self) -> str:
        """Whose receipts count for it."""
        return (Recipient.UNIT if self is Recipient.UNIT else Recipient.MEMBER).value


class RoundKind(StrEnum):
    ONCE = "once"
    QUARTER = "quarter"
    YEAR = "year"
    EDITION = "edition"  # a new edition is owed anew
    DOSE = "dose"  # so many times, with days between them


# Those that come round with the calendar.
RHYTHMS = (RoundKind.QUARTER, RoundKind.YEAR)


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


class Standing(StrEnum):
    """Where a member stands with an owed item; whoever is not owed it has none."""

    HELD = "held"  # received, or 本人已有
    ASKED = "asked"  # not delivered: the survey asks for it
    LATER = "later"
    DECLINED = "declined"


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


class SheetKind(StrEnum):
    """What a sheet of paper asks for."""

    ATTENDANCE = "attendance"
    HAND_OUT = "hand-out"
    VISIT = "visit"
    SURVEY = "survey"


class StrangerFate(StrEnum):
    """Who a name turned out to be that a sheet did not list."""

    MEMBER = "member"
    GUEST = "guest"
    NOBODY = "nobody"  # illegible, or written by mistake


# Kinds of parts the product itself acts upon; others are the preset's own.
MEETING, LESSON, OATH, HAND_OVER = "meeting", "lesson", "oath", "hand-over"
VISIT, TRAINING, TRIP = "visit", "training", "trip"
STUDY = "study"


class HistoryState(StrEnum):
    """How far a bringing-in of old records has come."""

    COMPARING = "comparing"
    READY = "ready"
    APPLYING = "applying"  # some of its acts are recorded; applying again records the rest
    APPLIED = "applied"
    REVERTED = "reverted"
    DISCARDED = "discarded"
    FAILED = "failed"


class Finding(StrEnum):
    """What the reading says of an act that stands in an old record."""

    NEW = "new"
    OPEN = "open"  # waits for an answer
    WRONG = "wrong"
    DOUBTFUL = "doubtful"  # something is recorded on that day already
    SAME = "same"  # was brought in before


class Decision(StrEnum):
    """What a person says of a new or doubtful act."""

    RECORD = "record"
    LEAVE = "leave"


class Asked(StrEnum):
    """What a question about a word in an old record is about."""

    COLUMN = "column"
    UNIT = "unit"
    PERSON = "person"
    ITEM = "item"
    MEETING = "meeting"
    CHANNEL = "channel"


# Answers that name nothing known here.
GUEST, LEFT_OUT = "guest", "leave"
