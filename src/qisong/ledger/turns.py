"""The rounds in which one item is owed, as a day finds them: which one runs, and which left something owed behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from qisong.ledger.models import Round
from qisong.ledger.terms import RoundKind


@dataclass(frozen=True)
class Turn:
    """A round of an item that has begun by ``day``; ``next_on``: when the next one of the item took its place."""

    round: Round
    next_on: date | None
    day: date

    @property
    def ends_on(self) -> date | None:
        """The first day on which it runs no more."""
        return min((end for end in (self.round.ends_on, self.next_on) if end), default=None)

    @property
    def runs(self) -> bool:
        return self.ends_on is None or self.day < self.ends_on

    @property
    def carried(self) -> bool:
        """Whether it is over and what was lacking stays owed; a dose that was not given in time is not made up for."""
        lasts = self.round.carry_over and self.round.kind != RoundKind.DOSE
        return lasts and self.ends_on is not None and self.round.starts_on < self.ends_on <= self.day

    @property
    def open(self) -> bool:
        return self.runs or self.carried

    @property
    def last_day(self) -> date | None:
        return self.ends_on and self.ends_on - timedelta(days=1)


def turns_of(rounds: Iterable[Round], day: date) -> list[Turn]:
    """Those begun by ``day``, oldest first."""
    begun = sorted((one for one in rounds if one.starts_on <= day), key=lambda one: (one.starts_on, one.pk))
    starts = [*(one.starts_on for one in begun), None]
    return [Turn(one, next_on, day) for one, next_on in zip(begun, starts[1:], strict=True)]
