"""Turns a draft into the rows of an act, or into the list of all that is wrong with it. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from qisong.ledger.attending import attend
from qisong.ledger.composition import Composition, not_allowed
from qisong.ledger.directory import Directory
from qisong.ledger.documents import ActDraft, PartDraft
from qisong.ledger.handing import hand
from qisong.ledger.models import Activity, ActivityUnit, Item, Part, Programme, Reversal
from qisong.ledger.reversing import touched_by
from qisong.ledger.shapes import Reading
from qisong.ledger.stock import movements_of
from qisong.ledger.terms import HAND_OVER, LESSON, MEETING
from qisong.org.models import Account, new_id
from qisong.org.terms import Right, TermCategory
from qisong.org.words import terms

ServedProgramme = Activity.programmes.through


def compose(draft: ActDraft, reading: Reading, known: Directory, by: Account | None) -> Composition:
    """The rows of the act; to be thrown away if ``reading`` holds any problem afterwards."""
    act = Composition(draft, reading, known, by)
    check_day(act)
    check_right(act)
    correct(act)
    serve(act)
    consist(act)
    attend(act)
    hand(act)
    check_content(act)
    if reading.problems:
        act.discard()
    return act


def check_day(act: Composition) -> None:
    if act.on > timezone.localdate():
        act.wrong("on", "future", "活动日期还没到，请核对。", "That day has not come yet; check the date.")


def check_right(act: Composition) -> None:
    if act.recorder and not may_record(act, act.recorder):
        act.reading.note(act.draft.unit.at, not_allowed(act.draft.unit))


def may_record(act: Composition, unit: int) -> bool:
    scope = act.known.scope
    return scope.allows(Right.RECORD, unit) or (scope.allows(Right.LESSONS, unit) and is_mere_lesson(act.draft))


def is_mere_lesson(draft: ActDraft) -> bool:
    """A lesson without members: all that somebody may record who may not see a roster."""
    about_members = (draft.present, draft.absent, draft.received, draft.custody, draft.answers, draft.corrects)
    kinds = {part.kind.code for part in draft.parts}
    return (
        kinds == {LESSON}
        and not any(about_members)
        and all(one.person is None or one.person.id for one in draft.participants)
    )


def check_content(act: Composition) -> None:
    draft = act.draft
    says = draft.parts or draft.present or draft.received or draft.custody or draft.answers
    if not says and not act.reading.problems:
        act.wrong(
            "",
            "empty-act",
            "活动里什么也没有：请填 parts（做了什么）、在场的人或发放的东西。",
            "The act says nothing: give its parts, who was present, or what was handed over.",
        )


def correct(act: Composition) -> None:
    """The act that was wrong is reversed by the very act that sets it right."""
    correction = act.draft.corrects
    if correction is None:
        return
    wrong = act.tried(f"{correction.at}.act", act.known.wrong_act, correction.act)
    if wrong is None:
        return
    act.activity.corrects = wrong
    act.add(Reversal(id=new_id(), activity_id=wrong.pk, reason=correction.reason, by=act.by))
    members, units = touched_by(wrong)
    act.members |= members
    act.units |= units
    for unit, item, on, copies in movements_of(wrong):
        act.move((unit, item, on, -copies))


def serve(act: Composition) -> None:
    named = [act.tried(one.at, act.known.unit, one, act.on) for one in act.draft.units] or [act.recorder]
    served = dict.fromkeys(unit for unit in named if unit)
    act.units.update(unit for unit in (*served, act.recorder) if unit)
    act.programmes = named_programmes(act)
    act.items = named_items(act)
    if not act.programmes:
        owners = dict.fromkeys(item.programme for item in act.items.values())
        act.programmes = list(owners) or act.known.catalogue.open_leaves(act.on)
    activity = act.activity.pk
    act.add(*(ActivityUnit(activity_id=activity, unit_id=unit) for unit in served))
    act.add(*(ServedProgramme(activity_id=activity, programme_id=one.pk) for one in act.programmes))


def named_programmes(act: Composition) -> list[Programme]:
    look_up = act.known.catalogue.programme
    found = [act.tried(one.at, look_up, one.code) for one in act.draft.programmes]
    return list(dict.fromkeys(one for one in found if one))


def named_items(act: Composition) -> dict[str, Item]:
    """The items of all lines, sought in the programmes named, by the place that names them."""
    catalogue = act.known.catalogue
    among = catalogue.beneath(act.programmes) if act.programmes else None
    named = [*act.draft.items_handed, *(line.item for line in act.draft.answers)]
    found = {one.at: act.tried(one.at, catalogue.item, one.code, act.on, among) for one in named}
    return {place: item for place, item in found.items() if item}


def consist(act: Composition) -> None:
    stated = dict.fromkeys(stated_part(act, part) for part in act.draft.parts)
    kinds = {kind for kind, _meeting, _subject in stated}
    act.channel = act.draft.channel.code if act.draft.channel else usual_channel(kinds)
    check_channel(act)
    following = dict.fromkeys((kind, "", "") for kind in kinds_of_items(act) if kind not in kinds)
    for kind, meeting, subject in (*stated, *following):
        act.add(Part(activity_id=act.activity.pk, kind=kind, meeting=meeting, subject=subject))


def stated_part(act: Composition, part: PartDraft) -> tuple[str, str, str]:
    act.tried(part.kind.at, act.known.term, TermCategory.PART, part.kind)
    if part.meeting:
        act.tried(part.meeting.at, act.known.term, TermCategory.MEETING, part.meeting)
    if (part.kind.code == MEETING) != (part.meeting is not None):
        act.wrong(
            f"{part.at}.meeting",
            "wrong-meeting",
            "会议要写明是哪种会；不是会议的不填这一项。",
            "A meeting says of which kind it was; nothing else does.",
        )
    return part.kind.code, part.meeting.code if part.meeting else "", part.subject


def kinds_of_items(act: Composition) -> Iterator[str]:
    """The kinds of parts that follow from what was handed over."""
    by_item = {term.code for term in terms(TermCategory.PART) if term.data.get("by_item")}
    for named in act.draft.items_handed:
        item = act.items.get(named.at)
        if item and not item.by_presence:
            yield from {item.part_kind if item.part_kind in by_item else HAND_OVER} & by_item


def usual_channel(kinds: set[str]) -> str:
    """The channel that all stated parts have in common, else the preset's default."""
    usual = {term.data.get("channel") for term in terms(TermCategory.PART) if term.code in kinds}
    if len(usual) == 1 and (channel := usual.pop()):
        return str(channel)
    return next((term.code for term in terms(TermCategory.CHANNEL) if term.data.get("default")), "")


def check_channel(act: Composition) -> None:
    if act.draft.channel:
        act.tried(act.draft.channel.at, act.known.term, TermCategory.CHANNEL, act.draft.channel)
    elif not act.channel:
        act.wrong("channel", "channel-needed", "请填方式（channel）。", "Give the channel.")
