"""What the county itself may know of a member who is looked for, told only to whoever may know both sides.

A person decides what it means; nothing is joined or changed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from qisong.casework.models import Case
from qisong.ledger.models import Activity, Receipt
from qisong.roster.differing import dates_agree
from qisong.roster.models import Affiliation, Circumstance, ContactPerson, Household, Member, Proposal, SealedIdentity
from qisong.roster.terms import OUT_OF_CONTACT, Bond, Secret, Standing
from qisong.words.dates import PartialDate
from qisong.words.text import Text

if TYPE_CHECKING:
    from qisong.org.scope import Scope

SHOWN = 5  # of acts: the latest say enough
SAME_NAME = Text("姓名相同，出生日期相符", "the same name, and a date of birth that agrees")
SAME_SECRET = {
    Secret.IDENTITY: Text("证件号码相同", "the same identity number"),
    Secret.PHONE: Text("手机号码相同", "the same telephone number"),
}
PRESENT = Text("{on} 登记为到场", "recorded as present on {on}")
RECEIVED = Text("{on} 登记为已收到", "recorded as having received something on {on}")
LIVES_AT = Text("有人提出：本人现住“{unit}”，还没有答复", "said to live where {unit} is; not answered yet")
ATTACHED = Text("同时编入“{unit}”", "joins the sheets of {unit}")
HELPER = Text("是本人的联系人", "is the member's contact person")
HELPED = Text("名册上以本人为联系人", "names the member as their contact person")
TOGETHER = Text("与本人同住一户", "lives in the same household")
NAMED = Text("名册上的联系人：{name}", "contact person on the roster: {name}")


@dataclass(frozen=True)
class Likeness:
    """Why to look there, and where: another member, or an act on ``on``."""

    why: Text
    member: Member | None = None
    act: Activity | None = None
    on: date | None = None


def likely(scope: Scope, case: Case) -> list[Likeness]:
    """Possible matches for a search. What the reader may not know leaves no trace, not even a number."""
    member = Member.objects.within(scope).select_related("person").filter(pk=case.member_id).first()
    if member is None or not Case.objects.within(scope).filter(pk=case.pk).exists():
        return []
    return [
        *twins(scope, member),
        *acts_since(scope, case, member),
        *belonging_said(scope, member),
        *acquaintances(scope, member),
    ]


def same_numbers(member: Member) -> set[tuple[object, Secret]]:
    own = SealedIdentity.objects.filter(member=member, kind__in=SAME_SECRET).exclude(index="")
    same = Q(pk__in=())
    for kind, index in own.values_list("kind", "index"):
        same |= Q(kind=kind, index=index)
    rows = SealedIdentity.objects.filter(same).exclude(member=member).values_list("member", "kind")
    return {(other, Secret(kind)) for other, kind in rows}


def twins(scope: Scope, member: Member) -> Iterator[Likeness]:
    numbers = same_numbers(member)
    alike = Q(person__name=member.person.name) | Q(pk__in=[pk for pk, _kind in numbers])
    others = Member.objects.within(scope).exclude(pk=member.pk).filter(alike)
    for other in others.select_related("person").order_by("pk"):
        for kind, why in SAME_SECRET.items():
            if (other.pk, kind) in numbers:
                yield Likeness(why, other)
        if other.person.name == member.person.name and dates_agree(other.born, member.born):
            yield Likeness(SAME_NAME, other)


def acts_since(scope: Scope, case: Case, member: Member) -> Iterator[Likeness]:
    """An act on a later day that counts the member as present, or as having got something."""
    rows = Receipt.objects.within(scope).live().filter(member=member, on__gt=lost_on(case, member))
    for row in rows.select_related("activity").order_by("-on", "pk")[:SHOWN]:
        why = PRESENT if row.item_id is None else RECEIVED
        yield Likeness(why.format(on=row.on), act=row.activity, on=row.on)


def lost_on(case: Case, member: Member) -> date:
    """The last day on which contact may still have held, as far as the search or the roster says."""
    if case.tracing.lost_since:
        return min(PartialDate.from_text(case.tracing.lost_since).last, case.opened_on)
    said = Circumstance.objects.filter(member=member, kind=OUT_OF_CONTACT, valid_to=None).first()
    return min(said.valid_from, case.opened_on) if said else case.opened_on


def belonging_said(scope: Scope, member: Member) -> Iterator[Likeness]:
    asked = Proposal.objects.within(scope).live().filter(member=member, standing=Standing.WAITING)
    for proposal in asked.select_related("unit").order_by("pk"):
        yield Likeness(LIVES_AT.format(unit=proposal.unit.name), on=proposal.proposed_on)
    ties = Affiliation.objects.within(scope).on(scope.on).filter(member=member, bond=Bond.ATTACHED)
    for tie in ties.select_related("unit").order_by("pk"):
        yield Likeness(ATTACHED.format(unit=tie.unit.name), on=tie.valid_from)


def acquaintances(scope: Scope, member: Member) -> Iterator[Likeness]:
    """Who would know them: contact people both ways, and whoever lives with them."""
    rings = ContactPerson.objects.on(scope.on).filter(Q(member=member) | Q(helper=member)).order_by("pk")
    pairs = [
        (HELPED, ring.member_id) if ring.helper_id == member.pk else (HELPER, ring.helper_id)
        for ring in rings
        if ring.helper_id is not None
    ]
    own = Household.objects.standing(scope.on)
    head = own.filter(member=member).values_list("head", flat=True).first() or member.pk
    housed = own.filter(head=head).values_list("member", "head")
    pairs += [(TOGETHER, one) for one in sorted({one for row in housed for one in row}) if one != member.pk]
    known = Member.objects.within(scope).select_related("person").in_bulk([one for _why, one in pairs])
    yield from (Likeness(why, known[one]) for why, one in pairs if one in known)
    for ring in rings:
        if ring.helper_id is None and ring.name:
            yield Likeness(NAMED.format(name=ring.name))
