"""The numbers of the house: each has a name, a measure word, and opens to the rows that make it up.

An indicator's ``find`` yields the rows; its number is counted from them and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from qisong.reporting.spans import Span
from qisong.reporting.terms import Dimension, RowKind
from qisong.words.text import Text, refuse


class Found(NamedTuple):
    """One row behind a number: ``number`` copies or times, by or to ``who``, whom a count of people counts once."""

    kind: RowKind
    id: UUID | int | str
    number: int = 1
    who: Hashable = None


class Measure(NamedTuple):
    """A measure word. English tells one from many."""

    zh: str
    many: str
    one: str = ""

    def say(self, number: int, language: str) -> str:
        if language.lower().startswith("zh"):
            return self.zh
        return self.one if number == 1 and self.one else self.many


PEOPLE = Measure("人", "people", "person")
PERSON_TIMES = Measure("人次", "attendances", "attendance")
TIMES = Measure("次", "times", "time")
UNITS = Measure("个", "units", "unit")


@dataclass(frozen=True)
class Indicator:
    """``system``: the part of the programme it belongs to (S1 …); ``find`` names each row once."""

    code: str
    system: str
    label: Text
    measure: Measure
    dimension: Dimension
    find: Callable[[Span], Iterable[Found]]

    def count(self, span: Span) -> int:
        return count_found(self.find(span), self.dimension)


EACH_ONCE = {Dimension.PEOPLE, Dimension.UNITS, Dimension.HOUSEHOLDS, Dimension.ASPECTS}


def count_found(found: Iterable[Found], dimension: Dimension) -> int:
    if dimension in EACH_ONCE:
        return len({one.who for one in found})
    return sum(one.number for one in found)


Registrar = Callable[[Span], Iterable[Indicator]]
_registrars: list[Registrar] = []


def registers(registrar: Registrar) -> Registrar:
    """Add a family of indicators; which ones a programme has may depend on its items."""
    _registrars.append(registrar)
    return registrar


def indicators(span: Span) -> dict[str, Indicator]:
    """Every indicator of the programme of a span, by code, in the order of its systems."""
    found = [one for registrar in _registrars for one in registrar(span)]
    return {one.code: one for one in sorted(found, key=lambda one: int(one.system.removeprefix("S")))}


def find_indicator(code: str, span: Span) -> Indicator:
    known = indicators(span)
    if code not in known:
        raise refuse(
            "unknown-indicator",
            "没有“{name}”这个指标，可填：{known}。",
            "There is no indicator {name}; choose from: {known}.",
            place="indicator",
            name=code,
            known="、".join(known),
        )
    return known[code]
