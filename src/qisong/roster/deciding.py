"""What a person may say of a doubtful row or a missing member."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from qisong.roster.keeping import after
from qisong.roster.models import Affiliation, ImportLine
from qisong.roster.secrets import holder_of
from qisong.roster.terms import Bond, Outcome, Secret
from qisong.words.text import Refusal, refuse

NEW, KEEP, SAME, DEPARTED = "new", "keep", "same:", "departed:"
SOLE = "sole"  # of many doubtful rows at once: each is the one candidate that it has


def same_as(member: UUID) -> str:
    """The decision that a doubtful row speaks of this member."""
    return f"{SAME}{member}"


def departed_on(day: date) -> str:
    """The decision that a missing member left that day."""
    return f"{DEPARTED}{day.isoformat()}"


def is_decided(line: ImportLine) -> bool:
    """Whether there is something to be done about a doubtful row or missing member."""
    return line.decision not in {"", KEEP}


def check_decision(line: ImportLine, decision: str) -> None:
    """Refuses what does not answer the question that the line puts."""
    if not decision:
        return
    if line.outcome == Outcome.MISSING and decision.startswith(DEPARTED):
        check_departure(line, decision.removeprefix(DEPARTED))
    elif line.outcome == Outcome.DOUBTFUL and decision.startswith(SAME):
        check_same(line, decision.removeprefix(SAME))
    elif line.outcome == Outcome.DOUBTFUL and decision == NEW:
        check_new(line)
    elif not (line.outcome == Outcome.MISSING and decision == KEEP):
        raise unsuitable()


def suiting(line: ImportLine, decision: str, taken: Collection[str]) -> str:
    """``decision`` as this undecided line takes it; "" if it does not suit. ``taken``: what is said of other lines."""
    if line.decision or line.applied:
        return ""
    if decision == SOLE:
        candidates = after(line)["candidates"] if line.outcome == Outcome.DOUBTFUL else []
        decision = same_as(candidates[0]) if len(candidates) == 1 else ""
    if decision in taken:
        return ""
    try:
        check_decision(line, decision)
    except Refusal:
        return ""
    return decision


def check_same(line: ImportLine, member: str) -> None:
    content = after(line)
    if content["doubt"] in {"elsewhere", "died"} or member not in content["candidates"]:
        raise unsuitable()
    others = line.batch.lines.exclude(pk=line.pk).exclude(outcome=Outcome.MISSING)
    if others.filter(Q(member=member) | Q(decision=f"{SAME}{member}")).exists():
        raise refuse(
            "taken-by-another-row",
            "这份名册里已有另一行是这位成员，一个人只能对一行。",
            "Another row of this import speaks of this member already.",
            place="decision",
        )


def check_new(line: ImportLine) -> None:
    said = after(line)["said"]
    number = said["secrets"].get(Secret.IDENTITY, "")
    if said["unit"] is None or (number and holder_of(Secret.IDENTITY, number)):
        raise refuse(
            "identity-held",
            "这个证号已经在名册上，不能再记成新成员。",
            "This number is on the roster already; the row cannot be a new member.",
            place="decision",
        )


def check_departure(line: ImportLine, day: str) -> None:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise unsuitable() from None
    ties = Affiliation.objects.filter(member=line.member_id, bond=Bond.FORMAL, valid_to=None, valid_from__lte=on)
    if on > timezone.localdate() or not ties.exists():
        raise refuse(
            "date-impossible",
            "离开日期要在到这个组织以后、今天以前。",
            "The day of leaving lies between joining the branch and today.",
            place="decision",
        )


def unsuitable() -> Refusal:
    return refuse("unsuitable", "这一行不能这样处理。", "This row cannot be dealt with so.", place="decision")
