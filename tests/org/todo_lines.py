"""To-dos made up for a test, in place of those that the rooms provide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from qisong.org import todos
from qisong.org.models import Account
from qisong.org.scope import Scope
from qisong.org.todos import Todo
from qisong.words.text import Text


def todo(name: str, due: date | None = None, count: int = 1) -> Todo:
    return Todo(Text(name, name), "desk:home", due=due, count=count)


@contextmanager
def only(*lines: Todo, of: Account | None = None) -> Iterator[None]:
    """Nothing waits but these lines, and if ``of`` is told, for that account alone."""

    def provide(scope: Scope) -> list[Todo]:
        return list(lines) if of is None or scope.account == of else []

    others = list(todos._providers)
    todos._providers[:] = [provide]
    try:
        yield
    finally:
        todos._providers[:] = others
