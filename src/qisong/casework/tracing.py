"""Finding members out of contact: the search, whom to ask, each attempt, and what it came to.

No verb here changes a membership; the one thing that ends on the roster is being out of contact, once somebody else has
confirmed that the member was spoken with.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from qisong.casework.models import Case, ContactAttempt, Lead, TracingCase
from qisong.casework.opening import begin
from qisong.casework.stepping import check_no_number, check_on, check_once, checked_line, stepping
from qisong.casework.terms import ENDED, LONGEST_NAME, Kind, LeadKind, Move, Result
from qisong.org import journal
from qisong.org.terms import TermCategory
from qisong.org.words import term_of
from qisong.roster.editing import begin_circumstance
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.secrets import keyring
from qisong.roster.terms import OUT_OF_CONTACT
from qisong.seals.sealing import seal, unseal
from qisong.words.dates import DateFault, parse_date
from qisong.words.digits import tidy, tidy_name
from qisong.words.text import Refusal, refuse

if TYPE_CHECKING:
    from qisong.org.models import Account, Person


@dataclass(frozen=True)
class Loss:
    """How contact was lost. ``since`` may lack its day or month; ``reason`` and ``establishment`` are terms."""

    since: str = ""
    reason: str = ""
    establishment: str = ""
    note: str = ""


@dataclass(frozen=True)
class Told:
    """What a lead says: whom to ask, what they are to the member, and how to reach them."""

    name: str = ""
    relation: str = ""
    reach: str = ""


@dataclass(frozen=True)
class Decision:
    """``proposal`` is a term; ``until`` is when its time is over, where it has one."""

    proposal: str
    met_on: date | None = None
    until: date | None = None
    body: str = ""
    approved_on: date | None = None


def open_search(
    *,
    by: Account | None,
    member: Member,
    on: date,
    loss: Loss,
    owner: Person | None = None,
    due_on: date | None = None,
) -> Case:
    """Look for ``member``, who is out of contact: the roster says so from ``on``, unless it does already."""
    [case] = open_searches(by=by, losses={member.pk: loss}, on=on, owner=owner, due_on=due_on)
    return case


def open_searches(
    *,
    by: Account | None,
    losses: dict[UUID, Loss],
    on: date,
    owner: Person | None = None,
    due_on: date | None = None,
) -> list[Case]:
    """A search for each member, all or none. Refuses somebody who is on no roster or looked for already."""
    checked = {member: checked_loss(loss) for member, loss in losses.items()}
    with journal.verb("case.open", by=by) as entry:
        # Held in one order, so that of two who look for the same member the second is told so.
        held = Member.objects.select_for_update(of=("self",)).select_related("person").order_by("pk")
        members = held.in_bulk(losses)
        if losses.keys() - members.keys():
            raise refuse("no-such-member", "名册上没有这个人。", "The roster knows nobody like this.", place="member")
        check_searchable(members.keys())
        ties = Affiliation.objects.formal(on).filter(member__in=losses).select_related("unit")
        units = {tie.member_id: tie.unit for tie in ties}
        for pk in losses.keys() - units.keys():
            raise not_on_roster(members[pk], on)
        cases = [
            Case(kind=Kind.TRACING, unit=units[pk], member=members[pk], opened_on=on, owner=owner, due_on=due_on)
            for pk in losses
        ]
        begin(entry, cases, by)
        TracingCase.objects.bulk_create(
            TracingCase(
                case=case, lost_since=loss.since, reason=loss.reason, establishment=loss.establishment, note=loss.note
            )
            for case, loss in zip(cases, checked.values(), strict=True)
        )
        say_out_of_contact(by, [case.member for case in cases if case.member], on)
        if len(set(units.values())) == 1:
            entry.unit = cases[0].unit
    return cases


def not_on_roster(member: Member, on: date) -> Refusal:
    return refuse(
        "not-on-roster",
        "{name} 在 {on} 不在名册上，不能立案查找。",
        "{name} is on no roster on {on}; no search can be opened.",
        place="member",
        name=member.person.name,
        on=on,
    )


def say_out_of_contact(by: Account | None, members: Sequence[Member], on: date) -> None:
    known = set(
        Circumstance.objects.filter(kind=OUT_OF_CONTACT, valid_to=None, member__in=members).values_list(
            "member_id", flat=True
        )
    )
    for member in members:
        if member.pk not in known:
            begin_circumstance(by=by, member=member, kind=OUT_OF_CONTACT, on=on)


def add_lead(*, by: Account | None, case: Case, kind: LeadKind, told: Told, on: date, key: UUID | None = None) -> Lead:
    """Somebody or something through whom the member may be found; sealed, and erased when the case ends."""
    name = checked_line(tidy_name(told.name), "name", LONGEST_NAME)
    kept = Told(name, checked_line(told.relation, "relation", 30), checked_line(told.reach, "reach", 100))
    if not name:
        raise refuse("name-missing", "请写明向谁打听，或查什么材料。", "Say whom or what to ask.", place="name")
    with searching(by, case, "case.lead-noted", on) as held:
        lead = Lead(pk=check_once(Lead, key), case=held, kind=kind, noted_on=on)
        lead.sealed = seal(keyring(), json.dumps(asdict(kept), ensure_ascii=False), place=place_of(lead))
        lead.save(force_insert=True)
    return lead


def attempt(
    *,
    by: Account | None,
    case: Case,
    on: date,
    channel: str,
    result: Result,
    tried_by: str,
    lead: Lead | None = None,
    note: str = "",
    key: UUID | None = None,
) -> ContactAttempt:
    """Somebody tried. Evenings, weekends and earlier days are as good as any."""
    if term_of(TermCategory.CHANNEL, channel) is None:
        raise refuse(
            "unknown-channel",
            "没有“{channel}”这种方式。",
            "There is no channel {channel}.",
            place="channel",
            channel=channel,
        )
    tried_by = checked_line(tidy_name(tried_by), "tried_by", LONGEST_NAME)
    if not tried_by:
        raise refuse("name-missing", "请写明是谁联系的。", "Say who tried.", place="tried_by")
    check_no_number(tried_by, "tried_by")
    note = checked_note(note)
    with searching(by, case, "case.attempted", on) as held:
        if lead is not None and lead.case_id != held.pk:
            raise refuse("foreign-lead", "这条线索不属于这件事。", "This lead belongs to another case.", place="lead")
        said = {"channel": channel, "result": result, "tried_by": tried_by, "note": note}
        return ContactAttempt.objects.create(pk=check_once(ContactAttempt, key), case=held, lead=lead, on=on, **said)


def checked_note(text: str) -> str:
    """A line that holds no telephone number."""
    note = checked_line(text, "note")
    check_no_number(note, "note")
    return note


def record_found(*, by: Account | None, case: Case, on: date, spoken_on: date | None = None, reason: str = "") -> Case:
    """The member was spoken with, on ``on`` or before; somebody else has yet to confirm it."""
    if spoken_on is not None:
        check_on(spoken_on, date.min)
    with stepping(by=by, case=case, move=Move.FIND, on=on, reason=reason) as step:
        tracing = step.case.tracing
        tracing.spoken_on = spoken_on or on
        tracing.save(update_fields=["spoken_on"])
    return case


def give_up(*, by: Account | None, case: Case, on: date, reason: str) -> Case:
    """The search ends in vain; refused while nobody has tried."""
    with stepping(by=by, case=case, move=Move.GIVE_UP, on=on, reason=reason) as step:
        if not step.case.attempts.exists():
            raise never_tried()
    return case


def never_tried() -> Refusal:
    return refuse(
        "never-tried",
        "还没有登记过一次联系。请先登记查找经过。",
        "No attempt is recorded. Record what was tried first.",
    )


def propose(*, by: Account | None, case: Case, on: date, decision: Decision, reason: str = "") -> Case:
    """Put down what is proposed, and what was decided where. The membership stays as it is on the roster."""
    with stepping(by=by, case=case, move=Move.PROPOSE, on=on, reason=reason) as step:
        check_decision(decision, step.before.state, on)
        decide(step.case.tracing, decision)
        step.case.tracing.save()
    return case


def decide(tracing: TracingCase, decision: Decision) -> None:
    tracing.proposal, tracing.proposal_until = decision.proposal, decision.until
    tracing.met_on, tracing.approved_on = decision.met_on, decision.approved_on
    tracing.body = checked_line(decision.body, "body", 100)


@contextmanager
def searching(by: Account | None, case: Case, kind: str, on: date) -> Iterator[Case]:
    """A verb within a search that goes on, held against others."""
    with journal.verb(kind, by=by, unit=case.unit) as entry:
        held = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if held.kind != Kind.TRACING or held.state in ENDED:
            raise refuse("case-ended", "这件事已经结束，不再登记。", "The case has ended.")
        check_on(on, date.min)
        yield held
        entry.touch("case", [held.pk])


def opened_lead(lead: Lead) -> Told | None:
    """What a lead says; nothing once its case has ended."""
    return Told(**json.loads(unseal(keyring(), lead.sealed, place=place_of(lead)))) if lead.sealed else None


def place_of(lead: Lead) -> str:
    return f"casework_lead|sealed|{lead.pk}"


def check_searchable(members: Collection[UUID]) -> None:
    looked_for = Case.objects.filter(kind=Kind.TRACING, ended_on=None, member__in=members)
    names = sorted(looked_for.values_list("member__person__name", flat=True))
    if names:
        raise refuse(
            "searched-already",
            "已经立案查找，没有结束：{names}。",
            "A search is under way already: {names}.",
            place="member",
            names="、".join(names[:5]),
        )


def checked_loss(loss: Loss) -> Loss:
    since = tidy(loss.since)
    if since:
        try:
            since = str(parse_date(since, today=timezone.localdate()))
        except DateFault as fault:
            raise refuse(fault.code, fault.text.zh, fault.text.en, place="since") from fault
    for category, code, place in (
        (TermCategory.LOSS, loss.reason, "reason"),
        (TermCategory.ESTABLISHMENT, loss.establishment, "establishment"),
    ):
        if code and term_of(category, code) is None:
            raise refuse("unknown-term", "没有“{given}”这一项。", "There is no {given}.", place=place, given=code)
    return Loss(since, loss.reason, loss.establishment, checked_note(loss.note))


def check_decision(decision: Decision, state: str, on: date) -> None:
    term = term_of(TermCategory.PROPOSAL, decision.proposal)
    if term is None or term.data.get("after", state) != state:
        raise refuse(
            "unfit-proposal",
            "现在不能提这种处理意见，请从列出的意见中选一种。",
            "This cannot be proposed now; choose one of those listed.",
            place="proposal",
        )
    days = (("met_on", decision.met_on), ("approved_on", decision.approved_on))
    for place, day in days:
        if day is not None:
            if day > timezone.localdate():
                raise refuse("day-to-come", "日期还没有到。", "That day is still to come.", place=place)
            if decision.met_on and day < decision.met_on:
                raise refuse(
                    "approved-before", "批准不能早于会议。", "It cannot be approved before the meeting.", place=place
                )
    months = term.data.get("months")
    if decision.until is not None and (decision.until < on or (months and decision.until > after_months(on, months))):
        raise refuse(
            "until-out-of-range",
            "期限要在{on}以后，最长 {months} 个月。",
            "The time ends after {on} and within {months} months.",
            place="until",
            on=on,
            months=months or "—",
        )


def after_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
