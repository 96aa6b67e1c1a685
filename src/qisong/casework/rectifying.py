"""Problems and how they are put right: measures, progress, evidence, verification by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from qisong.casework.evidence import Enclosure, enclose
from qisong.casework.models import Action, Case, Finding, LiftingCase
from qisong.casework.opening import begin
from qisong.casework.stepping import check_on, check_once, checked_line, checked_lines, stepping
from qisong.casework.terms import ENDED, LONGEST_NAME, LONGEST_TEXT, ActionKind, Kind, Move
from qisong.org import journal
from qisong.org.models import Person, Unit
from qisong.org.terms import TermCategory
from qisong.org.words import term_of
from qisong.words.digits import tidy_name
from qisong.words.text import Refusal, refuse

if TYPE_CHECKING:
    from qisong.org.models import Account


@dataclass(frozen=True)
class Problem:
    """What a finding says. ``aspect`` is a term's code; ``leader`` and ``body`` are as people write them."""

    text: str
    aspect: str = ""
    standard: str = ""
    leader: str = ""
    body: str = ""
    note: str = ""
    measures: tuple[str, ...] = ()


def raise_finding(
    *,
    by: Account | None,
    unit: Unit,
    problem: Problem,
    on: date,
    owner: Person | None = None,
    due_on: date | None = None,
    verifier: Person | None = None,
) -> Case:
    """A problem of ``unit``, found on ``on``."""
    check_parties(owner, verifier)
    case = Case(kind=Kind.FINDING, unit=unit, opened_on=on, due_on=due_on, owner=owner, verifier=verifier)
    with journal.verb("case.open", by=by, unit=unit) as entry:
        check_with_owner(owner, due_on)
        told = finding_of(case, problem)
        begin(entry, [case], by)
        told.save(force_insert=True)
        Action.objects.bulk_create(measures_of(case, problem.measures, on, by))
    return case


def raise_own(
    *, by: Account, unit: Unit, problem: Problem, on: date, verifier: Person, due_on: date | None = None
) -> Case:
    """A problem that somebody found in themselves: nobody but they and ``verifier`` ever hears of it."""
    check_parties(by.person, verifier)
    case = Case(kind=Kind.PERSONAL, unit=unit, opened_on=on, due_on=due_on, owner=by.person, verifier=verifier)
    with journal.verb("case.open", by=by) as entry:
        told = finding_of(case, problem)
        begin(entry, [case], by)
        told.save(force_insert=True)
        Action.objects.bulk_create(measures_of(case, problem.measures, on, by))
    return case


def open_lifting(
    *,
    by: Account | None,
    unit: Unit,
    reasons: str,
    on: date,
    due_on: date,
    owner: Person,
    helper: Person | None = None,
    verifier: Person | None = None,
) -> Case:
    """A lax branch is to be lifted until ``due_on``; ``helper`` is the leader whose contact point it is."""
    check_parties(owner, verifier, helper)
    case = Case(kind=Kind.LIFTING, unit=unit, opened_on=on, due_on=due_on, owner=owner, verifier=verifier)
    case.subject = required_text(reasons, "subject")
    with journal.verb("case.open", by=by, unit=unit) as entry:
        check_liftable(unit)
        begin(entry, [case], by)
        LiftingCase.objects.create(case=case, helper=helper)
    return case


def check_liftable(unit: Unit) -> None:
    """Once at a time; held, so that two who open it at once are told apart."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    if Case.objects.alive().filter(kind=Kind.LIFTING, unit=unit).exists():
        raise refuse(
            "lifted-already",
            "“{unit}”已经在整顿，没有结束。",
            "{unit} is being lifted already.",
            place="unit",
            unit=unit.name,
        )


def act(
    *,
    by: Account | None,
    case: Case,
    kind: ActionKind,
    text: str,
    on: date,
    evidence: Enclosure | None = None,
    key: UUID | None = None,
) -> Action:
    """A measure, or progress made on ``on``; a file may go with it and need not. ``key`` is written once."""
    told = required_text(text, "text")
    with journal.verb("case.acted", by=by, unit=None if case.kind == Kind.PERSONAL else case.unit) as entry:
        held = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if held.state in ENDED or held.kind == Kind.TRACING:
            raise refuse("case-ended", "这件事已经结束，不再登记。", "The case has ended.", place="text")
        check_on(on, held.opened_on)
        action = Action.objects.create(pk=check_once(Action, key), case=held, kind=kind, on=on, text=told, by=by)
        if evidence is not None:
            enclose(action, evidence)
        entry.touch("case", [held.pk])
    return action


def request_closure(*, by: Account | None, case: Case, on: date, reason: str = "") -> Case:
    """Say that it is put right; refused while nothing is recorded of what was done."""
    with stepping(by=by, case=case, move=Move.REQUEST, on=on, reason=reason) as step:
        if by is not None and by.person_id == step.case.verifier_id:
            # Theirs alone is the word for its end, and it would count no more: nobody could ever give it.
            raise refuse(
                "verifier-asks",
                "您是这件事的核实人，不能由您申请销号。请责任人申请。",
                "You verify this case, so you cannot ask for its end. Let whoever is responsible ask.",
            )
        if not Action.objects.filter(case=step.case, kind=ActionKind.PROGRESS).exists():
            raise nothing_done()
    return case


def nothing_done() -> Refusal:
    return refuse(
        "nothing-done",
        "还没有登记做了什么。请先登记进展，再申请销号。",
        "Nothing is recorded of what was done. Record progress first, then ask for verification.",
    )


def finding_of(case: Case, problem: Problem) -> Finding:
    if problem.aspect and term_of(TermCategory.ASPECT, problem.aspect) is None:
        raise refuse(
            "unknown-aspect",
            "没有“{aspect}”这个方面。",
            "There is no aspect {aspect}.",
            place="aspect",
            aspect=problem.aspect,
        )
    case.subject = required_text(problem.text, "text")
    return Finding(
        case=case,
        aspect=problem.aspect,
        standard=checked_lines(problem.standard, "standard", LONGEST_TEXT),
        leader=checked_line(tidy_name(problem.leader), "leader", LONGEST_NAME),
        body=checked_line(problem.body, "body", 100),
        note=checked_line(problem.note, "note"),
    )


def measures_of(case: Case, measures: tuple[str, ...], on: date, by: Account | None) -> list[Action]:
    told = [checked_lines(text, "measures", LONGEST_TEXT) for text in measures if text.strip()]
    return [Action(case=case, kind=ActionKind.MEASURE, on=on, text=text, by=by) for text in told]


def required_text(text: str, place: str) -> str:
    told = checked_lines(text, place, LONGEST_TEXT)
    if not told:
        raise refuse("text-missing", "请写明内容。", "Write what it is.", place=place)
    return told


def check_parties(owner: Person | None, verifier: Person | None, helper: Person | None = None) -> None:
    """Whoever verifies is neither responsible nor helps."""
    if verifier is not None and verifier.pk in {one.pk for one in (owner, helper) if one is not None}:
        raise verifies_own()


def verifies_own() -> Refusal:
    return refuse(
        "verifies-own",
        "核实人不能是责任人、联系帮助的人或申请销号的人，请另选一人。",
        "The verifier cannot be whoever is responsible, helps or asked for the end; choose somebody else.",
        place="verifier",
    )


def check_with_owner(owner: Person | None, due_on: date | None) -> None:
    if owner is not None and due_on is None:
        raise refuse("due-missing", "分派时要写明期限。", "Give a deadline to whoever is responsible.", place="due_on")
