"""Numbers that identify a person or a door: kept sealed, found by a blind index, shown as a mask.

Nothing here is opened for a person except by ``open_secret``, which asks for a reason and tells the journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from qisong.org import journal
from qisong.roster.models import Affiliation, Member, SealedIdentity
from qisong.roster.terms import Bond, Secret
from qisong.seals.blind import blind_index
from qisong.seals.keys import Keyring
from qisong.seals.sealing import seal, unseal
from qisong.words.identity import mask_identity, mask_phone
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.models import Account, Unit

# A house number has nothing that could be shown without telling the door.
HOUSE_MASK = "***"


def open_secret(*, by: Account | None, member: Member, kind: Secret, reason: str) -> str:
    """The value itself, for somebody who says what for; "" if none is kept. Every opening is journalled."""
    if not reason.strip():
        raise refuse(
            "reason-missing",
            "请写明查看完整号码的理由。",
            "Say why the whole number is needed.",
            place="reason",
        )
    with journal.verb("secret.opened", by=by, unit=unit_of(member), reason=reason.strip()) as entry:
        entry.touch("member", [member.pk])
        entry.touch("secret", [kind])
        row = member.sealed.filter(kind=kind).first()
        return unsealed(row) if row else ""


def mask_of(member: Member, kind: Secret) -> str:
    """What may be shown of a kept value; "" if none is kept."""
    return next((row.mask for row in member.sealed.all() if row.kind == kind), "")


def mask(kind: Secret, value: str) -> str:
    if kind == Secret.HOUSE:
        return HOUSE_MASK if value else ""
    return mask_identity(value) if kind == Secret.IDENTITY else mask_phone(value)


def sealed_row(member: UUID, kind: Secret, value: str) -> SealedIdentity:
    """The row that keeps ``value``, already normalised, for one member; not yet written."""
    return SealedIdentity(
        member_id=member,
        kind=kind,
        sealed=seal(keyring(), value, place=place_of(member, kind)),
        index=index_of(kind, value),
        mask=mask(kind, value),
    )


def unsealed(row: SealedIdentity) -> str:
    return unseal(keyring(), row.sealed, place=place_of(row.member_id, Secret(row.kind)))


def index_of(kind: Secret, value: str) -> str:
    """Equal for equal normalised values of one kind; says nothing else about them."""
    return blind_index(keyring(), value, purpose=f"roster_sealedidentity|{kind}")


def holder_of(kind: Secret, value: str) -> UUID | None:
    """The member for whom this value is kept."""
    found = SealedIdentity.objects.filter(kind=kind, index=index_of(kind, value))
    return found.values_list("member_id", flat=True).first()


def place_of(member: UUID, kind: Secret) -> str:
    return f"roster_sealedidentity|{kind}|{member}"


def keyring() -> Keyring:
    return Keyring.of(settings.DATA_DIR)


def unit_of(member: Member) -> Unit | None:
    """Whose journal tells of the member: the unit of the open formal affiliation."""
    tie = Affiliation.objects.filter(member=member, bond=Bond.FORMAL, valid_to=None).select_related("unit").first()
    return tie.unit if tie else None
