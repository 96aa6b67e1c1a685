"""A member goes to another county: the letter that takes them there, and the answer that comes back.

Whoever is on a letter is on no roster of this county from its day on, and nothing but the other county's answer ends
the letter, so that nobody is ever in both. The file may be saved again and again: it is one letter.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from qisong.org import journal
from qisong.org.appointing import require_standing
from qisong.org.models import Site, UnitState, new_id
from qisong.roster.checking import check_day
from qisong.roster.editing import changing
from qisong.roster.letter import VALID, Content, told_of, written
from qisong.roster.models import Affiliation, Letter, Member
from qisong.roster.returning import checked_reason, reopen
from qisong.roster.secrets import keyring
from qisong.roster.signals import letter_written
from qisong.roster.terms import Bond, Fate, Leaving
from qisong.roster.ties import check_not_gone, gone_by_letter, leave, move, open_ties
from qisong.seals.passphrase import new_passphrase
from qisong.seals.sealing import seal, unseal
from qisong.words.digits import tidy
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.models import Account, Unit


def send_member(*, by: Account | None, member: Member, to_code: str, to_name: str, on: date) -> Letter:
    """From ``on`` the member belongs to the county ``to_code``, as soon as that takes the letter in."""
    check_day(on)
    to_code, to_name = checked_county(to_code, to_name)
    with changing("letter.sent", by=by, member=member) as (held, entry):
        check_not_gone([held.pk])
        ties = open_ties(held, Bond.FORMAL)
        if not ties:
            raise refuse("already-departed", "已经不在名册上。", "The member has left already.", place="member")
        content = written_about(held, to_code, to_name, on)
        leave(held, on, Leaving.LETTER)
        letter = Letter.objects.create(
            id=content.letter,
            member=held,
            unit_id=ties[0].unit_id,
            to_code=to_code,
            to_name=to_name,
            on=on,
            until=content.until,
            sent_on=timezone.localdate(),
            sent_by=by,
            sealed=seal(keyring(), content.as_text(), place=place_of(content.letter)),
            taken_digest=digest(content.taken),
            declined_digest=digest(content.declined),
        )
        entry.touch("letter", [letter.pk])
    return letter


def written_about(member: Member, to_code: str, to_name: str, on: date) -> Content:
    carried: dict[str, object] = {}
    letter_written.send(sender=None, member=member, on=on, carried=carried)
    return Content(
        letter=new_id(),
        to_code=to_code,
        to_name=to_name,
        on=on,
        until=timezone.localdate() + VALID,
        taken=new_passphrase(),
        declined=new_passphrase(),
        carried=carried,
        **told_of(member, on),
    )


def letter_file(*, by: Account | None, letter: Letter, passphrase: str) -> bytes:
    """The letter as a file that only ``passphrase`` opens; the same letter each time."""
    if letter.fate != Fate.UNDER_WAY:
        raise answered()
    file = written(unseal(keyring(), letter.sealed, place=place_of(letter.pk)), passphrase)
    with journal.verb("letter.saved", by=by, unit=letter.unit) as entry:
        entry.touch("letter", [letter.pk])
    return file


def answer_letter(*, by: Account | None, letter: Letter, code: str, unit: Unit | None = None) -> Letter:
    """Enter the code with which the other county answered. Declined, the member never left; should the unit they left
    stand no more, they are of ``unit`` since the letter's day. The same code again changes nothing.
    """
    fate = fate_of(letter, code)
    if letter.fate == fate:
        return letter
    with journal.verb("letter.answered", by=by, unit=letter.unit) as entry:
        return ended(letter, fate, unit, entry)


def recall_letter(*, by: Account | None, letter: Letter, reason: str, unit: Unit | None = None) -> Letter:
    """The member never left, by the word of a person who knows that no site has taken the letter in or ever will:
    it bears a code that no county has, or the other site is gone for good. Nothing proves that, so it needs a reason.
    """
    with journal.verb("letter.recalled", by=by, unit=letter.unit, reason=checked_reason(reason)) as entry:
        return ended(letter, Fate.DECLINED, unit, entry)


def ended(letter: Letter, fate: Fate, unit: Unit | None, entry: journal.Entry) -> Letter:
    held = Member.objects.select_for_update(of=("self",)).get(pk=letter.member_id)
    letter = Letter.objects.select_related("unit").get(pk=letter.pk)
    if letter.fate != Fate.UNDER_WAY:
        raise answered()
    close(letter, fate)
    entry.touch("letter", [letter.pk])
    entry.touch("member", [held.pk])
    if fate == Fate.DECLINED:
        come_back(held, letter, unit, entry)
    return letter


def close(letter: Letter, fate: Fate) -> None:
    """Nothing that it says of the person is kept any longer."""
    letter.fate, letter.answered_on, letter.sealed = fate, timezone.localdate(), ""
    letter.save(update_fields=["fate", "answered_on", "sealed"])


def come_back(held: Member, letter: Letter, unit: Unit | None, entry: journal.Entry) -> None:
    tie = gone_by_letter().select_related("unit").get(member=held)
    if UnitState.objects.on(timezone.localdate()).filter(unit=tie.unit).exists():
        reopen(held, tie, entry)
        return
    if unit is None:
        raise refuse(
            "unit-gone",
            "原来的组织“{unit}”已经不在了，请选择现在归哪个组织。",
            "{unit} stands no more; choose the unit to which the member belongs now.",
            place="unit",
            unit=tie.unit.name,
        )
    require_standing(unit, letter.on)
    Affiliation.objects.filter(pk=tie.pk).update(left_by=Leaving.TRANSFER)
    entry.touch("unit", move(held, unit, letter.on))


def fate_of(letter: Letter, code: str) -> Fate:
    """Which of its two answers this is, however it is written."""
    given = digest(tidy(code).upper())
    for kept, fate in ((letter.taken_digest, Fate.TAKEN), (letter.declined_digest, Fate.DECLINED)):
        if given == kept:
            return fate
    raise refuse(
        "code-wrong",
        "回执号不对。请与对方县核对：是不是这一封介绍信的回执，有没有抄错。",
        "This code answers no such letter. Ask the other county whether it belongs to this one, and compare it.",
        place="code",
    )


def checked_county(code: str, name: str) -> tuple[str, str]:
    code, name = tidy(code), tidy(name)
    if not code or not name or len(code) > 40 or len(name) > 100:
        raise refuse(
            "county-missing",
            "请写明转往哪个县：名称和代码。代码请向对方询问，必须与对方站点的代码一致。",
            "Name the county and its code. Ask there for the code; it must be the one of their site.",
            place="to_code",
        )
    if code.casefold() == Site.current().code.casefold():
        raise refuse(
            "own-county",
            "这是本县的代码。县内调动请用组织关系转接，不开介绍信。",
            "This is the code of this county. Within the county use a transfer, not a letter.",
            place="to_code",
        )
    return code, name


def digest(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest()


def place_of(letter: object) -> str:
    return f"roster_letter|sealed|{letter}"


def answered() -> Exception:
    return refuse(
        "letter-answered",
        "这封介绍信已经有回执，不能再用。",
        "This letter has been answered and is of no more use.",
        place="code",
    )
