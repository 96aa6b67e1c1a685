"""What happens on the roster, as far as a search must follow it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.utils import timezone

from qisong.casework.models import Case
from qisong.casework.stepping import stepping
from qisong.casework.terms import Kind, Move
from qisong.roster.models import Affiliation
from qisong.roster.signals import belonging_changed
from qisong.roster.terms import Bond
from qisong.words.text import Text

LEFT = Text("名册记：已不在本县名册上", "the roster of this county holds the member no more")


@receiver(belonging_changed, dispatch_uid="casework.belonging_changed")
def follow(*, members: Collection[UUID], **_: Any) -> None:
    """Whoever is looked for is looked for by the unit where they belong; nobody goes on asking for the dead, or for
    somebody who is another county's.
    """
    searches = Case.objects.filter(kind=Kind.TRACING, member__in=members, ended_on=None)
    for case in searches.select_related("unit"):
        tie = Affiliation.objects.filter(member=case.member_id, bond=Bond.FORMAL, valid_to=None).first()
        if tie is None:
            with stepping(by=None, case=case, move=Move.WITHDRAW, on=timezone.localdate(), reason=LEFT.both):
                pass
        elif tie.unit_id != case.unit_id:
            with stepping(by=None, case=case, move=Move.FOLLOW, on=timezone.localdate()) as step:
                step.case.unit_id = tie.unit_id
