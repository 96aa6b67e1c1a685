"""One member: what is held, what life asks for and what was received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.casework.models import Case
from qisong.casework.terms import Kind
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DayField, DeskForm, PlainField
from qisong.desk.pages.reaching import how
from qisong.desk.pages.roster import category_of
from qisong.desk.tables import Link
from qisong.desk.templatetags.desk import day, partial_day
from qisong.ledger.models import Activity, Answer, Receipt
from qisong.ledger.terms import AnswerKind
from qisong.org.models import Site, Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label, word
from qisong.roster.households import household_of
from qisong.roster.models import Affiliation, Circumstance, ContactPerson, Household, Member, Need, Wish
from qisong.roster.secrets import mask_of
from qisong.roster.terms import KEPT_FOR, OUT_OF_CONTACT, Bond, Category, Secret, Sex
from qisong.roster.ways import ways_for

SEALED = {
    Secret.IDENTITY: gettext_lazy("Identity number"),
    Secret.PHONE: gettext_lazy("Mobile"),
    Secret.LANDLINE: gettext_lazy("Landline"),
    Secret.HOUSE: gettext_lazy("House number"),
}
SEXES: dict[str, str | Promise] = {Sex.MALE: gettext_lazy("male"), Sex.FEMALE: gettext_lazy("female")}
ANSWERS: dict[str, str | Promise] = {
    AnswerKind.HAS: gettext_lazy("has one already"),
    AnswerKind.DECLINED: gettext_lazy("declined"),
    AnswerKind.LATER: gettext_lazy("later"),
    AnswerKind.OWED: gettext_lazy("wants it after all"),
}


@dataclass(frozen=True)
class Held:
    """What was received of one item, or what the person said of it."""

    item: str
    when: date
    text: str
    act_url: str = ""


@dataclass(frozen=True)
class LivingTogether:
    """A household: whom the reader may know, with whether it is the head, and how many besides."""

    people: Sequence[tuple[Member, bool]]
    hidden: int


@dataclass
class MemberPage:
    member: Member
    scope: Scope

    @cached_property
    def ties(self) -> list[Affiliation]:
        return list(self.member.affiliations.select_related("unit").order_by("-valid_from", "-id"))

    @property
    def standing(self) -> list[Affiliation]:
        """Those of today, the formal one first."""
        found = [tie for tie in self.ties if tie.holds_on(self.scope.on)]
        return sorted(found, key=lambda tie: tie.bond != Bond.FORMAL)

    @property
    def unit(self) -> Unit:
        """Where the reader meets the member, formally if so; whoever belongs to none of their units has no page."""
        return next(tie.unit for tie in self.standing if tie.unit_id in self.scope.names)

    @property
    def crumbs(self) -> Sequence[Crumb]:
        roster = Crumb(_("Roster"), reverse("desk:roster", args=[self.unit.pk]))
        return [*way_to(self.scope, self.unit.pk), roster, Crumb(self.member.person.name)]

    def unit_for(self, right: Right) -> Unit | None:
        """Where the reader holds ``right`` over the member: the roster is kept where they formally belong, acts are
        recorded wherever they come.
        """
        ties = [tie for tie in self.standing if right is Right.RECORD or tie.bond == Bond.FORMAL]
        return next((tie.unit for tie in ties if self.scope.allows(right, tie.unit)), None)

    @property
    def keeps(self) -> bool:
        """Whether the reader keeps this roster, and so may see particulars."""
        return self.unit_for(Right.ROSTER) is not None

    @property
    def visit(self) -> Link | None:
        unit = self.unit_for(Right.RECORD)
        url = f"{reverse('desk:record-act', args=[unit.pk])}?for={self.member.pk}" if unit else ""
        return Link(_("Record a visit"), url) if url else None

    @property
    def card_url(self) -> str:
        return f"{reverse('desk:contact-cards', args=[self.unit.pk])}?for={self.member.pk}"

    @property
    def search(self) -> Link | None:
        """Whoever is out of contact is looked for: the search that is under way, or the way to open one."""
        lost = any(one.kind == OUT_OF_CONTACT and one.valid_to is None for one, _name in self.circumstances)
        if not lost or self.unit_for(Right.CASES) is None:
            return None
        case = Case.objects.within(self.scope).filter(kind=Kind.TRACING, member=self.member, ended_on=None).first()
        if case is None:
            return Link(_("Look for this person"), reverse("desk:open-search", args=[self.member.pk]))
        return Link(_("The search for this person"), reverse("desk:case", args=[case.pk]))

    @property
    def answer(self) -> str:
        said = [
            f"{name}（{one.detail}）" if one.detail else name
            for one, name in self.circumstances
            if one.valid_to is None
        ]
        return " · ".join([category_of(self.member), *said])

    @cached_property
    def circumstances(self) -> list[tuple[Circumstance, str]]:
        found = self.member.circumstances.order_by("-valid_from", "-id")
        return [(one, label(TermCategory.CIRCUMSTANCE, one.kind)) for one in found]

    @cached_property
    def reached(self) -> str:
        """How they are best reached."""
        return how(ways_for([self.member.pk], self.scope.on, told=self.scope.confidential)[self.member.pk])

    @cached_property
    def needs(self) -> list[tuple[Need, str]]:
        """Those of today and to come, then the past ones."""
        found = self.member.needs.order_by("-valid_from", "-id")
        return [(one, label(TermCategory.NEED, one.kind)) for one in found]

    @property
    def standing_needs(self) -> list[tuple[Need, str]]:
        return [(one, name) for one, name in self.needs if one.holds_on(self.scope.on)]

    @cached_property
    def wish(self) -> Wish | None:
        return self.member.wishes.on(self.scope.on).first()

    @cached_property
    def contact(self) -> ContactPerson | None:
        found = self.member.contact_people.on(self.scope.on)
        return found.select_related("helper__person", "member").first()

    @cached_property
    def household(self) -> Household | None:
        """The row that says with whom they live, even if the head has left the roster."""
        return self.member.households.filter(valid_to=None).select_related("head__person").first()

    @cached_property
    def together(self) -> LivingTogether | None:
        """With whom they live today, as far as the reader may know the names."""
        found = household_of(self.member, self.scope.on)
        if not found.others:
            return None
        known = Member.objects.within(self.scope).filter(pk__in=[one.pk for one in found.everybody])
        shown = set(known.values_list("pk", flat=True))
        people = [(one, one.pk == found.head.pk) for one in found.everybody if one.pk in shown]
        return LivingTogether(people, len(found.everybody) - len(people))

    @cached_property
    def masks(self) -> dict[Secret, str]:
        shown = {kind: mask_of(self.member, kind) for kind in SEALED}
        return {kind: mask for kind, mask in shown.items() if mask}

    @property
    def facts(self) -> list[tuple[str | Promise, str | Promise]]:
        one = self.member
        plain: list[tuple[str | Promise, str | Promise]] = [
            (_("Sex"), SEXES.get(one.sex, "")),
            (_("Born"), partial_day(one.born)),
            (_("Ethnicity"), one.ethnicity),
            (_("Education"), one.education),
            (word("joined"), partial_day(one.joined)),
            (word("became-full"), partial_day(one.became_full)),
            (_("Work"), one.job),
            (_("Address without the house number"), one.address),
        ]
        sealed = [(SEALED[kind], mask) for kind, mask in self.masks.items()]
        return [(name, value) for name, value in [*plain, *sealed] if value]

    @cached_property
    def held(self) -> list[Held]:
        """Receipts that hold, item by item, then what the person said and what they are exempt from."""
        return [*self.received(), *map(answered, self.answers()), *self.exempted()]

    def received(self) -> list[Held]:
        rows = self.member.receipts.live().filter(item__isnull=False).select_related("item", "title")
        found = list(rows.order_by("item__position", "on", "id"))
        acts = Activity.objects.within(self.scope).filter(pk__in=[one.activity_id for one in found])
        open_acts = set(acts.values_list("pk", flat=True))
        return [handed(one, linked=one.activity_id in open_acts) for one in found]

    def answers(self) -> list[Answer]:
        return list(self.member.answers.live().select_related("item").order_by("on", "id"))

    def exempted(self) -> list[Held]:
        found = self.member.exemptions.filter(valid_to=None).select_related("item", "programme")
        return [
            Held(
                str(one.item or one.programme),
                one.valid_from,
                _("exempt: {reason}").format(reason=label(TermCategory.EXEMPTION, one.reason)),
            )
            for one in found
        ]


def handed(one: Receipt, *, linked: bool) -> Held:
    assert one.item is not None
    what = str(one.title or one.item)
    text = f"{one.copies} {one.item.measure} · {label(TermCategory.CHANNEL, one.channel)}"
    return Held(what, one.on, text, reverse("desk:act", args=[one.activity_id]) if linked else "")


def answered(one: Answer) -> Held:
    said = str(ANSWERS[one.kind])
    return Held(
        str(one.item), one.on, _("{said} until {day}").format(said=said, day=day(one.until)) if one.until else said
    )


class MemberForm(DeskForm):
    """The particulars of a member; boxes of columns that the county does not keep are left out."""

    name = PlainField(label=gettext_lazy("Name"), max_length=60)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), required=False, choices=[("", "—"), *SEXES.items()])
    born = PlainField(label=gettext_lazy("Born"), required=False, max_length=20)
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    joined = PlainField(required=False, max_length=20)
    became_full = PlainField(required=False, max_length=20)
    job = PlainField(label=gettext_lazy("Work"), required=False, max_length=120)
    phone = PlainField(label=gettext_lazy("Mobile"), required=False, max_length=30)
    landline = PlainField(label=gettext_lazy("Landline"), required=False, max_length=30)
    address = PlainField(label=gettext_lazy("Address without the house number"), required=False, max_length=200)
    house = PlainField(label=gettext_lazy("House number"), required=False, max_length=60)
    identity = PlainField(label=gettext_lazy("Identity number"), required=False, max_length=30)
    ethnicity = PlainField(label=gettext_lazy("Ethnicity"), required=False, max_length=30)
    education = PlainField(label=gettext_lazy("Education"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = [(Category.FULL, word("full")), (Category.PROBATIONARY, word("probationary"))]
        self.let_choose("category", categories)
        self.fields["joined"].label = word("joined")
        self.fields["became_full"].label = word("became-full")
        site = Site.current()
        for box, column in KEPT_FOR.items():
            if not site.keeps(column):
                del self.fields[box]


class JoiningForm(MemberForm):
    on = DayField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Belongs here from")


def filled(member: Member) -> dict[str, Any]:
    """The particulars as a form shows them, sealed values by their masks."""
    names = ("sex", "born", "category", "joined", "became_full", "job", "ethnicity", "education", "address")
    plain = {name: getattr(member, name) for name in names}
    return {"name": member.person.name, **plain} | {kind.value: mask_of(member, kind) for kind in Secret}
