"""The county's own words: labels of kinds, traits, roles, channels … and the words on screen.

Terms are few and read on every page, so they are read once a request (or task) and kept until the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.signals import request_started
from django.db.models.signals import post_delete, post_save
from django_tasks.signals import task_started

from qisong.org.models import Term
from qisong.org.terms import TermCategory
from qisong.words.digits import compact
from qisong.words.text import Text

_kept: dict[str, dict[str, Term]] = {}


def forget(**_signal: Any) -> None:
    """Read the terms anew at the next question."""
    global _kept  # noqa: PLW0603 - see table()
    _kept = {}


request_started.connect(forget, dispatch_uid="org.words")
task_started.connect(forget, dispatch_uid="org.words")
post_save.connect(forget, sender=Term, dispatch_uid="org.words")
post_delete.connect(forget, sender=Term, dispatch_uid="org.words")


def table() -> dict[str, dict[str, Term]]:
    """Category → code → term, each category in its own order."""
    global _kept  # noqa: PLW0603 - replaced whole, so that another thread never meets half of it
    found = _kept
    if not found:
        found = {}
        for term in Term.objects.all():
            found.setdefault(term.category, {})[term.code] = term
        _kept = found
    return found


def terms(category: TermCategory) -> list[Term]:
    """The terms of a category in the county's order."""
    return list(table().get(category, {}).values())


def term_of(category: TermCategory, code: str) -> Term | None:
    return table().get(category, {}).get(code)


def label(category: TermCategory, code: str) -> str:
    """What a code is called in the current language; a code that the county no longer lists shows as itself."""
    term = term_of(category, code)
    return str(term) if term else code


def word(code: str) -> str:
    """A word on screen in the current language."""
    return label(TermCategory.WORD, code)


def text_of(category: TermCategory, code: str) -> Text:
    """What a code is called in both languages."""
    term = term_of(category, code)
    return Text(term.zh, term.en) if term else Text(code, code)


def worded(zh: str, en: str, **words: str) -> Text:
    """A message in whose places stand words on screen: ``worded("已是{full}。", "…", full="full")``."""
    found = {place: text_of(TermCategory.WORD, code) for place, code in words.items()}
    return Text(
        zh.format(**{place: text.zh for place, text in found.items()}),
        en.format(**{place: text.en for place, text in found.items()}),
    )


def find_term(category: TermCategory, text: str) -> Term | None:
    """The term that a person means by a label in either language, an alias or the code itself."""
    wanted = compact(text).casefold()
    return next((term for term in terms(category) if wanted in spellings(term)), None)


def spellings(term: Term) -> Iterator[str]:
    for spelling in (term.code, term.zh, term.en, *term.data.get("aliases", [])):
        yield compact(spelling).casefold()
