"""Proposals of attachment that wait for the reader's own unit, and those that came back to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import Q

from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.org.todos import Todo, register
from qisong.roster.models import Proposal
from qisong.roster.terms import Standing
from qisong.words.text import Text

COMING = Text("{n} 人说是住到这里的，请勾选确实在的：{unit}", "Said to live here, tick who does: {n}, {unit}")
CONSENT = Text("别的组织说我们有 {n} 人在他们那里：{unit}", "Another unit says that {n} of ours live there: {unit}")
REFUSED = Text("{n} 人被答复不在那里，请再联系：{unit}", "{n} are not where they were said to be: {unit}")
NOT_GIVEN = Text("{n} 人的组织没有同意挂靠：{unit}", "Their unit did not agree for {n}: {unit}")

# By how a proposal stands, and whether it is this unit where somebody is said to live.
TOLD = {
    (Standing.WAITING, True): (COMING, "desk:attached"),
    (Standing.WAITING, False): (CONSENT, "desk:away"),
    (Standing.DECLINED, False): (REFUSED, "desk:away"),
    (Standing.DECLINED, True): (NOT_GIVEN, "desk:attached"),
}


@register
def attachments_waiting(scope: Scope) -> Iterator[Todo]:
    """Only of the unit that the reader keeps first: higher levels look at them from the roster."""
    unit = scope.home
    if unit is None or not scope.allows(Right.ROSTER, unit):
        return
    waits = Q(asked=unit, standing=Standing.WAITING)
    came_back = Q(asking=unit, standing=Standing.DECLINED)
    rows = Proposal.objects.live().filter(waits | came_back).values_list("standing", "unit")
    counts = Counter((Standing(standing), receiving == unit.pk) for standing, receiving in rows)
    for kind, (text, page) in TOLD.items():
        if n := counts[kind]:
            yield Todo(text.format(n=n, unit=unit.name), page, (unit.pk,))
