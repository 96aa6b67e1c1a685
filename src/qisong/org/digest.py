"""What waits for somebody, by its day: the page, the calendar and the e-mail all read this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qisong.org.scope import Scope
from qisong.org.todos import Todo, todos_for

SOON = timedelta(days=10)


@dataclass(frozen=True)
class Digest:
    today: date
    overdue: Sequence[Todo]
    due_today: Sequence[Todo]
    soon: Sequence[Todo]
    later: Sequence[Todo]
    undated: Sequence[Todo]

    @property
    def pressing(self) -> Sequence[Todo]:
        """Overdue, or due within ten days."""
        return [*self.overdue, *self.due_today, *self.soon]

    @property
    def dated(self) -> Sequence[Todo]:
        return [*self.pressing, *self.later]


def digest_for(scope: Scope, today: date) -> Digest:
    todos = todos_for(scope)
    dated = [(todo, todo.due) for todo in todos if todo.due]
    return Digest(
        today,
        overdue=[todo for todo, due in dated if due < today],
        due_today=[todo for todo, due in dated if due == today],
        soon=[todo for todo, due in dated if today < due <= today + SOON],
        later=[todo for todo, due in dated if due > today + SOON],
        undated=[todo for todo in todos if todo.due is None],
    )


def number(todos: Sequence[Todo]) -> int:
    """Of the things that the lines stand for."""
    return sum(todo.count for todo in todos)


def number_by_day(todos: Sequence[Todo]) -> list[tuple[date, int]]:
    """How many are due on each day, the earliest day first."""
    found: Counter[date] = Counter()
    for todo in todos:
        if todo.due:
            found[todo.due] += todo.count
    return sorted(found.items())
