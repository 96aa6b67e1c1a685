"""Suggestions that wait for an answer, and the erasing of those whose time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone

from qisong.org import schedule, todos
from qisong.org.models import Suggestion
from qisong.org.scope import Scope
from qisong.org.suggesting import forget_answered
from qisong.org.terms import Right
from qisong.words.text import Text

WAITING = Text(
    "{n} 条意见建议等答复，最早的已等 {days} 天",
    "{n} suggestions wait for an answer, the oldest for {days} days",
)


@todos.register
def suggestions_waiting(scope: Scope) -> Iterator[todos.Todo]:
    if not scope.allows(Right.SUGGESTIONS):
        return
    found = Suggestion.objects.within(scope).waiting().aggregate(n=Count("pk"), oldest=Min("on"))
    if found["n"]:
        days = (scope.on - found["oldest"]).days
        yield todos.Todo(WAITING.format(n=found["n"], days=days), "desk:suggestion-inbox")


def forget_suggestions(now: datetime) -> None:
    forget_answered(timezone.localdate(now))


schedule.register("org.suggestions", 24 * 60, forget_suggestions)
