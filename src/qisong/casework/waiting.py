"""What cases ask of somebody: those that nobody has, those due soon or overdue, those that wait for their word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min, Q

from qisong.casework.deadlines import SOON
from qisong.casework.models import Case
from qisong.casework.queues import awaiting, unsearched
from qisong.casework.terms import WAITING, Kind, State
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.org.todos import Todo, register
from qisong.org.words import worded
from qisong.words.text import Text

MINE_OVERDUE = Text("我负责的事项已超过期限：{n} 件", "Cases of yours are overdue: {n}")
MINE_SOON = Text("我负责的事项 10 天内到期：{n} 件", "Cases of yours are due within 10 days: {n}")
TO_VERIFY = Text("等核实销号：{n} 件", "Cases wait to be verified: {n}")
UNASSIGNED = Text("还没有分派的事项：{n} 件", "Cases that nobody has: {n}")


@register
def own_cases(scope: Scope) -> Iterator[Todo]:
    """Of whoever is responsible, wherever the case is."""
    if scope.account is None:
        return
    mine = Case.objects.within(scope).alive().filter(owner=scope.account.person_id).exclude(state__in=WAITING)
    until = scope.on + timedelta(days=SOON)
    found = mine.aggregate(
        late=Count("pk", filter=Q(due_on__lt=scope.on)),
        first_late=Min("due_on", filter=Q(due_on__lt=scope.on)),
        soon=Count("pk", filter=Q(due_on__gte=scope.on, due_on__lte=until)),
        first_soon=Min("due_on", filter=Q(due_on__gte=scope.on, due_on__lte=until)),
    )
    if found["late"]:
        yield Todo(MINE_OVERDUE.format(n=found["late"]), "desk:my-cases", due=found["first_late"])
    if found["soon"]:
        yield Todo(MINE_SOON.format(n=found["soon"]), "desk:my-cases", due=found["first_soon"])


@register
def cases_to_verify(scope: Scope) -> Iterator[Todo]:
    """Those that name the reader, and those of the reader's units that name nobody."""
    n = awaiting(scope).count()
    if n:
        yield Todo(TO_VERIFY.format(n=n), "desk:my-cases")


@register
def unassigned_cases(scope: Scope) -> Iterator[Todo]:
    if scope.home is None or not scope.allows(Right.CASES, scope.home):
        return
    n = Case.objects.within(scope).filter(state=State.OPEN).exclude(kind=Kind.PERSONAL).count()
    if n:
        yield Todo(UNASSIGNED.format(n=n), "desk:unit-cases", (scope.home.pk,))


@register
def members_not_looked_for(scope: Scope) -> Iterator[Todo]:
    if scope.home is None or not scope.allows(Right.CASES, scope.home):
        return
    n = unsearched(scope, scope.home.pk).count()
    if n:
        said = worded(
            "还没有立案查找的失联{members}：{{n}} 人",
            "{members} lost from sight, not looked for yet: {{n}}",
            members="members",
        )
        yield Todo(said.format(n=n), "desk:unsearched", (scope.home.pk,))
