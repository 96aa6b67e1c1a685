"""A card in large print for a member: who to ring, what is still to come, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.coverage.gaps import GapName, gap_list
from qisong.coverage.terms import Lack
from qisong.desk.forms import DayField, DeskForm, PlainField
from qisong.desk.pages.choosing import owed_items
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Answer
from qisong.ledger.terms import AnswerKind
from qisong.org.models import Account, Post, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory, TreeView
from qisong.org.words import label
from qisong.roster.models import Affiliation, Member, Wish
from qisong.roster.secrets import mask_of, open_secret
from qisong.roster.terms import Secret
from qisong.roster.ways import Ground, ways_for


@dataclass(frozen=True)
class Card:
    """``parts``: heading by heading what is to come; nothing, and there is room to write."""

    name: str
    parts: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Cards:
    """What stands on every card of a pile; what is empty is written by hand."""

    unit: Unit
    contact: str
    phone: str
    comes: date | None
    cards: Sequence[Card]


class CardsForm(DeskForm):
    """Whom the cards are for. A number is taken from the roster only with a reason, which the journal keeps."""

    people = forms.MultipleChoiceField(label=gettext_lazy("For whom"), widget=forms.CheckboxSelectMultiple)
    contact = forms.ChoiceField(label=gettext_lazy("Who is to be rung"), required=False)
    phone = PlainField(label=gettext_lazy("Their telephone"), required=False, max_length=30)
    held = forms.BooleanField(label=gettext_lazy("Take the number from the roster"), required=False)
    reason = PlainField(label=gettext_lazy("What for?"), required=False, max_length=200)
    comes = DayField(label=gettext_lazy("When something comes"), required=False, ahead=True)

    def __init__(self, *args: Any, unit: Unit, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.scope = unit, scope
        self.belonging = people_of(unit, scope)
        self.let_choose("people", self.belonging.items())
        posts = Post.objects.within(scope).on(scope.on).filter(unit=unit).select_related("person").order_by("pk")
        self.posts = {str(post.pk): post for post in posts}
        contacts = [(pk, said_of(post)) for pk, post in self.posts.items()]
        self.let_choose("contact", [*contacts, ("", _("to be written by hand"))])
        self.numbered = numbered(scope, [post.person_id for post in self.posts.values()])
        if not self.numbered:
            del self.fields["held"], self.fields["reason"]

    @property
    def post(self) -> Post | None:
        return self.posts.get(self.value("contact"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        post = self.posts.get(given.get("contact", ""))
        if given.get("held") and (post is None or post.person_id not in self.numbered):
            self.add_error("held", _("The roster holds no number of this person. Type it, or write it by hand."))
        return given

    def number(self, by: Account) -> str:
        """What is typed; else the number of the roster, if that was asked for."""
        typed: str = self.value("phone")
        post = self.post
        if typed or post is None or not self.cleaned_data.get("held"):
            return typed
        member = self.numbered[post.person_id]
        return open_secret(by=by, member=member, kind=Secret.PHONE, reason=self.value("reason"))

    def cards(self, by: Account) -> Cards:
        contact = self.post
        phone = self.number(by)
        chosen = [UUID(pk) for pk in self.value("people")]
        made = cards_for(self.unit, self.scope, {pk: self.belonging[str(pk)] for pk in chosen})
        return Cards(self.unit, contact.person.name if contact else "", phone, self.value("comes"), made)


def people_of(unit: Unit, scope: Scope) -> dict[str, str]:
    """Everybody who belongs to the unit today, those attached too, by name."""
    ties = Affiliation.objects.within(scope).on(scope.on).filter(unit=unit)
    rows = ties.order_by("member__person__name", "member").values_list("member", "member__person__name")
    return {str(pk): name for pk, name in rows}


def said_of(post: Post) -> str:
    return _("{name} ({role})").format(name=post.person.name, role=label(TermCategory.ROLE, post.role))


def numbered(scope: Scope, people: Sequence[UUID]) -> dict[UUID, Member]:
    """Those whose roster the reader keeps and holds a mobile number of."""
    kept = Affiliation.objects.within(scope).formal(scope.on).filter(unit__in=scope.units(Right.ROSTER))
    members = Member.objects.within(scope).filter(pk__in=people).filter(pk__in=kept.values("member"))
    return {one.pk: one for one in members.prefetch_related("sealed") if mask_of(one, Secret.PHONE)}


def cards_for(unit: Unit, scope: Scope, people: dict[UUID, str]) -> list[Card]:
    """What somebody declined does not come, and so stands on no card."""
    gaps = gap_list(unit, owed_items(scope.on), as_of=scope.on, tree=TreeView.THEN)
    lacking = {name.member: name for name in gaps.names if name.member in people}
    until = postponed(scope, list(people))
    asked = asked_for(list(people), scope)
    return [
        Card(name, [*(parts(pk, lacking[pk], until) if pk in lacking else ()), *asked.get(pk, ())])
        for pk, name in people.items()
    ]


def asked_for(people: Sequence[UUID], scope: Scope) -> dict[UUID, list[tuple[str, Sequence[str]]]]:
    """How each wished or needs to be reached, and what each would like to learn."""
    wishes = Wish.objects.within(scope).on(scope.on).filter(member__in=people)
    topics = dict(wishes.exclude(topics="").values_list("member", "topics"))
    found: dict[UUID, list[tuple[str, Sequence[str]]]] = {pk: [] for pk in people}
    for pk, ways in ways_for(people, scope.on).items():
        own = [way.label for way in ways if way.ground is not Ground.GROUP]
        if own:
            found[pk].append((_("As you asked:"), list(dict.fromkeys(own))))
        if pk in topics:
            found[pk].append((_("You would like to learn:"), [topics[pk]]))
    return found


def parts(member: UUID, name: GapName, until: dict[tuple[UUID, int], date]) -> Iterator[tuple[str, Sequence[str]]]:
    coming = [str(item) for item, lack in name.lacks.items() if lack is Lack.MISSING]
    later = [
        _("{item} (from {day})").format(item=item, day=day(until[member, item.pk]))
        for item, lack in name.lacks.items()
        if lack is Lack.LATER
    ]
    if coming:
        yield _("Still to come to you:"), coming
    if later:
        yield _("You asked to have later:"), later


def postponed(scope: Scope, people: Sequence[UUID]) -> dict[tuple[UUID, int], date]:
    """Member and item → the day until which the latest answer puts it off."""
    answers = Answer.objects.within(scope).live().filter(member__in=people, kind=AnswerKind.LATER, on__lte=scope.on)
    rows = answers.order_by("on", "id").values_list("member", "item", "until")
    return {(member, item): until for member, item, until in rows if until}
