"""What coverage is asked for: the day, the tree of then or now, a way, a circumstance, the items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import DayField, DeskForm
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Item
from qisong.ledger.programmes import open_items, owing_rounds
from qisong.ledger.terms import Recipient
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory, TreeView
from qisong.org.tree import Tree, tree_on
from qisong.org.words import label, terms

VIEWS = [(TreeView.THEN.value, _("as it was then")), (TreeView.NOW.value, _("as it is now"))]


class ChoiceForm(DeskForm):
    """Sent by GET, so that a page can be kept and passed on; what is left out is today, then, every way, everybody."""

    on = DayField(label=_("Day"), required=False)
    tree = forms.ChoiceField(label=_("Tree"), choices=VIEWS, required=False)
    channel = forms.ChoiceField(label=_("Way"), required=False)
    circumstance = forms.ChoiceField(label=_("Circumstance"), required=False)
    round = forms.ChoiceField(label=_("Round"), required=False)

    def __init__(self, query: QueryDict, *, today: date) -> None:
        super().__init__(query or {"on": today.isoformat()})
        self.let_choose("channel", offered(TermCategory.CHANNEL, str(_("every way"))))
        everybody = offered(TermCategory.CIRCUMSTANCE, str(_("everybody")))
        self.let_choose("circumstance", everybody)
        # Where there is one round only, there is nothing to choose.
        self.rounds = {one.code: str(one) for one in owing_rounds()}
        if len(self.rounds) > 1:
            self.let_choose("round", [("", _("every open round")), *self.rounds.items()])
        else:
            del self.fields["round"]


class ItemsForm(ChoiceForm):
    """With boxes for items; none ticked is all of them."""

    item = forms.MultipleChoiceField(
        label=_("Items"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "inline"})
    )

    def __init__(self, query: QueryDict, *, today: date, items: Sequence[Item]) -> None:
        super().__init__(query, today=today)
        self.items = items
        self.let_choose("item", [(item.code, str(item)) for item in items])

    def chosen(self) -> list[Item]:
        codes = self.value("item")
        return [item for item in self.items if not codes or item.code in codes]


def offered(category: TermCategory, anything: str) -> list[tuple[str, str]]:
    return [("", anything), *((term.code, str(term)) for term in terms(category))]


@dataclass(frozen=True)
class Choice:
    """A question that every box has answered."""

    on: date
    today: date
    tree: TreeView = TreeView.THEN
    channel: str = ""
    circumstance: str = ""
    round: str = ""
    round_name: str = ""

    @property
    def query(self) -> str:
        """The same choice as it stands in an address; what goes without saying is left out."""
        on = self.on if self.on != self.today else ""
        tree = self.tree.value if self.tree is not TreeView.THEN else ""
        chosen = {"on": on, "tree": tree, "channel": self.channel, "circumstance": self.circumstance}
        chosen["round"] = self.round
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def words(self) -> list[str]:
        """The choice in words, for the head of what is printed."""
        said = [day(self.on), str(dict(VIEWS)[self.tree.value])]
        if self.channel:
            said.append(label(TermCategory.CHANNEL, self.channel))
        if self.circumstance:
            said.append(label(TermCategory.CIRCUMSTANCE, self.circumstance))
        if self.round:
            said.append(self.round_name)
        return said

    def asked(self) -> dict[str, Any]:
        """The arguments of coverage."""
        return {
            "as_of": self.on,
            "tree": self.tree,
            "channel": self.channel or None,
            "circumstance": self.circumstance or None,
            "in_round": self.round or None,
        }

    def shown_tree(self, scope: Scope) -> Tree:
        """The tree that groups the people: that of the day, or today's."""
        on = self.on if self.tree is TreeView.THEN else max(scope.on, self.on)
        return scope.tree if on == scope.on else tree_on(on)


def choice_of(form: ChoiceForm, scope: Scope) -> Choice:
    """What a valid form asks for."""
    round_ = form.cleaned_data.get("round", "")
    return Choice(
        on=form.value("on") or scope.on,
        today=scope.on,
        tree=TreeView(form.value("tree") or TreeView.THEN),
        channel=form.value("channel"),
        circumstance=form.value("circumstance"),
        round=round_,
        round_name=form.rounds.get(round_, ""),
    )


def offered_items(query: QueryDict, today: date) -> list[Item]:
    """What was owed on the day asked about, and what is owed today. What is no day is told at its box."""
    try:
        on = DayField(required=False).clean(query.get("on")) or today
    except ValidationError:
        on = today
    items = owed_items(today)
    return items if on == today else list(dict.fromkeys([*owed_items(on), *items]))


def owed_items(on: date) -> list[Item]:
    """The items that are owed to anybody at all in the programmes running that day, in the order of the preset."""
    items = open_items(on)
    prefetch_related_objects(items, "obligations__audience")
    return [item for item in items if item.obligations.all()]


def recipient_of(item: Item) -> Recipient:
    """To whom it is owed; people, if its rounds differ."""
    recipients = {one.audience.recipient for one in item.obligations.all()}
    return next((one for one in (Recipient.UNIT, Recipient.HOUSEHOLD) if one in recipients), Recipient.MEMBER)
