"""The closed lists of the room; aspects, channels, losses and proposals are terms of the preset."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    TRACING = "tracing"  # a member out of contact is looked for
    FINDING = "finding"  # a unit's problem is put right
    PERSONAL = "personal"  # a problem that somebody found in themselves: theirs and their verifier's alone
    LIFTING = "lifting"  # a lax branch is lifted; told only to those above it


class State(StrEnum):
    OPEN = "open"  # nobody has taken it on
    WORKING = "working"
    FOUND = "found"  # spoken with; waits for somebody else to confirm it
    LOST = "lost"  # searched for in vain; what is to follow has yet to be proposed
    PROPOSED = "proposed"  # waits for somebody else to confirm what was decided
    FIXED = "fixed"  # said to be put right; waits for somebody else to verify it
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"  # opened by mistake, or overtaken by events


ENDED = (State.CLOSED, State.WITHDRAWN)
WAITING = (State.FOUND, State.PROPOSED, State.FIXED)  # for somebody else's word


class Move(StrEnum):
    """The verbs of a case."""

    OPEN = "open"
    ASSIGN = "assign"
    EXTEND = "extend"  # another deadline
    ENTRUST = "entrust"  # to another verifier
    FIND = "find"
    GIVE_UP = "give-up"
    PROPOSE = "propose"
    REQUEST = "request"  # that it be verified and closed
    RETURN = "return"  # verified, and not done
    SETTLE = "settle"  # verified, and closed
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    FOLLOW = "follow"  # the member, to the unit where the member now belongs


ASKING = (Move.REQUEST, Move.FIND, Move.PROPOSE)  # for the end of a case
TAKEN_UP = (Move.RETURN, Move.REOPEN)  # it goes on, and whoever had asked may be somebody else now


class Bucket(StrEnum):
    """Where a case stands towards its deadline; every case is in exactly one."""

    CLOSED = "closed"
    OVERDUE = "overdue"
    WITHIN_10 = "within-10"  # today included
    WITHIN_20 = "within-20"  # 11 to 20 days
    LATER = "later"
    UNDATED = "undated"


class LeadKind(StrEnum):
    """Through whom somebody may be found. ``OPENLY`` may be told why; the others never are."""

    RELATIVE = "relative"
    FRIEND = "friend"
    MEMBER = "member"  # of the same organisation
    EMPLOYER = "employer"
    NEIGHBOUR = "neighbour"
    RECORD = "record"  # a paper or a register; nobody is asked


OPENLY = (LeadKind.MEMBER, LeadKind.RELATIVE)


class Result(StrEnum):
    """What came of an attempt to speak with somebody; never where they were."""

    SPOKEN = "spoken"  # with the member
    PASSED_ON = "passed-on"  # somebody will pass the message on
    NO_ANSWER = "no-answer"
    WRONG = "wrong"  # the number or address is no longer theirs
    UNKNOWN = "unknown"  # nobody asked knows
    DECLINED = "declined"  # whoever was asked did not wish to say


class ActionKind(StrEnum):
    MEASURE = "measure"  # what is to be done
    PROGRESS = "progress"  # what has been done


LONGEST_TEXT, LONGEST_LINE, LONGEST_NAME = 1000, 300, 60
