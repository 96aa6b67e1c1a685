"""The figures that the county reports, recounted from unreversed rows each time they are asked for.

``FIGURES`` says which rows each key counts; ``docs/figures.md`` says it to people. The codes in it are those of the
default preset: a programme that lacks one simply counts nothing there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone

from qisong.casework.terms import State
from qisong.ledger.models import Programme
from qisong.ledger.terms import LESSON, MEETING, OATH, STUDY
from qisong.org.models import Site, Unit
from qisong.reporting.cases import find_aspects, find_problems, find_recontacted, find_searched
from qisong.reporting.deliveries import find_acts, find_given, find_handed, find_taken
from qisong.reporting.gatherings import find_joined, find_leaders, find_presences
from qisong.reporting.indicators import Found, count_found
from qisong.reporting.spans import Span
from qisong.reporting.structure import find_paired, find_partners, find_units
from qisong.reporting.terms import Dimension, RowKind
from qisong.words.text import refuse

Find = Callable[[Span], Iterable[Found]]


def handed_on(item: str) -> tuple[Find, Dimension]:
    """Copies in custody from a committee to an organisation."""
    return partial(find_taken, item=item, giver="committee", holder="organisation"), Dimension.COPIES


def to_members(span: Span, item: str) -> Iterable[Found]:
    return (found for found in find_handed(span, item) if not isinstance(found.who, int))


def to_units(span: Span, item: str) -> Iterable[Found]:
    return (found for found in find_handed(span, item) if isinstance(found.who, int))


FIGURES: dict[str, tuple[Find, Dimension]] = {
    "rules": handed_on("rules"),
    "constitutions": handed_on("constitutions"),
    "badges": handed_on("badges"),
    "flags": (partial(to_units, item="flags"), Dimension.COPIES),
    "speeches": handed_on("speeches"),
    "lessons": (partial(find_acts, kind=LESSON), Dimension.ACTS),
    "books_by_standing_committee": (partial(find_given, item="books", role="standing-committee"), Dimension.COPIES),
    "handbooks": (partial(to_members, item="skills"), Dimension.COPIES),
    "committees": (partial(find_units, trait="committee"), Dimension.UNITS),
    "organisations": (partial(find_units, trait="organisation"), Dimension.UNITS),
    "study_sessions": (partial(find_acts, kind=MEETING, meeting=STUDY), Dimension.ACTS),
    "attendances": (partial(find_presences, kind=MEETING, meeting=STUDY), Dimension.PERSON_TIMES),
    "oath_leaders": (partial(find_leaders, kind=OATH), Dimension.PEOPLE),
    "oath_members": (partial(find_joined, kind=OATH), Dimension.PEOPLE),
    "paired_units": (find_partners, Dimension.UNITS),
    "paired_villages": (partial(find_paired, trait="village"), Dimension.UNITS),
    "paired_communities": (partial(find_paired, trait="community"), Dimension.UNITS),
    "out_of_contact": (find_searched, Dimension.PEOPLE),
    "recontacted": (find_recontacted, Dimension.PEOPLE),
    "aspects": (find_aspects, Dimension.ASPECTS),
    "findings": (find_problems, Dimension.CASES),
    "findings_closed": (partial(find_problems, state=State.CLOSED), Dimension.CASES),
}


@dataclass(frozen=True)
class FigureRows:
    """The rows behind one figure, each once; a row that no reversal can cancel is a unit's code, or the id of a pairing
    or a case."""

    key: str
    value: int
    rows: list[tuple[RowKind, str]]

    def as_json(self) -> dict[str, Any]:
        """The answer of ``qisong figures --rows``; described in ``docs/json.md``."""
        return {
            "key": self.key,
            "value": self.value,
            "rows": [{"id": id_, "kind": str(kind), "reversible": kind.reversible} for kind, id_ in self.rows],
        }


def figures(programme: Programme, as_of: date | None = None) -> dict[str, int]:
    """Every figure of the whole county up to ``as_of`` (default: today)."""
    span = whole_span(programme, as_of)
    return {key: count_found(find(span), dimension) for key, (find, dimension) in FIGURES.items()}


def figure_rows(programme: Programme, key: str, as_of: date | None = None) -> FigureRows:
    """What one figure is counted from; refuses a key that there is not."""
    if key not in FIGURES:
        raise refuse(
            "unknown-figure",
            "没有“{key}”这个数，可填：{known}。",
            "There is no figure {key}; choose from: {known}.",
            place="rows",
            key=key,
            known="、".join(FIGURES),
        )
    find, dimension = FIGURES[key]
    found = list(find(whole_span(programme, as_of)))
    rows = dict.fromkeys((one.kind, str(one.id)) for one in found)
    return FigureRows(key, count_found(found, dimension), list(rows))


def whole_span(programme: Programme, as_of: date | None) -> Span:
    """The county from the beginning of all records to ``as_of``."""
    root = Unit.objects.get(code=Site.current().code)
    return Span(root, date.min, as_of or timezone.localdate(), programme)
