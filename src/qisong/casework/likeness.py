"""What the county's own data may know of somebody who is looked for, told to those entitled to both sides.

Nothing here decides anything: it names where a person might ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from qisong.casework.models import Case
from qisong.ledger.models import Receipt
from qisong.org.scope import Scope
from qisong.roster.differing import dates_agree
from qisong.roster.models import ContactPerson, Household, Member, SealedIdentity
from qisong.roster.terms import Secret
from qisong.words.dates import PartialDate
from qisong.words.text import Text

MOST = 5  # of each sort: more would be a list of names, not a hint


@dataclass(frozen=True)
class Likeness:
    """``member``: somebody to ask, or who may be the same person; ``activity``: an act that knew them since."""

    text: Text
    member: UUID | None = None
    activity: UUID | None = None


def likely(scope: Scope, case: Case) -> list[Likeness]:
    """Nothing of whom the reader may not know by name, not even that there is something."""
    assert case.member is not None
    return [*namesakes(scope, case.member), *seen_since(scope, case), *close_to(scope, case.member)]


def namesakes(scope: Scope, member: Member) -> Iterator[Likeness]:
    """Others who bear the same name and may have been born the same day, or who share a sealed number."""
    others = Member.objects.within(scope).exclude(pk=member.pk).select_related("person")
    named = others.filter(person__name=member.person.name).order_by("pk")
    same = [one for one in named if not member.born or not one.born or dates_agree(one.born, member.born)]
    for one in same[:MOST]:
        yield Likeness(Text(f"同名的人：{one}", f"somebody of the same name: {one}"), one.pk)
    numbers = SealedIdentity.objects.filter(member=member, kind__in=(Secret.PHONE, Secret.IDENTITY))
    wanted = Q()
    for kind, index in numbers.values_list("kind", "index"):
        wanted |= Q(sealed__kind=kind, sealed__index=index)
    known = {one.pk for one in same}
    if wanted:
        for one in others.filter(wanted).exclude(pk__in=known).distinct().order_by("pk")[:MOST]:
            yield Likeness(Text(f"登记的号码相同：{one}", f"the same number is kept for {one}"), one.pk)


def seen_since(scope: Scope, case: Case) -> Iterator[Likeness]:
    """Acts since contact was lost that somebody recorded with this very member."""
    lost = case.tracing.lost_since
    after = PartialDate.from_text(lost).last if lost else case.opened_on
    receipts = Receipt.objects.within(scope).live().filter(member=case.member, on__gt=after, follows=None)
    for one in receipts.select_related("activity").order_by("-on", "pk")[:MOST]:
        said = Text(f"{one.on:%Y-%m-%d} 有一次活动登记了本人", f"an act of {one.on:%Y-%m-%d} was recorded with them")
        yield Likeness(said, activity=one.activity_id)


def close_to(scope: Scope, member: Member) -> Iterator[Likeness]:
    """Those of the same household, and members who named them as the person to ring or are named by them."""
    houses = Household.objects.on(scope.on).filter(Q(member=member) | Q(head=member))
    together = {pk for pair in houses.values_list("member", "head") for pk in pair}
    contacts = ContactPerson.objects.on(scope.on).filter(Q(member=member) | Q(helper=member))
    named = {pk for pair in contacts.values_list("member", "helper") for pk in pair if pk}
    people = Member.objects.within(scope).select_related("person").in_bulk((together | named) - {member.pk})
    for pk, one in sorted(people.items())[:MOST]:
        said = (
            Text("同住一户", "lives in the same household")
            if pk in together
            else Text("互为联系人", "a contact person")
        )
        yield Likeness(Text(f"{one}：{said.zh}", f"{one}: {said.en}"), pk)
