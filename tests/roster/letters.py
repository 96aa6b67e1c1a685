"""Letters between this county (C0) and another one, which the tests play."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from qisong.org.models import new_id
from qisong.roster.letter import Content
from qisong.roster.models import Letter, Member
from qisong.roster.secrets import keyring
from qisong.roster.sending import place_of, send_member
from qisong.seals.sealing import unseal

MAY = date(2026, 5, 1)
THERE = {"to_code": "C9", "to_name": "白水县"}


def sent(member: Member, on: date = MAY) -> Letter:
    return send_member(by=None, member=member, on=on, **THERE)


def told(letter: Letter) -> Content:
    """What the letter says, as the other county reads it."""
    return Content.from_text(unseal(keyring(), letter.sealed, place=place_of(letter.pk)))


def letter_to_us(member: UUID | None = None, on: date = MAY, **said: Any) -> Content:
    """A letter of the other county about somebody."""
    content = Content(
        letter=new_id(),
        from_code="C9",
        from_name="白水县",
        to_code="C0",
        to_name="青山县委",
        on=on,
        until=timezone.localdate() + timedelta(days=90),
        member=member or new_id(),
        particulars={"name": "白露", "sex": "female", "born": "1970-08-08", "category": "full"},
        circumstances={},
        needs=(),
        taken="AAAA-BBBB-CCCC",
        declined="DDDD-EEEE-FFFF",
    )
    return replace(content, **said)
