"""A case of the demo before it is told: people by number, units by code; and how days and deadlines are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from qisong.casework.rectifying import Problem
from qisong.casework.telling import Hint
from qisong.casework.terms import ActionKind, Bucket, Kind, Move, Result
from qisong.casework.tracing import Decision, Loss
from qisong.config.demo.period import Period

# How far from today the deadline of a case lies that still goes on.
DAYS_LEFT = {Bucket.OVERDUE: (-35, -1), Bucket.WITHIN_10: (0, 10), Bucket.WITHIN_20: (11, 20), Bucket.LATER: (21, 90)}


@dataclass(frozen=True)
class PlannedTurn:
    move: Move
    on: date
    reason: str = ""
    owner: int | None = None
    due_on: date | None = None
    unit: str = ""
    decision: Decision | None = None


@dataclass(frozen=True)
class PlannedAttempt:
    on: date
    channel: str
    result: Result
    tried_by: str


@dataclass(frozen=True)
class PlannedAction:
    kind: ActionKind
    on: date
    text: str


@dataclass
class PlannedCase:
    """``member``, ``loss`` of a search; ``problem`` of a finding and (its text) of a branch to be lifted."""

    kind: Kind
    unit: str
    opened_on: date
    owner: int | None = None
    due_on: date | None = None
    member: int | None = None
    helper: int | None = None
    loss: Loss = field(default_factory=Loss)
    problem: Problem = field(default_factory=lambda: Problem(""))
    turns: list[PlannedTurn] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    attempts: list[PlannedAttempt] = field(default_factory=list)
    actions: list[PlannedAction] = field(default_factory=list)

    def turn(
        self,
        move: Move,
        on: date,
        *,
        reason: str = "",
        owner: int | None = None,
        due_on: date | None = None,
        unit: str = "",
        decision: Decision | None = None,
    ) -> None:
        self.turns.append(PlannedTurn(move, on, reason, owner, due_on, unit, decision))

    @property
    def last(self) -> date:
        return self.turns[-1].on if self.turns else self.opened_on


class Calendar:
    """Days for one kind of case, by its own stream of chance."""

    def __init__(self, period: Period, stream: Random) -> None:
        self.period, self.stream = period, stream

    def day(self, earliest: float, latest: float) -> date:
        return self.period.day(self.stream.uniform(earliest, latest))

    def after(self, day: date, least: int, most: int, latest: date | None = None) -> date:
        """Some days after ``day``, never beyond ``latest`` (today)."""
        return max(day, min(day + timedelta(days=self.stream.randint(least, most)), latest or self.period.today))

    def before(self, day: date, least: int, most: int, earliest: date) -> date:
        return max(earliest, day - timedelta(days=self.stream.randint(least, most)))

    def between(self, first: date, last: date, count: int) -> list[date]:
        """Days in order, the first and the last apart where there is room."""
        return sorted(first + (last - first) * self.stream.random() for _ in range(count))

    def due(self, bucket: Bucket, since: date) -> date:
        """A deadline of this bucket today; one that would precede ``since`` is that day."""
        return max(since, self.period.today + timedelta(days=self.stream.randint(*DAYS_LEFT[bucket])))


def shuffled(plan: Sequence[tuple[str, int]], stream: Random) -> list[str]:
    """Each word so many times, in any order."""
    words = [word for word, count in plan for _ in range(count)]
    stream.shuffle(words)
    return words
