"""Who may be rung for a member: a name, how they belong together, and a number that is sealed like every other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from qisong.org import journal
from qisong.org.models import Account
from qisong.roster.checking import check_sealed, says_too_much
from qisong.roster.models import ContactPerson
from qisong.roster.secrets import keyring, mask, unit_of
from qisong.roster.terms import Secret
from qisong.seals.sealing import seal, unseal
from qisong.sheets.columns import is_null
from qisong.words.digits import tidy, tidy_name
from qisong.words.text import Refusal, refuse

LONGEST = {"contact": 60, "relation": 30}


@dataclass(frozen=True)
class Contact:
    """``phone`` is a whole number, or the mask of the one that is kept, which leaves that as it is."""

    name: str = ""
    relation: str = ""
    phone: str = ""


def shown_contact(kept: ContactPerson | None) -> Contact:
    return Contact(kept.called, kept.relation, kept.mask) if kept else Contact()


def checked_contact(given: Contact, before: Contact) -> tuple[Contact, list[Refusal]]:
    """As it is kept, and what cannot be."""
    wrong: list[Refusal] = []
    name = "" if is_null(given.name.strip()) else tidy_name(given.name)
    relation = "" if is_null(given.relation.strip()) else tidy(given.relation)
    phone = given.phone.strip()
    if phone != before.phone:
        try:
            phone = check_sealed(phone, "phone", timezone.localdate())
        except Refusal as refusal:
            wrong.append(refusal)
    if (relation or phone) and not name:
        wrong.append(
            refuse("name-missing", "请写明是谁。", "Say who it is.", place="contact"),
        )
    for place, text in (("contact", name), ("relation", relation)):
        wrong += wrong_text(place, text)
    return Contact(name, relation, phone), wrong


def wrong_text(place: str, text: str) -> list[Refusal]:
    if len(text) > LONGEST[place]:
        return [
            refuse(
                "too-long",
                "太长了，最多 {n} 个字。",
                "Too long; at most {n} characters.",
                place=place,
                n=LONGEST[place],
            )
        ]
    if says_too_much(text):
        return [
            refuse(
                "health-or-faith",
                "这里不记病情和信仰，只写是什么关系，例如“邻居”。",
                "Neither illness nor faith is kept here; write only how they belong together, such as “neighbour”.",
                place=place,
            )
        ]
    return []


def contact_row(member: UUID, contact: Contact, held: ContactPerson | None, on: date) -> ContactPerson:
    """The row to write; a mask stands for the number that ``held`` keeps."""
    row = ContactPerson(member_id=member, relation=contact.relation, valid_from=on)
    if held and held.helper and held.helper.person.name == contact.name:
        row.helper = held.helper
    else:
        row.name = contact.name
    number = number_of(held) if held and contact.phone == held.mask else contact.phone
    if number:
        row.sealed, row.mask = seal(keyring(), number, place=place_of(row)), mask(Secret.PHONE, number)
    return row


def open_contact_number(*, by: Account | None, contact: ContactPerson, reason: str) -> str:
    """The whole number, for somebody who says what for; the journal is told."""
    if not reason.strip():
        raise refuse(
            "reason-missing", "请写明查看完整号码的理由。", "Say why the whole number is needed.", place="reason"
        )
    with journal.verb("secret.opened", by=by, unit=unit_of(contact.member), reason=reason.strip()) as entry:
        entry.touch("member", [contact.member_id])
        entry.touch("secret", ["contact-phone"])
        return number_of(contact)


def number_of(contact: ContactPerson) -> str:
    return unseal(keyring(), contact.sealed, place=place_of(contact)) if contact.sealed else ""


def place_of(contact: ContactPerson) -> str:
    return f"roster_contactperson|phone|{contact.pk}"
