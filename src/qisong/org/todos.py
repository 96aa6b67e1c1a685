"""What waits for somebody: every room registers a provider, doors show what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from qisong.org.scope import Scope
from qisong.words.text import Text


@dataclass(frozen=True)
class Todo:
    """What is to be done, the page where it is done, and by when, if by any day.

    ``query`` is what the page is asked for beyond its address, such as ``?bucket=overdue``; ``count`` says how many
    things one line stands for.
    """

    text: Text
    url_name: str
    url_args: tuple[object, ...] = ()
    due: date | None = None
    query: str = ""
    count: int = 1

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.url_args) + self.query


Provider = Callable[[Scope], Iterable[Todo]]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Ask ``provider`` from now on; rooms call this when they start. May stand above a function as a decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def withdraw(provider: Provider) -> None:
    _providers.remove(provider)


def todos_for(scope: Scope) -> list[Todo]:
    """What waits for whoever holds the scope: what is due first, then what has no day, as the providers gave it."""
    found = [todo for provider in _providers for todo in provider(scope)]
    return sorted(found, key=lambda todo: todo.due or date.max)
