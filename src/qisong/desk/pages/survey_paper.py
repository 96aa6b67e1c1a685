"""The survey on paper, for any list of members: landscape, with big boxes, ticked where something is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qisong.coverage.surveyed import surveyed
from qisong.desk.pages.survey import Asking
from qisong.desk.templatetags.desk import day, partial_day
from qisong.ledger.surveying import Surveyed
from qisong.ledger.terms import Standing
from qisong.org.models import Term, Unit
from qisong.roster.contacts import Contact
from qisong.roster.models import Member

OPEN, TICKED = "□", "☑"
# What stands in a box's place: nothing more to ask, or not owed at all.
PRINTED = {Standing.ASKED: OPEN, Standing.HELD: "✓", Standing.LATER: "…", Standing.DECLINED: "×"}


@dataclass(frozen=True)
class PaperRow:
    name: str
    born: str
    items: Sequence[str]
    needs: Sequence[tuple[str, str | None]]  # box, and until when where that is asked
    ways: Sequence[tuple[str, str]]  # box and word
    topics: str
    contact: Contact


@dataclass(frozen=True)
class SurveyPaper:
    unit: Unit
    on: date
    asking: Asking
    rows: Sequence[PaperRow]


def survey_paper(members: Sequence[Member], unit: Unit, on: date) -> SurveyPaper:
    """A sheet for ``members``, who belong beneath ``unit``, with what is known of them on ``on``."""
    asking = Asking.on(on)
    people = surveyed(members, items=asking.items, on=on)
    return SurveyPaper(unit, on, asking, [paper_row(one, asking) for one in people])


def paper_row(one: Surveyed, asking: Asking) -> PaperRow:
    standings = [one.items.get(item.pk) for item in asking.items]
    return PaperRow(
        one.member.person.name,
        partial_day(one.member.born[:7]),
        [PRINTED[standing] if standing else "—" for standing in standings],
        [(box(term.code in one.known.needs), until_of(one, term)) for term in asking.needs],
        [(box(term.code in one.known.ways), str(term)) for term in asking.ways],
        one.known.topics,
        one.known.contact,
    )


def box(ticked: object) -> str:
    return TICKED if ticked else OPEN


def until_of(one: Surveyed, term: Term) -> str | None:
    return day(one.known.needs.get(term.code)) if term.data.get("temporary") else None
