"""One case: how it stands, what may be done now, and all that was done, in the order of its days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qisong.casework.assigning import name_of
from qisong.casework.entitled import handles, may_work, moves, owns
from qisong.casework.likeness import likely
from qisong.casework.models import Action, Case, ContactAttempt, Evidence, Lead, Step
from qisong.casework.terms import OPENLY, WAITING, ActionKind, Kind, LeadKind, Move, Result, State
from qisong.casework.tracing import Told, opened_lead
from qisong.casework.wording import ACTIONS, KINDS, LEADS, MOVES, RESULTS, STATES
from qisong.desk.crumbs import Crumb
from qisong.desk.pages.case_rows import standing_of
from qisong.desk.pages.case_work import WORKS, WorkForm
from qisong.desk.refusing import said
from qisong.desk.tables import Link
from qisong.desk.templatetags.desk import day, partial_day
from qisong.ledger.models import Activity
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory
from qisong.org.words import label
from qisong.roster.models import Member

# What stands first among the buttons; of a case that nobody has, that somebody gets it.
FIRST = (Move.SETTLE, Move.REQUEST, Move.FIND, Move.PROPOSE, Move.REOPEN, Move.ASSIGN)


@dataclass(frozen=True)
class Entry:
    """One thing that happened: a step, an attempt, a measure or progress."""

    on: date
    what: str
    text: str = ""
    who: str = ""
    why: str = ""
    files: Sequence[Link] = ()


@dataclass(frozen=True)
class LeadLine:
    """``told`` is None once the case has ended; ``openly``: may be told why we ask."""

    kind: str
    told: Told | None
    openly: bool


@dataclass(frozen=True)
class Hint:
    """What the county knows itself: of whom or which act, and why that may help."""

    said: str
    member: Member | None
    act: Activity | None
    on: date | None


@dataclass(frozen=True)
class CasePage:
    case: Case
    heading: str
    crumbs: Sequence[Crumb]
    kind: str
    answer: str
    verbs: Sequence[Link]
    facts: Sequence[tuple[str | Promise, str]]
    leads: Sequence[LeadLine]
    entries: Sequence[Entry]
    works: Sequence[WorkForm]
    another: bool  # somebody else has to look, not the reader
    likely: Sequence[Hint] = ()

    @property
    def searching(self) -> bool:
        return self.case.kind == Kind.TRACING


def find_case(scope: Scope, pk: UUID) -> Case:
    """A case the reader knows of; 404 otherwise."""
    parts = ("unit", "member__person", "owner", "verifier", "tracing", "finding", "lifting__helper")
    found = Case.objects.within(scope).select_related(*parts).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def case_page(scope: Scope, case: Case, by: Account, form: WorkForm | None = None) -> CasePage:
    """``form``: the one that was sent and needs mending, in its place among the others."""
    possible = moves(scope, case)
    knows_leads = handles(scope, case) or owns(scope, case)  # not whoever only verifies
    return CasePage(
        case=case,
        heading=name_of(case) if case.kind == Kind.TRACING else case.subject or case.unit.name,
        crumbs=[Crumb(_("Cases"), reverse("desk:my-cases")), Crumb(case.unit.name)],
        kind=said(KINDS[Kind(case.kind)]),
        answer=answer(case, scope.on),
        verbs=verbs(case, possible),
        facts=[(name, value) for name, value in facts(case) if value],
        leads=[lead_line(lead) for lead in case.leads.order_by("noted_on", "pk")] if knows_leads else (),
        entries=entries(case),
        works=works(case, by, form) if may_work(scope, case) else (),
        another=case.state in WAITING and Move.SETTLE not in possible,
        likely=[Hint(said(one.why), one.member, one.act, one.on) for one in likely(scope, case)]
        if case.kind == Kind.TRACING and not case.ended
        else (),
    )


def answer(case: Case, on: date) -> str:
    parts = [said(STATES[State(case.state)])]
    if who := case.owner.name if case.owner else case.in_charge:
        parts.append(_("responsible: {name}").format(name=who))
    if case.due_on and not case.ended:
        parts.append(
            _("by {day}, {standing}").format(day=day(case.due_on), standing=standing_of(case.state, case.due_on, on))
        )
    return " · ".join(parts)


def verbs(case: Case, possible: Sequence[Move]) -> list[Link]:
    """The one that leads on comes first; ``current`` is the main one."""
    first = (Move.ASSIGN, *FIRST) if case.state == State.OPEN else FIRST
    ordered = sorted(possible, key=lambda move: first.index(move) if move in first else len(first))
    return [
        Link(
            said(MOVES[move]).capitalize(),
            reverse("desk:case-move", args=[case.pk, move.value]),
            current=move is ordered[0],
        )
        for move in ordered
    ]


def facts(case: Case) -> Iterator[tuple[str, str]]:
    yield _("Opened on"), day(case.opened_on)
    if case.kind == Kind.TRACING:
        yield from search_facts(case)
    elif case.kind == Kind.LIFTING:
        yield _("Who helps"), case.lifting.helper.name if case.lifting.helper else ""
    else:
        told = case.finding
        yield _("Aspect"), label(TermCategory.ASPECT, told.aspect) if told.aspect else ""
        yield _("What would be right"), told.standard
        yield _("Who leads it"), told.leader
        yield _("Body responsible"), told.body
        yield _("Note"), told.note
    yield _("To be verified by"), case.verifier.name if case.verifier else ""
    yield _("Opened again"), _("{n} times").format(n=case.reopened) if case.reopened else ""
    yield _("Ended"), day(case.ended_on) if case.ended_on else ""


def search_facts(case: Case) -> Iterator[tuple[str, str]]:
    told = case.tracing
    yield _("Contact lost"), partial_day(told.lost_since) if told.lost_since else ""
    yield _("How it was lost"), label(TermCategory.LOSS, told.reason) if told.reason else ""
    yield _("The unit is in"), label(TermCategory.ESTABLISHMENT, told.establishment) if told.establishment else ""
    yield _("Spoken with on"), day(told.spoken_on) if told.spoken_on else ""
    yield _("Proposal"), label(TermCategory.PROPOSAL, told.proposal) if told.proposal else ""
    yield _("Until"), day(told.proposal_until) if told.proposal_until else ""
    yield _("Day of the meeting that decided"), day(told.met_on) if told.met_on else ""
    approved = [told.body, day(told.approved_on) if told.approved_on else ""]
    yield _("Approved"), " ".join(one for one in approved if one)
    yield _("Note"), told.note


def lead_line(lead: Lead) -> LeadLine:
    kind = LeadKind(lead.kind)
    return LeadLine(said(LEADS[kind]), opened_lead(lead), kind in OPENLY)


def entries(case: Case) -> list[Entry]:
    """By day; on the day it was opened that comes first, and a step after what it was taken upon."""
    steps = case.steps.select_related("by__person", "owner").order_by("number")
    attempts = case.attempts.select_related("lead").order_by("pk")
    actions = case.actions.select_related("by__person").prefetch_related("evidence").order_by("pk")
    first, *later = map(step_entry, steps)
    found = [first, *map(action_entry, actions), *map(attempt_entry, attempts), *later]
    return sorted(found, key=lambda entry: entry.on)


def step_entry(step: Step) -> Entry:
    told = [said(STATES[State(step.state)])]
    if step.move in {Move.OPEN, Move.ASSIGN, Move.EXTEND, Move.REOPEN} and step.due_on:
        told.append(_("by {day}").format(day=day(step.due_on)))
    if step.move in {Move.OPEN, Move.ASSIGN} and step.owner:
        told.append(step.owner.name)
    who = step.by.person.name if step.by else _("a ledger or the roster")
    return Entry(step.on, said(MOVES[Move(step.move)]), _(", ").join(told), who, step.reason)


def attempt_entry(one: ContactAttempt) -> Entry:
    how = label(TermCategory.CHANNEL, one.channel)
    through = said(LEADS[LeadKind(one.lead.kind)]) if one.lead else ""
    text = " · ".join(part for part in (how, through, said(RESULTS[Result(one.result)])) if part)
    return Entry(one.on, _("attempt"), text, one.tried_by, one.note)


def action_entry(one: Action) -> Entry:
    who = one.by.person.name if one.by else _("a ledger or the roster")
    files = [Link(file.name, reverse("desk:case-evidence", args=[file.pk])) for file in one.evidence.all()]
    return Entry(one.on, said(ACTIONS[ActionKind(one.kind)]), one.text, who, files=files)


def works(case: Case, by: Account, sent: WorkForm | None) -> list[WorkForm]:
    codes = ("attempt", "lead") if case.kind == Kind.TRACING else ("action",)
    made = [WORKS[code](case=case, by=by, prefix=code) for code in codes]
    return [sent if sent and type(sent) is type(one) else one for one in made]


def find_evidence(scope: Scope, pk: UUID) -> Evidence:
    found = Evidence.objects.within(scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
