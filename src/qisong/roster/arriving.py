"""A letter from another county gets one answer, whenever and however often it is handed in: taken in, or declined."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import IntegrityError
from django.utils import timezone

from qisong.org import journal
from qisong.org.appointing import require_standing
from qisong.org.models import Person, Site
from qisong.org.terms import TermCategory
from qisong.roster.checking import check_day, check_together, checked
from qisong.roster.editing import check_living, check_unheld, particulars, rename, write_changes
from qisong.roster.enrolling import NewMember, rows_of
from qisong.roster.letter import Content, known_kinds
from qisong.roster.models import Affiliation, Arrival, Circumstance, Letter, Member, Need
from qisong.roster.sending import close
from qisong.roster.signals import letter_taken
from qisong.roster.terms import KEPT_FOR, Bond, Fate, Secret
from qisong.roster.ties import check_after_last, open_ties
from qisong.words.text import Refusal, Text, refuse

if TYPE_CHECKING:
    from qisong.org.journal import Entry
    from qisong.org.models import Account, Unit


def take_in(*, by: Account | None, content: Content, unit: Unit) -> Arrival:
    """The member belongs to ``unit`` since the day of the letter. A letter handed in again gets its first answer."""
    return answered_once(content, lambda: enrolled(by, content, unit))


def decline(*, by: Account | None, content: Content, unit: Unit) -> Arrival:
    """The letter will never be taken in here, and the other county may keep the member. ``unit`` says so.

    A letter that has expired, or that names somebody whom this county cannot take, is declined, too.
    """
    return answered_once(content, lambda: declined(by, content, unit))


def answered_once(content: Content, answer: Callable[[], Arrival]) -> Arrival:
    check_address(content)
    if first := first_answer(content):
        return first
    try:
        return answer()
    except IntegrityError:  # this letter, or another for the same person, was being answered at the same moment
        return first_answer(content) or answer()


def first_answer(content: Content) -> Arrival | None:
    first = Arrival.objects.select_related("unit", "member__person").filter(letter=content.letter).first()
    if first is not None and first.digest != digest_of(content):
        raise refuse(
            "letter-conflict",
            "这个编号的介绍信以前答复过，但内容不同。请对方县核查后另开一封。",
            "A letter of this number but with other content has been answered before. The other county must look into "
            "it and write a new one.",
            place="file",
        )
    return first


def enrolled(by: Account | None, content: Content, unit: Unit) -> Arrival:
    check_valid(content)
    check_day(content.on, place="file")
    with journal.verb("letter.taken", by=by, unit=unit) as entry:
        arrival = kept(by, content, unit, Fate.TAKEN)
        require_standing(unit, content.on)
        member = returned(content) or newcomer(content)
        check_after_last(member, content.on)
        Affiliation.objects.create(member=member, unit=unit, bond=Bond.FORMAL, valid_from=content.on)
        live_on(member, content)
        close_own(member, entry)
        letter_taken.send(sender=None, member=member, on=content.on, by=by, carried=content.carried)
        arrival.member = member
        arrival.save(update_fields=["member"])
        entry.touch("member", [member.pk])
        entry.touch("letter", [content.letter])
    return arrival


def declined(by: Account | None, content: Content, unit: Unit) -> Arrival:
    with journal.verb("letter.declined", by=by, unit=unit) as entry:
        arrival = kept(by, content, unit, Fate.DECLINED)
        entry.touch("letter", [content.letter])
    return arrival


def kept(by: Account | None, content: Content, unit: Unit, fate: Fate) -> Arrival:
    """Written first: of two who answer at the same moment, the second fails here."""
    arrival = Arrival(
        letter=content.letter,
        digest=digest_of(content),
        unit=unit,
        from_code=content.from_code[:40],
        from_name=content.from_name[:100],
        on=content.on,
        fate=fate,
        code=content.taken if fate == Fate.TAKEN else content.declined,
        answered_on=timezone.localdate(),
        answered_by=by,
    )
    arrival.save(force_insert=True)
    return arrival


def returned(content: Content) -> Member | None:
    """Somebody who has been in this county before, with what the letter says of them now."""
    member = Member.objects.select_related("person").select_for_update(of=("self",)).filter(pk=content.member).first()
    if member is None:
        return None
    check_living(member)
    if open_ties(member, Bond.FORMAL):
        raise refuse(
            "already-here",
            "“{name}”已经在本县名册上，不能再接收一次。请核对是不是别人的介绍信；确实不用接收的，请退信。",
            "{name} is on this county's roster already and cannot be taken in again. Is this the right letter? If it "
            "is not needed, decline it.",
            place="file",
            name=member.person.name,
        )
    values = particulars_of(content)
    check_together(particulars(member) | values)
    check_number(values, content)
    write_changes(member, values)
    member.version += 1
    member.save(update_fields=["version"])
    return member


def newcomer(content: Content) -> Member:
    """The rows of somebody new, under the id that they have everywhere; the belonging follows."""
    values = particulars_of(content)
    check_together(values)
    check_number(values, content)
    person = Person.objects.filter(pk=content.member).first()
    rename(person, values["name"])
    new = NewMember(unit=0, on=content.on, person=person, id=content.member, **values)  # type: ignore[arg-type] # texts
    for row in rows_of(new):
        if not isinstance(row, Affiliation):
            row.save(force_insert=True)
    return Member.objects.select_related("person").get(pk=content.member)


def particulars_of(content: Content) -> dict[str, str]:
    """What the letter says, by this county's rules, without the columns that it does not keep."""
    site = Site.current()
    dropped = {field for field, column in KEPT_FOR.items() if not site.keeps(column)}
    said = {name: value for name, value in content.particulars.items() if name not in dropped}
    try:
        return checked({"name": "", "category": ""} | said, today=timezone.localdate())
    except (TypeError, Refusal) as error:
        raise unreadable(error) from error


def check_number(values: dict[str, str], content: Content) -> None:
    check_unheld(values.get(Secret.IDENTITY, ""), content.member)


def live_on(member: Member, content: Content) -> None:
    """What a life asks for goes on in the new place, as far as this county has words for it."""
    held = set(member.circumstances.filter(valid_to=None).values_list("kind", flat=True))
    for kind in known_kinds(TermCategory.CIRCUMSTANCE, tuple(content.circumstances)):
        if kind not in held:
            since = content.circumstances[kind]
            Circumstance.objects.create(member=member, kind=kind, since=since, valid_from=content.on)
    held = set(member.needs.on(content.on).values_list("kind", flat=True))
    for kind in known_kinds(TermCategory.NEED, content.needs):
        if kind not in held:
            Need.objects.create(member=member, kind=kind, valid_from=content.on)


def close_own(member: Member, entry: Entry) -> None:
    """Whoever comes back had arrived where this county had sent them, though nobody told."""
    for letter in Letter.objects.filter(member=member, fate=Fate.UNDER_WAY):
        close(letter, Fate.TAKEN)
        entry.touch("letter", [letter.pk])


def check_address(content: Content) -> None:
    site = Site.current()
    if content.to_code.casefold() != site.code.casefold():
        raise refuse(
            "wrong-county",
            "这封介绍信写给“{name}”（{theirs}），不是本县（{own}）。请交给那个县；代码写错的，请开信的县核对。",
            "This letter is for {name} ({theirs}), not for this county ({own}). Pass it on; if only the code is wrong, "
            "tell the county that wrote it.",
            place="file",
            name=content.to_name,
            theirs=content.to_code,
            own=site.code,
        )


def check_valid(content: Content) -> None:
    if timezone.localdate() > content.until:
        raise refuse(
            "letter-expired",
            "介绍信{until}已过期。请退信，把退信回执号告诉对方，由对方另开一封。",
            "The letter expired on {until}. Decline it, and tell the other county the code; they write a new one.",
            place="file",
            until=content.until,
        )


def unreadable(error: Exception) -> Refusal:
    """What the other county keeps and this one cannot read; why, where that is known."""
    why = error.text if isinstance(error, Refusal) else Text("有本县不认识的栏目。", "It has a field unknown here.")
    text = Text(
        f"介绍信里有一项本县读不了：{why.zh}请退信，由对方县更正后另开。",
        f"Something in the letter cannot be read here: {why.en} Decline it; the other county corrects it and writes "
        "a new one.",
    )
    return Refusal("letter-not-fitting", text, "file")


def digest_of(content: Content) -> str:
    return hashlib.sha256(content.as_text().encode()).hexdigest()
