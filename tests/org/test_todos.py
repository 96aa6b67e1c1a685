from collections.abc import Iterator
from datetime import date

import pytest

from qisong.org import todos
from qisong.org.scope import Scope
from qisong.org.todos import Todo, register, todos_for, withdraw
from qisong.words.text import Text

TODAY = date(2026, 6, 1)


def todo(name: str, due: date | None = None) -> Todo:
    return Todo(Text(name, name), "desk:home", (), due)


def stock(scope: Scope) -> list[Todo]:
    return [todo("盘点"), todo("领取", date(2026, 6, 9))]


def visits(scope: Scope) -> list[Todo]:
    return [todo(f"走访 {scope.on}", date(2026, 6, 3))]


@pytest.fixture(autouse=True)
def _providers() -> Iterator[None]:
    others = list(todos._providers)
    todos._providers.clear()
    yield
    todos._providers[:] = others


def test_what_is_due_first_comes_first() -> None:
    register(stock)
    register(visits)
    found = todos_for(Scope(account=None, on=TODAY))
    assert [one.text.zh for one in found] == ["走访 2026-06-01", "领取", "盘点"]


def test_provider_registered_twice_is_asked_once() -> None:
    register(visits)
    register(visits)
    assert len(todos_for(Scope(account=None, on=TODAY))) == 1


def test_withdrawn_provider_is_not_asked() -> None:
    register(visits)
    withdraw(visits)
    assert todos_for(Scope(account=None, on=TODAY)) == []
