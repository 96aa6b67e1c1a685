"""What is well with the site and what is not, in words; every room registers what it can tell of itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qisong.words.text import Text

logger = logging.getLogger(__name__)


class Condition(StrEnum):
    WELL = "well"
    ATTENTION = "attention"  # nothing is lost, but somebody should look
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """``text`` says what was found and, unless all is well, what to do; never anything personal."""

    code: str
    condition: Condition
    text: Text


Examination = Callable[[datetime], Finding]
_examinations: dict[str, tuple[Examination, bool]] = {}


def register(code: str, examination: Examination, *, thorough: bool = False) -> None:
    """Ask ``examination`` from now on. What is ``thorough`` takes long and is left out where somebody only knocks."""
    _examinations[code] = (examination, thorough)


def examine(now: datetime, *, thorough: bool) -> Iterable[Finding]:
    """Each in the order of its registration; one that fails is itself a finding."""
    for code, (examination, takes_long) in _examinations.items():
        if thorough or not takes_long:
            yield examined(code, examination, now)


def examined(code: str, examination: Examination, now: datetime) -> Finding:
    try:
        return examination(now)
    except Exception:
        logger.exception("examination %s failed", code)
        return Finding(code, Condition.WRONG, FAILED)


def worst(findings: Iterable[Finding]) -> Condition:
    conditions = {finding.condition for finding in findings}
    return next((one for one in reversed(Condition) if one in conditions), Condition.WELL)


FAILED = Text("这一项没能检查，请看日志。", "This could not be examined; see the log.")
