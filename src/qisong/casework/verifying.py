"""The end of a case: verified by somebody else and closed, sent back, opened again, or withdrawn."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from qisong.casework.models import Case, TracingCase
from qisong.casework.opening import check_due
from qisong.casework.rectifying import check_liftable
from qisong.casework.stepping import stepping
from qisong.casework.terms import Kind, Move
from qisong.casework.tracing import check_searchable, not_on_roster, say_out_of_contact
from qisong.roster.editing import end_circumstance
from qisong.roster.models import Affiliation, Circumstance
from qisong.roster.terms import OUT_OF_CONTACT, Bond

if TYPE_CHECKING:
    from qisong.org.models import Account


def settle(*, by: Account | None, case: Case, on: date, reason: str = "") -> Case:
    """Verified and closed. A member who was spoken with is out of contact no longer; nothing else on the roster
    changes, whatever was proposed.
    """
    with stepping(by=by, case=case, move=Move.SETTLE, on=on, reason=reason) as step:
        if step.case.kind == Kind.TRACING and step.case.tracing.spoken_on is not None:
            end_search(by, step.case, on)
    return case


def send_back(*, by: Account | None, case: Case, on: date, reason: str) -> Case:
    """Looked at, and not done."""
    with stepping(by=by, case=case, move=Move.RETURN, on=on, reason=reason) as step:
        if step.case.kind == Kind.TRACING:
            take_back(step.case)
    return case


def reopen(*, by: Account | None, case: Case, due_on: date, on: date, reason: str) -> Case:
    """It was not done after all; how often that happened is kept."""
    with stepping(by=by, case=case, move=Move.REOPEN, on=on, reason=reason) as step:
        check_due(due_on, on)
        step.case.due_on = due_on
        step.case.reopened += 1
        if step.case.kind == Kind.TRACING:
            take_back(step.case)
            search_again(by, step.case, on)
        if step.case.kind == Kind.LIFTING:
            check_liftable(step.case.unit)
    return case


def withdraw(*, by: Account | None, case: Case, on: date, reason: str) -> Case:
    """It should never have been opened, or events have overtaken it."""
    with stepping(by=by, case=case, move=Move.WITHDRAW, on=on, reason=reason):
        pass
    return case


def end_search(by: Account | None, case: Case, on: date) -> None:
    lost = Circumstance.objects.filter(member=case.member, kind=OUT_OF_CONTACT, valid_to=None).first()
    if lost is not None:
        end_circumstance(by=by, circumstance=lost, on=max(on, lost.valid_from))


def search_again(by: Account | None, case: Case, on: date) -> None:
    """Where the member belongs by now; the roster says once more that contact is lost."""
    if case.member is None:
        return
    check_searchable([case.member.pk])
    tie = Affiliation.objects.filter(member=case.member, bond=Bond.FORMAL, valid_to=None).first()
    if tie is None:
        raise not_on_roster(case.member, on)
    case.unit_id = tie.unit_id
    say_out_of_contact(by, [case.member], on)


def take_back(case: Case) -> None:
    """What was said of the end no longer holds; the steps keep it."""
    clear(case.tracing)
    case.tracing.save()


def clear(tracing: TracingCase) -> None:
    tracing.spoken_on = tracing.proposal_until = tracing.met_on = tracing.approved_on = None
    tracing.proposal = tracing.body = ""
