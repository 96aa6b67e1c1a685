"""How cases begin: of one member or many, of a problem, of a branch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from qisong.casework.models import Case, Step
from qisong.casework.stepping import Word, check_on, step_of
from qisong.casework.terms import Kind, Move, State
from qisong.org.appointing import require_standing
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.journal import Entry
    from qisong.org.models import Account


def begin(entry: Entry, cases: Sequence[Case], by: Account | None) -> None:
    """Write new cases and their first steps; one that has an owner already is being worked on."""
    make_ready(cases, by)
    Case.objects.bulk_create(cases, batch_size=500)
    Step.objects.bulk_create([step_of(case, 1, Word(Move.OPEN, case.opened_on, by)) for case in cases], batch_size=500)
    entry.touch("case", [case.pk for case in cases])


def make_ready(cases: Sequence[Case], by: Account | None) -> None:
    for case in cases:
        check_on(case.opened_on, date.min)
        check_due(case.due_on, case.opened_on)
        case.opened_by = by
        if case.owner_id or case.in_charge:
            case.state = State.WORKING
    for unit, on in {(case.unit, case.opened_on) for case in cases if case.kind != Kind.PERSONAL}:
        require_standing(unit, on)


def check_due(due_on: date | None, on: date) -> None:
    if due_on is not None and due_on < on:
        raise refuse(
            "due-too-early",
            "期限不能早于{on}。",
            "The deadline cannot be before {on}.",
            place="due_on",
            on=on,
        )
