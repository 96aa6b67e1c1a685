"""The verbs of one member's life on the roster: joining, changes, moving, leaving, and what life asks for.

Dates are the first day on which the new state holds. Every verb raises the member's ``version``, so that a form
opened before it is told that it is stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from qisong.org import journal
from qisong.org.appointing import require_standing
from qisong.org.models import UnitState
from qisong.org.words import worded
from qisong.roster.checking import check_circumstance, check_day, check_together, checked
from qisong.roster.enrolling import NewMember, rows_of
from qisong.roster.models import Affiliation, Circumstance, Member
from qisong.roster.secrets import holder_of, index_of, sealed_row, unit_of
from qisong.roster.terms import Bond, Category, Leaving, Secret
from qisong.roster.ties import end, hand_over, leave, move, open_ties
from qisong.words.text import Refusal, refuse

if TYPE_CHECKING:
    from qisong.org.journal import Entry
    from qisong.org.models import Account, Person, Unit

SECRETS = frozenset(Secret)


def add_member(
    *,
    by: Account | None,
    unit: Unit,
    on: date,
    name: str,
    category: str,
    person: Person | None = None,
    **particulars: str,
) -> Member:
    """A new member of ``unit`` from ``on``. ``particulars``: any of the fields of ``NewMember`` that hold a text.

    ``person`` names somebody the county knows already, such as an office worker with a login.
    """
    check_day(on)
    values = checked({"name": name, "category": category} | particulars, today=timezone.localdate())
    check_together(values)
    with journal.verb("member.added", by=by, unit=unit) as entry:
        require_standing(unit, on)
        check_person(person)
        check_unheld(values.get("identity", ""), None)
        new = NewMember(unit=unit.pk, on=on, person=person, **values)  # type: ignore[arg-type] # all of them texts
        rename(person, values["name"])
        for row in rows_of(new):
            row.save(force_insert=True)
        member = Member.objects.select_related("person").get(pk=person.pk if person else new.id)
        entry.touch("member", [member.pk])
    return member


def edit_member(*, by: Account | None, member: Member, version: int, **changes: str) -> Member:
    """Change fields of a member whose form was opened at ``version``; "" empties a field.

    Only what is given and differs is changed; a sealed field that sends back its mask is left as it is. Refuses
    ``stale`` when somebody else was faster.
    """
    member = Member.objects.select_related("person").get(pk=member.pk)
    values = checked(unmasked(member, changes), today=timezone.localdate())
    before = particulars(member)
    changed = {field: value for field, value in values.items() if differs(member, before, field, value)}
    if not changed and version == member.version:
        return member
    with changing("member.edited", by=by, member=member) as (held, entry):
        if held.version != version:
            raise stale()
        check_together(before | changed)
        check_unheld(changed.get("identity", ""), held.pk)
        write_changes(held, changed)
        entry.touch("field", sorted(changed))
    return held


def make_full(*, by: Account | None, member: Member, on: date) -> Member:
    """A probationary member becomes a full one."""
    check_day(on)
    with changing("member.made_full", by=by, member=member) as (held, _entry):
        if held.category == Category.FULL:
            raise Refusal("already-full", worded("已经是{full}。", "Already so: {full}.", full="full"), "member")
        changes = {"category": Category.FULL.value, "became_full": on.isoformat()}
        check_together(particulars(held) | changes)
        write_changes(held, changes)
    return held


def transfer_member(*, by: Account | None, member: Member, unit: Unit, on: date) -> Member:
    """Move the formal affiliation to ``unit``; somebody who had left the county comes back by the same verb."""
    check_day(on)
    with changing("member.transferred", by=by, member=member, unit=unit) as (held, entry):
        require_standing(unit, on)
        check_living(held)
        entry.touch("unit", move(held, unit, on))
    return held


def record_departure(*, by: Account | None, member: Member, on: date) -> Member:
    """The member left the county or the organisation; the row stays."""
    check_day(on)
    with changing("member.departed", by=by, member=member) as (held, _entry):
        if not held.affiliations.filter(valid_to=None).exists():
            raise refuse("already-departed", "已经不在名册上。", "The member has left already.", place="member")
        leave(held, on, Leaving.DEPARTURE)
    return held


def record_death(*, by: Account | None, member: Member, on: date) -> Member:
    check_day(on)
    with changing("member.died", by=by, member=member) as (held, _entry):
        check_living(held)
        held.died_on = on
        held.save(update_fields=["died_on"])
        leave(held, on, Leaving.DEATH)
    return held


def attach_member(*, by: Account | None, member: Member, unit: Unit, on: date) -> Affiliation:
    """The member joins another unit's meetings, too; totals stay with the formal affiliation."""
    check_day(on)
    with changing("member.attached", by=by, member=member) as (held, entry):
        require_standing(unit, on)
        check_living(held)
        if held.affiliations.filter(unit=unit, valid_to=None).exists():
            raise refuse("already-there", "已经在这个组织。", "The member belongs there already.", place="unit")
        entry.touch("unit", [unit.pk])
        return Affiliation.objects.create(member=held, unit=unit, bond=Bond.ATTACHED, valid_from=on)


def detach_member(*, by: Account | None, member: Member, unit: Unit, on: date) -> Affiliation:
    check_day(on)
    with changing("member.detached", by=by, member=member) as (held, entry):
        ties = open_ties(held, Bond.ATTACHED, unit=unit)
        if not ties:
            raise refuse("not-attached", "没有挂靠在这个组织。", "The member is not attached there.", place="unit")
        entry.touch("unit", [unit.pk])
        return end(ties[0], on, Leaving.DEPARTURE)


def begin_circumstance(*, by: Account | None, member: Member, kind: str, on: date, detail: str = "") -> Circumstance:
    """From ``on`` the member is homebound, away, out of contact …: a circumstance of the preset."""
    check_day(on)
    detail = check_circumstance(kind, detail)
    with changing("circumstance.begun", by=by, member=member) as (held, entry):
        if held.circumstances.filter(kind=kind, valid_to=None).exists():
            raise refuse("already-so", "已经记有这种情况。", "This is recorded already.", place="kind")
        entry.touch("circumstance", [kind])
        return Circumstance.objects.create(member=held, kind=kind, since=on.isoformat(), detail=detail, valid_from=on)


def end_circumstance(*, by: Account | None, circumstance: Circumstance, on: date) -> Circumstance:
    check_day(on)
    with changing("circumstance.ended", by=by, member=circumstance.member) as (held, entry):
        open_one = held.circumstances.filter(pk=circumstance.pk, valid_to=None).first()
        if open_one is None:
            raise refuse("already-ended", "这种情况已经结束。", "This has ended already.", place="on")
        entry.touch("circumstance", [open_one.kind])
        return end(open_one, on)


def split_members(*, by: Account | None, unit: Unit, assignment: Mapping[UUID, Unit], on: date) -> int:
    """Move the people of ``unit``, which split on ``on``, to where each belongs from then on; how many moved.

    All or nothing: nobody who formally belonged to a unit that stands no more may be left out.
    """
    check_day(on)
    with journal.verb("members.split", by=by, unit=unit) as entry:
        for target in set(assignment.values()):
            require_standing(target, on)
        ties = {tie.member_id: tie for tie in Affiliation.objects.reaching(unit, on)}
        check_assignment(unit, on, ties, assignment)
        for member, tie in ties.items():
            if member in assignment:
                hand_over(tie, assignment[member], on, Leaving.SPLIT)
            elif tie.bond == Bond.ATTACHED:
                end(tie, max(on, tie.valid_from), Leaving.SPLIT)
        Member.objects.filter(pk__in=ties).update(version=F("version") + 1)
        entry.touch("member", ties)
        entry.touch("unit", {unit.pk, *(target.pk for target in assignment.values())})
    return len(assignment)


def check_assignment(unit: Unit, on: date, ties: Mapping[UUID, Affiliation], assignment: Mapping[UUID, Unit]) -> None:
    strangers = assignment.keys() - ties.keys()
    formal = {member for member, tie in ties.items() if tie.bond == Bond.FORMAL}
    left_out = formal - assignment.keys() if not UnitState.objects.on(on).filter(unit=unit).exists() else set()
    if strangers or left_out:
        raise refuse(
            "assignment-incomplete",
            "名单已经变了：{strangers} 人那天不在“{unit}”，{left_out} 人还没有分到新组织。请重新打开名单。",
            "The list has changed: {strangers} did not belong to {unit} that day, {left_out} are not assigned yet. "
            "Open it again.",
            place="assignment",
            strangers=len(strangers),
            left_out=len(left_out),
            unit=unit.name,
        )


@contextmanager
def changing(
    kind: str, *, by: Account | None, member: Member, unit: Unit | None = None
) -> Iterator[tuple[Member, Entry]]:
    """One verb on one member, held against others meanwhile."""
    with journal.verb(kind, by=by, unit=unit or unit_of(member)) as entry:
        held = Member.objects.select_related("person").select_for_update(of=("self",)).get(pk=member.pk)
        yield held, entry
        Member.objects.filter(pk=held.pk).update(version=F("version") + 1)
        held.version += 1
        entry.touch("member", [held.pk])


def particulars(member: Member) -> dict[str, str]:
    """What is kept of a member in clear, by field; sealed values show as their masks."""
    fields = ("sex", "born", "category", "joined", "became_full", "job", "ethnicity", "education", "address")
    return {"name": member.person.name} | {field: getattr(member, field) for field in fields}


def unmasked(member: Member, changes: Mapping[str, str]) -> dict[str, str]:
    """Without those fields in which a form only sends back the mask it was given."""
    masks = {row.kind: row.mask for row in member.sealed.all()}
    return {field: value for field, value in changes.items() if not value or masks.get(field) != value}


def differs(member: Member, before: Mapping[str, str], field: str, value: str) -> bool:
    if field not in SECRETS:
        return before[field] != value
    kept = member.sealed.filter(kind=field).first()
    if kept is None or not value:
        return bool(value) or kept is not None
    return kept.index != index_of(Secret(field), value)


def write_changes(held: Member, changed: Mapping[str, str]) -> None:
    for field, value in changed.items():
        if field in SECRETS:
            held.sealed.filter(kind=field).delete()
            if value:
                sealed_row(held.pk, Secret(field), value).save(force_insert=True)
        elif field == "name":
            rename(held.person, value)
        else:
            setattr(held, field, value)
    held.save(update_fields=[field for field in changed if field not in SECRETS and field != "name"])


def rename(person: Person | None, name: str) -> None:
    if person is not None and person.name != name:
        person.name = name
        person.save(update_fields=["name"])


def check_unheld(identity: str, member: UUID | None) -> None:
    holder = holder_of(Secret.IDENTITY, identity) if identity else None
    if holder is not None and holder != member:
        raise refuse(
            "identity-held",
            "这个证号已经在名册上，可能在别的组织。请先查找这位成员；换了组织的，用组织关系转接。",
            "This number is on the roster already, perhaps elsewhere. Find the member; if they moved, use a transfer.",
            place="identity",
        )


def check_person(person: Person | None) -> None:
    if person is not None and Member.objects.filter(pk=person.pk).exists():
        raise refuse(
            "already-a-member", "这个人已经在名册上。", "This person is on the roster already.", place="person"
        )


def check_living(member: Member) -> None:
    if member.died_on is not None:
        raise refuse("member-died", "名册上已记去世。", "The roster records that this member died.", place="member")


def stale() -> Refusal:
    return refuse(
        "stale",
        "刚才有别人改过这位成员的信息。请重新打开，看过之后再改。",
        "Somebody else has just changed this member. Open the page again, look, and then make your change.",
        place="version",
    )
