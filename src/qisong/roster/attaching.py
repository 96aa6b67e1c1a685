"""Members who live elsewhere: one unit says where, the other ticks who really is there. Nobody is attached by default.

The formal unit may propose, or the unit where somebody lives may ask; whoever did not begin answers. Totals stay with
the formal affiliation.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from qisong.org import journal
from qisong.org.appointing import require_standing
from qisong.org.models import Unit
from qisong.roster.checking import check_day
from qisong.roster.editing import detach_member
from qisong.roster.models import Affiliation, Member, Proposal
from qisong.roster.terms import Bond, Standing
from qisong.words.digits import tidy_name
from qisong.words.text import Refusal, refuse

if TYPE_CHECKING:
    from qisong.org.models import Account


def propose_attachments(*, by: Account | None, home: Unit, members: Collection[UUID], to: int) -> int:
    """``home`` says that these of its members live where the unit ``to`` is; how many were proposed.

    Whoever is attached there, or proposed already, is passed over.
    """
    with journal.verb("attachments.proposed", by=by, unit=home) as entry:
        unit, today = Unit.objects.get(pk=to), timezone.localdate()
        require_standing(unit, today)
        if unit.pk == home.pk:
            raise refuse("same-unit", "请选另一个组织。", "Choose another unit.", place="to")
        own = Affiliation.objects.filter(unit=home, bond=Bond.FORMAL, valid_to=None, member__in=members)
        wanted = set(own.values_list("member", flat=True)) - known_at(unit, members)
        if not wanted:
            raise refuse(
                "nobody-new",
                "勾选的人都已经在那里，或已经提过、还在等答复。",
                "All of those ticked are there already, or wait for an answer.",
                place="ticked",
            )
        made = [
            Proposal(member_id=pk, home=home, unit=unit, asking=home, asked=unit, proposed_on=today)
            for pk in sorted(wanted)
        ]
        Proposal.objects.bulk_create(made)
        entry.touch("member", sorted(wanted))
        entry.touch("unit", [home.pk, unit.pk])
    return len(wanted)


def seek_member(*, by: Account | None, unit: Unit, name: str, born: str) -> bool:
    """``unit`` asks for somebody of another unit by the full name and the month of birth (``1958-03``).

    Whether one was found is all it learns; that it looked is told to the journal either way.
    """
    with journal.verb("attachment.sought", by=by, unit=unit) as entry:
        require_standing(unit, timezone.localdate())
        ties = Affiliation.objects.filter(
            bond=Bond.FORMAL,
            valid_to=None,
            member__died_on=None,
            member__person__name=tidy_name(name),
            member__born__startswith=born,
        ).exclude(unit=unit)
        found = list(ties.select_related("unit")[:2])
        if len(found) != 1:
            return False
        [tie] = found
        if not known_at(unit, [tie.member_id]):
            Proposal.objects.create(
                member_id=tie.member_id,
                home=tie.unit,
                unit=unit,
                asking=unit,
                asked=tie.unit,
                proposed_on=timezone.localdate(),
            )
        entry.touch("member", [tie.member_id])
    return True


def agree(*, by: Account | None, asked: Unit, proposals: Collection[int], on: date) -> int:
    """These are there: from ``on`` their names stand on the sheets of the unit where they live."""
    check_day(on)
    with journal.verb("attachments.agreed", by=by, unit=asked) as entry:
        rows = held(Proposal.objects.waiting_for(asked.pk).filter(pk__in=proposals), proposals)
        for unit in {row.unit_id: row.unit for row in rows}.values():
            require_standing(unit, on)
        for row in rows:
            if not row.member.affiliations.filter(unit=row.unit, valid_to=None).exists():
                row.member.affiliations.create(unit=row.unit, bond=Bond.ATTACHED, valid_from=on)
        members = settle(rows, Standing.AGREED)
        Member.objects.filter(pk__in=members).update(version=F("version") + 1)
        entry.touch("member", members)
        entry.touch("unit", sorted({row.unit_id for row in rows}))
    return len(rows)


def decline(*, by: Account | None, asked: Unit, proposals: Collection[int]) -> int:
    """These are not there, or are not to be attached: it goes back to whoever proposed it."""
    with journal.verb("attachments.declined", by=by, unit=asked) as entry:
        rows = held(Proposal.objects.waiting_for(asked.pk).filter(pk__in=proposals), proposals)
        entry.touch("member", settle(rows, Standing.DECLINED))
    return len(rows)


def take_note(*, by: Account | None, asking: Unit, proposals: Collection[int]) -> int:
    """Whoever proposed has read that these were declined."""
    with journal.verb("attachments.noted", by=by, unit=asking) as entry:
        rows = held(Proposal.objects.declined_to(asking.pk).filter(pk__in=proposals), proposals)
        entry.touch("member", settle(rows, Standing.CLOSED))
    return len(rows)


@transaction.atomic
def end_attachments(*, by: Account | None, unit: Unit, members: Collection[UUID], on: date) -> int:
    """These have left the place where ``unit`` is."""
    if not members:
        raise nobody()
    for member in Member.objects.filter(pk__in=members).order_by("pk"):
        detach_member(by=by, member=member, unit=unit, on=on)
    return len(members)


def known_at(unit: Unit, members: Collection[UUID]) -> set[UUID]:
    """Those of ``members`` who belong to the unit, or about whom it or their own is asked already."""
    there = Affiliation.objects.filter(unit=unit, valid_to=None, member__in=members).values_list("member", flat=True)
    waiting = Proposal.objects.filter(unit=unit, standing=Standing.WAITING, member__in=members)
    return set(there) | set(waiting.values_list("member", flat=True))


def held(rows: QuerySet[Proposal], asked_for: Collection[int]) -> list[Proposal]:
    """The rows, held against others meanwhile; refuses when some are no longer as the reader saw them."""
    found = list(rows.select_related("unit", "member").order_by("pk").select_for_update(of=("self",)))
    if not asked_for:
        raise nobody()
    if len(found) != len(set(asked_for)):
        raise refuse(
            "changed-meanwhile",
            "名单刚才变了，请重新打开再勾选。",
            "The list has just changed. Open it again, then tick.",
            place="ticked",
        )
    return found


def settle(rows: Collection[Proposal], standing: Standing) -> list[UUID]:
    """How they stand from now on; whose they are."""
    Proposal.objects.filter(pk__in=[row.pk for row in rows]).update(standing=standing)
    return [row.member_id for row in rows]


def nobody() -> Refusal:
    return refuse("nobody-chosen", "请先勾选人。", "Tick somebody first.", place="ticked")
