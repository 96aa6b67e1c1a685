"""What waits for the reader, by its day, with the working days that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qisong.desk.templatetags.desk import day, short_day
from qisong.org.digest import Digest, digest_for, number
from qisong.org.scope import Scope
from qisong.org.todos import Todo
from qisong.words.text import Text
from qisong.words.workdays import holidays_known, workdays_between


@dataclass(frozen=True)
class Line:
    text: Text
    url: str
    count: int
    when: str


@dataclass(frozen=True)
class Group:
    heading: str | Promise
    lines: Sequence[Line]


@dataclass(frozen=True)
class TodayPage:
    answer: str
    groups: Sequence[Group]
    guessed: int | None  # the first year concerned whose holidays nobody has announced


def today_page(scope: Scope) -> TodayPage:
    digest = digest_for(scope, scope.on)
    parts = [
        (_("Overdue"), digest.overdue),
        (_("Due today"), digest.due_today),
        (_("Within ten days"), digest.soon),
        (_("Later"), digest.later),
        (_("Without a day"), digest.undated),
    ]
    groups = [Group(heading, [line(todo, scope.on) for todo in todos]) for heading, todos in parts if todos]
    return TodayPage(answer(digest), groups, guessed_year(digest))


def answer(digest: Digest) -> str:
    said = []
    if overdue := number(digest.overdue):
        said.append(_("{n} overdue").format(n=overdue))
    if now := number(digest.due_today):
        said.append(_("{n} due today").format(n=now))
    if soon := number(digest.soon):
        said.append(_("{n} within ten days").format(n=soon))
    return _(", ").join(said) or _("Nothing is due within ten days.")


def line(todo: Todo, today: date) -> Line:
    return Line(todo.text, todo.url, todo.count, when(todo.due, today) if todo.due else "")


def when(due: date, today: date) -> str:
    shown = short_day(due) if due.year == today.year else day(due)
    days = workdays_between(today, due)
    if due < today:
        past = ngettext("{n} working day ago", "{n} working days ago", -days).format(n=-days)
        return _("was due by {day}, {past}").format(day=shown, past=past)
    if due == today:
        return ""
    left = ngettext("{n} working day left", "{n} working days left", days).format(n=days)
    return _("by {day}, {left}").format(day=shown, left=left)


def guessed_year(digest: Digest) -> int | None:
    return next((todo.due.year for todo in digest.dated if todo.due and not holidays_known(todo.due)), None)
