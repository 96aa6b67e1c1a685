"""Whole courses of many cases told at once, from their opening to where they stand today.

For who knows the past already, such as a ledger or the demo: each turn is judged by the machine of its case like any
other, but all are written together. The roster is told by its own verbs; nothing here changes it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date

from qisong.casework.machines import MACHINES
from qisong.casework.models import Action, Case, ContactAttempt, Finding, Lead, LiftingCase, Step, TracingCase
from qisong.casework.opening import check_due, make_ready
from qisong.casework.rectifying import nothing_done
from qisong.casework.stepping import Word, check_on, checked_reason, step_of
from qisong.casework.terms import ActionKind, Kind, LeadKind, Move, State
from qisong.casework.tracing import Decision, Told, check_decision, decide, never_tried, place_of
from qisong.casework.verifying import clear
from qisong.org import journal
from qisong.org.models import Person, Unit
from qisong.roster.secrets import keyring
from qisong.seals.sealing import seal


@dataclass(frozen=True)
class Turn:
    """One move on a day; ``owner``, ``due_on``, ``unit`` and ``decision`` where the move changes them."""

    move: Move
    on: date
    reason: str = ""
    owner: Person | None = None
    due_on: date | None = None
    unit: Unit | None = None
    decision: Decision | None = None


@dataclass(frozen=True)
class Hint:
    kind: LeadKind
    told: Told
    on: date


@dataclass
class Course:
    """``case`` as it was opened, and what came after it, in order; ``attempts`` and ``actions`` belong to it."""

    case: Case
    part: TracingCase | Finding | LiftingCase
    turns: list[Turn] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    attempts: list[ContactAttempt] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


def tell(courses: Collection[Course]) -> None:
    """One verb of its own."""
    with journal.verb("case.told", by=None) as entry:
        write(entry, courses)


def write(entry: journal.Entry, courses: Collection[Course]) -> None:
    """Write them all, or refuse the first turn that its machine does not know."""
    make_ready([course.case for course in courses], by=None)
    steps = [step for course in courses for step in walk(course)]
    Case.objects.bulk_create([course.case for course in courses], batch_size=500)
    write_parts([course.part for course in courses])
    Step.objects.bulk_create(steps, batch_size=500)
    Lead.objects.bulk_create([lead for course in courses for lead in leads_of(course)], batch_size=500)
    ContactAttempt.objects.bulk_create([one for course in courses for one in course.attempts], batch_size=500)
    Action.objects.bulk_create([one for course in courses for one in course.actions], batch_size=500)
    entry.touch("case", [course.case.pk for course in courses])


def write_parts(parts: Collection[TracingCase | Finding | LiftingCase]) -> None:
    TracingCase.objects.bulk_create([one for one in parts if isinstance(one, TracingCase)], batch_size=500)
    Finding.objects.bulk_create([one for one in parts if isinstance(one, Finding)], batch_size=500)
    LiftingCase.objects.bulk_create([one for one in parts if isinstance(one, LiftingCase)], batch_size=500)


def walk(course: Course) -> Iterator[Step]:
    """The steps of a course; its case stands at last as the last of them says."""
    case = course.case
    step = step_of(case, 1, Word(Move.OPEN, case.opened_on, None))
    for number, turn in enumerate(course.turns, 2):
        transition, state = MACHINES[Kind(case.kind)].take(State(case.state), turn.move)
        check_on(turn.on, step.on)
        reason = checked_reason(turn.reason, needed=transition.reason)
        change(course, turn)
        case.state, step.until = state, turn.on
        yield step
        step = step_of(case, number, Word(turn.move, turn.on, None, reason))
    case.ended_on = step.on if case.ended else None
    yield step


def change(course: Course, turn: Turn) -> None:
    """What the move changes besides the state."""
    case, part = course.case, course.part
    if turn.due_on is not None:
        check_due(turn.due_on, turn.on)
        case.due_on = turn.due_on
    if turn.owner is not None:
        case.owner = turn.owner
    if turn.unit is not None:
        case.unit = turn.unit
    case.reopened += turn.move == Move.REOPEN
    if isinstance(part, TracingCase):
        change_search(part, turn, case.state)
    if turn.move == Move.GIVE_UP and not done(course.attempts, turn.on):
        raise never_tried()
    progress = [one for one in course.actions if one.kind == ActionKind.PROGRESS]
    if turn.move == Move.REQUEST and not done(progress, turn.on):
        raise nothing_done()


def change_search(part: TracingCase, turn: Turn, state: str) -> None:
    if turn.move in {Move.RETURN, Move.REOPEN}:
        clear(part)
    elif turn.move == Move.FIND:
        part.spoken_on = turn.on
    elif turn.decision is not None:
        check_decision(turn.decision, state, turn.on)
        decide(part, turn.decision)


def done(rows: Iterable[Action | ContactAttempt], on: date) -> bool:
    return any(row.on <= on for row in rows)


def leads_of(course: Course) -> Iterator[Lead]:
    """Sealed while the search goes on; of one that has ended no more than that there was a lead."""
    for hint in course.hints:
        lead = Lead(case=course.case, kind=hint.kind, noted_on=hint.on)
        if not course.case.ended:
            lead.sealed = seal(keyring(), json.dumps(asdict(hint.told), ensure_ascii=False), place=place_of(lead))
        yield lead
