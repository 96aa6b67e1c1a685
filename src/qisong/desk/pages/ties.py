"""Who holds which post at a unit, which leader looks after it, and with whom it is paired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DayField, DeskForm, PlainField, UnitField
from qisong.desk.furniture import lazy_word
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.org.appointing import (
    add_person,
    end_contact_point,
    end_pairing,
    end_post,
    give_post,
    may_give,
    name_contact_point,
    pair_units,
)
from qisong.org.models import Account, ContactPoint, Pairing, Person, Post, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label, terms
from qisong.roster.models import Member
from qisong.words.text import refuse

Tie = Post | ContactPoint | Pairing


class TieKind(StrEnum):
    """As it stands in an address."""

    POST = "post"
    CONTACT_POINT = "contact-point"
    PAIRING = "pairing"


HOLDER: dict[TieKind, str | Promise] = {
    TieKind.POST: gettext_lazy("Name"),
    TieKind.CONTACT_POINT: lazy_word("leader"),
    TieKind.PAIRING: gettext_lazy("Partner"),
}
HEADING: dict[TieKind, str | Promise] = {
    TieKind.POST: gettext_lazy("Posts"),
    TieKind.CONTACT_POINT: lazy_word("contact-point"),
    TieKind.PAIRING: lazy_word("pairing"),
}


@dataclass(frozen=True)
class Section:
    kind: TieKind
    heading: str | Promise
    table: Table
    add_url: str


@dataclass(frozen=True)
class TiesPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    sections: Sequence[Section]


def ties_page(scope: Scope, unit: Unit) -> TiesPage:
    sections = [section(scope, unit, kind) for kind in TieKind]
    return TiesPage(unit, way_to(scope, unit.pk, _("Posts and contacts")), sections)


def section(scope: Scope, unit: Unit, kind: TieKind) -> Section:
    may_change = scope.allows(Right.POSTS, unit)
    rows = [tie_row(scope, kind, tie, may_change=may_change) for tie in ties_of(scope, kind).filter(unit=unit)]
    columns = [Column(HOLDER[kind]), Column(gettext_lazy("Since"))]
    if kind is TieKind.POST:
        columns.insert(1, Column(gettext_lazy("Post")))
    if may_change:
        columns += [Column("", "verb")] * (2 if kind is TieKind.POST else 1)
    add_url = reverse("desk:new-tie", args=[unit.pk, kind.value]) if may_change else ""
    table = Table("", columns, rows, empty=_("Nobody is entered here yet."), called=HEADING[kind])
    return Section(kind, HEADING[kind], table, add_url)


def ties_of(scope: Scope, kind: TieKind) -> QuerySet[Any]:
    """The ties that hold today among the units the reader may see, oldest first."""
    if kind is TieKind.POST:
        posts = Post.objects.within(scope).on(scope.on).select_related("person", "unit")
        return posts.order_by("valid_from", "pk")
    if kind is TieKind.CONTACT_POINT:
        points = ContactPoint.objects.within(scope).on(scope.on).select_related("leader")
        return points.order_by("valid_from", "pk")
    return Pairing.objects.within(scope).on(scope.on).select_related("partner").order_by("valid_from", "pk")


def tie_row(scope: Scope, kind: TieKind, tie: Tie, *, may_change: bool) -> Row:
    cells = [Cell(holder(tie)), Cell(day(tie.valid_from))]
    if isinstance(tie, Post):
        cells.insert(1, Cell(label(TermCategory.ROLE, tie.role)))
    if may_change:
        cells.append(Cell(_("End it"), url=reverse("desk:end-tie", args=[kind.value, tie.pk])))
        if isinstance(tie, Post):
            goes_on = may_give(scope, tie.unit, tie.role)
            cells.append(Cell(_("Hand over"), url=reverse("desk:hand-over", args=[tie.pk])) if goes_on else Cell())
    return Row(cells)


def holder(tie: Tie) -> str:
    """The person or the unit at the other end."""
    if isinstance(tie, Pairing):
        return tie.partner.name
    return (tie.person if isinstance(tie, Post) else tie.leader).name


class PersonForm(DeskForm):
    """Somebody known here, or a new name."""

    person = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    name = PlainField(label=gettext_lazy("Somebody not in this list: the name"), required=False, max_length=60)
    on = DayField(label=gettext_lazy("From"), ahead=True)

    def __init__(self, *args: Any, scope: Scope, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people: Mapping[str, Person] = {str(person.pk): person for person in people}
        choices = [("", "—"), *((key, person.name) for key, person in self.people.items())]
        self.let_choose("person", choices)
        self.fields["on"].initial = scope.on

    def holder(self, by: Account) -> Person:
        """The person chosen, or the new one; refused when there is neither or both."""
        chosen, name = self.people.get(self.value("person")), self.value("name")
        if bool(chosen) == bool(name):
            raise refuse(
                "name-one-person",
                "请在名单里选一个人，或者填一个新名字，二者选一。",
                "Choose somebody from the list or type a new name: one of the two.",
                place="person",
            )
        return chosen or add_person(by=by, name=name)


class PostForm(PersonForm):
    role = forms.ChoiceField(label=gettext_lazy("Post"))
    field_order = ["person", "name", "role", "on"]

    def __init__(self, *args: Any, unit: Unit, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, people=people_at(scope, unit), **kwargs)
        roles = [(role.code, str(role)) for role in terms(TermCategory.ROLE) if may_give(scope, unit, role.code)]
        self.let_choose("role", roles)

    def make(self, by: Account, unit: Unit) -> Tie:
        return give_post(by=by, person=self.holder(by), unit=unit, role=self.value("role"), on=self.value("on"))


class ContactPointForm(PersonForm):
    def __init__(self, *args: Any, unit: Unit, scope: Scope, **kwargs: Any) -> None:  # noqa: ARG002 - as its sisters
        super().__init__(*args, scope=scope, people=leaders(scope), **kwargs)

    def make(self, by: Account, unit: Unit) -> Tie:
        return name_contact_point(by=by, leader=self.holder(by), unit=unit, on=self.value("on"))


class PairingForm(DeskForm):
    partner = UnitField(label=gettext_lazy("Partner"))
    on = DayField(label=gettext_lazy("From"), ahead=True)

    def __init__(self, *args: Any, unit: Unit, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [one for one in scope.tree.order if one in scope.visible and one != unit.pk]
        self.fields["partner"].offer(scope, others)  # type: ignore[attr-defined]
        self.fields["on"].initial = scope.on

    def make(self, by: Account, unit: Unit) -> Tie:
        return pair_units(by=by, partner=self.value("partner"), unit=unit, on=self.value("on"))


FORMS: dict[TieKind, type[PostForm | ContactPointForm | PairingForm]] = {
    TieKind.POST: PostForm,
    TieKind.CONTACT_POINT: ContactPointForm,
    TieKind.PAIRING: PairingForm,
}


def people_at(scope: Scope, unit: Unit) -> list[Person]:
    """The members of a unit and those who hold a post there, by name."""
    members = Member.objects.within(scope).belonging([unit.pk], scope.on).select_related("person")
    posts = Post.objects.within(scope).on(scope.on).filter(unit=unit).select_related("person")
    found = {person.pk: person for person in [*(one.person for one in members), *(post.person for post in posts)]}
    return sorted(found.values(), key=lambda person: (person.name, person.pk))


def leaders(scope: Scope) -> list[Person]:
    """Who may look after a unit: those who do so already, and those who hold a post above the lowest units."""
    above = [unit for unit in scope.tree.children if unit in scope.visible]
    points = ContactPoint.objects.within(scope).on(scope.on).select_related("leader")
    posts = Post.objects.within(scope).on(scope.on).filter(unit__in=above).select_related("person")
    found = {person.pk: person for person in [*(one.leader for one in points), *(post.person for post in posts)]}
    return sorted(found.values(), key=lambda person: (person.name, person.pk))


def end_tie(by: Account, tie: Tie, on: date) -> None:
    if isinstance(tie, Post):
        end_post(by=by, post=tie, on=on)
    elif isinstance(tie, ContactPoint):
        end_contact_point(by=by, point=tie, on=on)
    else:
        end_pairing(by=by, pairing=tie, on=on)
