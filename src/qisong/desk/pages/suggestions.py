"""Suggestions: the box that is open to all, the answer read by a code, and the office's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qisong.desk.forms import DeskForm, PlainField
from qisong.desk.tables import Cell, Column, Mark, Row, Table, page_of
from qisong.desk.templatetags.desk import day
from qisong.org.models import Account, Suggestion
from qisong.org.scope import Scope
from qisong.org.suggesting import LONGEST, LONGEST_LINE, Opened, opened

BOX = forms.Textarea(attrs={"rows": 8})


class BoxForm(DeskForm):
    """One box and nothing that must be told; whoever has signed in may sign with their name, and need not."""

    text = forms.CharField(label=gettext_lazy("What do you want to say?"), max_length=LONGEST, widget=BOX)
    about = PlainField(label=gettext_lazy("About which unit"), required=False, max_length=LONGEST_LINE)
    name = PlainField(label=gettext_lazy("Your name"), required=False, max_length=LONGEST_LINE)
    reach = PlainField(label=gettext_lazy("How to reach you"), required=False, max_length=LONGEST_LINE)
    signed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, account: Account | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        for name in ("text", "about", "name", "reach"):
            self.fields[name].error_messages["max_length"] = _("Too long; at most %(limit_value)d characters.")
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if account is None:
            del self.fields["signed"]
        else:
            self.fields["signed"].label = _("Signed with my name: {name}").format(name=account.person.name)

    def told(self) -> dict[str, str]:
        told: dict[str, str] = {field: self.value(field) for field in ("text", "about", "name", "reach")}
        if self.account and self.cleaned_data.get("signed"):
            told["name"] = self.account.person.name
        return told


class CodeForm(DeskForm):
    code = PlainField(label=gettext_lazy("Your code"), max_length=40)


class AnswerForm(DeskForm):
    answer = forms.CharField(label=gettext_lazy("Our answer"), max_length=LONGEST, required=False, widget=BOX)
    passed_to = PlainField(label=gettext_lazy("Not for us: passed to"), required=False, max_length=LONGEST_LINE)


class ShowForm(DeskForm):
    question = forms.CharField(label=gettext_lazy("The question, in your words"), max_length=LONGEST, widget=BOX)
    answer = forms.CharField(label=gettext_lazy("The answer, for everybody"), max_length=LONGEST, widget=BOX)


@dataclass(frozen=True)
class Reply:
    """What whoever holds the code may read: never their own words again, for a code may be found by others."""

    sent: str
    answer: str = ""
    passed_to: str = ""
    answered: str = ""
    erased: bool = False


def reply_to(suggestion: Suggestion) -> Reply:
    return Reply(
        day(suggestion.on),
        opened(suggestion).answer,
        suggestion.passed_to,
        day(suggestion.answered_on),
        suggestion.erased,
    )


@dataclass(frozen=True)
class InboxPage:
    answer: str
    table: Table
    numbers: Page[Suggestion]


def inbox_page(scope: Scope, number: str | None) -> InboxPage:
    """Those that wait come first, the oldest at the head; then the answered, the latest first."""
    found = Suggestion.objects.within(scope).select_related("unit")
    waiting = found.waiting().count()
    ordered = list(found.waiting().order_by("on", "pk")) + list(
        found.exclude(answered_on=None).order_by("-answered_on", "pk")
    )
    numbers = page_of(ordered, number)
    said = ngettext("{n} waits for an answer", "{n} wait for an answer", waiting).format(n=waiting)
    return InboxPage(said if waiting else _("Every one is answered."), inbox_table(list(numbers), scope), numbers)


def inbox_table(rows: Sequence[Suggestion], scope: Scope) -> Table:
    columns = [Column(_("Came on")), Column(_("State")), Column(_("Waited")), Column(_("About"))]
    drawn = [
        Row(
            [
                Cell(day(one.on), reverse("desk:suggestion", args=[one.pk])),
                Cell(state(one), mark=Mark.DONE if one.answered_on else Mark.OPEN),
                Cell("" if one.answered_on else waited(one, scope)),
                Cell(one.unit.name if one.unit else ""),
            ]
        )
        for one in rows
    ]
    return Table("", columns, drawn, _("Nobody has suggested anything yet."))


def state(one: Suggestion) -> str | Promise:
    if one.answered_on is None:
        return _("waits for an answer")
    return _("shown to everybody") if one.shown_on else _("answered")


def waited(one: Suggestion, scope: Scope) -> str:
    days = (scope.on - one.on).days
    return ngettext("{days} day", "{days} days", days).format(days=days)


@dataclass(frozen=True)
class SuggestionPage:
    suggestion: Suggestion
    opened: Opened


def suggestion_page(suggestion: Suggestion) -> SuggestionPage:
    return SuggestionPage(suggestion, opened(suggestion))
