"""Who was there: those present and what they heard, leave, guests, and who led."""

from __future__ import annotations

from uuid import UUID

from qisong.ledger.composition import Composition
from qisong.ledger.documents import AbsenceDraft, ParticipantDraft
from qisong.ledger.models import Absence, Guests, Participant
from qisong.ledger.terms import Task
from qisong.org.terms import TermCategory


def attend(act: Composition) -> None:
    lead(act)
    be_present(act)
    hear(act)
    ask_leave(act)
    guests = (Guests(activity_id=act.activity.pk, whence=one.whence, count=one.count) for one in act.draft.guests)
    act.add(*guests)


def lead(act: Composition) -> None:
    seen: set[tuple[Task, UUID]] = set()
    for one in act.draft.participants:
        person = participant(act, one)
        if person and (one.task, person) in seen:
            note_twice(act, one.at)
        if person:
            seen.add((one.task, person))
        if one.task == Task.LED and act.leader is None:
            act.leader = person
        act.add(Participant(activity_id=act.activity.pk, task=one.task, person_id=person, name=one.name))


def participant(act: Composition, one: ParticipantDraft) -> UUID | None:
    if (one.person is None) == (not one.name):
        act.wrong(
            one.at,
            "one-name",
            "请在 person（名册或任职里的人）和 name（其他人的姓名）里填一个。",
            "Give either person (known here) or name (of somebody else).",
        )
    return act.tried(one.person.at, act.known.person, one.person, act.on) if one.person else None


def be_present(act: Composition) -> None:
    for ref in act.draft.present:
        member = act.member(ref)
        if member in act.present:
            note_twice(act, ref.at)
        elif member:
            act.present[member] = act.receipt(member=member)
    act.add(*act.present.values())


def hear(act: Composition) -> None:
    """Items received by being present at a part, such as a lesson, follow each presence."""
    kinds = {part.kind.code for part in act.draft.parts}
    programmes = {programme.pk for programme in act.programmes}
    for item in act.known.catalogue.items:
        if item.by_presence and item.part_kind in kinds and item.programme_id in programmes:
            act.received.update((member, item.pk, None) for member in act.present)
            act.add(*(act.receipt(member=one, item=item, follows=seen.pk) for one, seen in act.present.items()))


def ask_leave(act: Composition) -> None:
    absent: set[UUID] = set()
    for one in act.draft.absent:
        member, reason = act.member(one.member), reason_of(act, one)
        if member in act.present:
            act.wrong(
                one.at,
                "present-and-absent",
                "同一个人不能既到场又请假，请去掉一处。",
                "Nobody is present and absent at once; take one of the two out.",
            )
        elif member in absent:
            note_twice(act, one.at)
        elif member:
            absent.add(member)
            act.add(Absence(activity_id=act.activity.pk, member_id=member, reason=reason))


def reason_of(act: Composition, absence: AbsenceDraft) -> str:
    if absence.reason is None:
        return ""
    act.tried(absence.reason.at, act.known.term, TermCategory.ABSENCE, absence.reason)
    return absence.reason.code


def note_twice(act: Composition, place: str) -> None:
    act.wrong(place, "twice", "这个人写了两次，请去掉一处。", "This person is named twice; take one out.")
