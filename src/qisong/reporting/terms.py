"""The closed lists of the room."""

from __future__ import annotations

from enum import StrEnum


class Dimension(StrEnum):
    """What a number counts. Numbers of different dimensions, or of different items, are never added."""

    COPIES = "copies"
    ACTS = "acts"
    PEOPLE = "people"  # each once, however often they come
    PERSON_TIMES = "person-times"  # as often as they come
    UNITS = "units"
    CASES = "cases"
    ASPECTS = "aspects"  # each once, however many cases it has
    HOUSEHOLDS = "households"  # each once, at the name of the head


class RowKind(StrEnum):
    """What a row behind a number is. The first three can be reversed by their id."""

    RECEIPT = "receipt"
    CUSTODY = "custody"
    ACT = "act"
    UNIT = "unit"
    PAIRING = "pairing"
    CONTACT_POINT = "contact-point"
    MEMBER = "member"
    CASE = "case"

    @property
    def reversible(self) -> bool:
        return self in {RowKind.RECEIPT, RowKind.CUSTODY, RowKind.ACT}
