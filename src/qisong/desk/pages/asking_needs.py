"""The forms of what one member needs and wishes, and of who may be rung for them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import DayField, PlainField
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.member import MemberPage
from qisong.desk.pages.member_verb import VerbForm
from qisong.ledger.surveying import members_of
from qisong.org.models import Account
from qisong.org.terms import TermCategory
from qisong.org.words import terms
from qisong.roster import needs
from qisong.roster.contacts import Contact, shown_contact


class BeginNeed(VerbForm):
    heading = _("Something is needed to reach them")
    will = _("Only what is needed is kept, never why. With a day, it ends by itself.")
    kind = forms.ChoiceField(label=_("Needs"))
    until = DayField(label=_("Until when, if known"), required=False, ahead=True)
    field_order = ["kind", "until", "on"]

    def prepare(self) -> None:
        self.let_choose("kind", [(term.code, str(term)) for term in terms(TermCategory.NEED)])

    def enact(self, by: Account) -> None:
        kind, until = self.value("kind"), self.value("until")
        needs.begin_need(by=by, member=self.member, kind=kind, on=self.day, until=until)


class EndNeed(VerbForm):
    heading = _("A need is over")
    need = forms.TypedChoiceField(label=_("No longer"), coerce=int)
    field_order = ["need", "on"]

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return bool(page.standing_needs)

    def prepare(self) -> None:
        self.standing = {one.pk: one for one, _name in self.page.standing_needs}
        self.let_choose("need", [(one.pk, name) for one, name in self.page.standing_needs])

    def enact(self, by: Account) -> None:
        needs.end_need(by=by, need=self.standing[self.value("need")], on=self.day)


class RecordWish(VerbForm):
    heading = _("How they wish to be reached")
    will = _("The wish comes before everything that is usual. Without any tick or word, an earlier wish ends.")
    ways = forms.MultipleChoiceField(
        label=_("By"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "inline"})
    )
    topics = PlainField(label=_("Would like to learn"), required=False, max_length=120)
    field_order = ["ways", "topics", "on"]

    def prepare(self) -> None:
        self.let_choose("ways", [(term.code, str(term)) for term in terms(TermCategory.WAY) if term.data.get("wish")])
        if self.page.wish:
            self.initial.update(ways=self.page.wish.ways, topics=self.page.wish.topics)

    def enact(self, by: Account) -> None:
        ways, topics = self.value("ways"), self.value("topics")
        needs.record_wish(by=by, member=self.member, ways=ways, topics=topics, on=self.day)


class NameContact(VerbForm):
    heading = lazy_word("contact-person")
    will = _("Whoever may be rung for them: somebody of the same unit, or another by name. Left empty, it ends.")
    helper = forms.ChoiceField(label=_("Somebody of the same unit"), required=False)
    contact = PlainField(label=_("Or another, by name"), required=False, max_length=60)
    relation = PlainField(label=_("How they belong together"), required=False, max_length=30)
    phone = PlainField(label=_("Telephone"), required=False, max_length=30)
    field_order = ["helper", "contact", "relation", "phone", "on"]

    def prepare(self) -> None:
        others = [one for one in members_of([self.page.unit.pk], self.scope.on) if one.pk != self.member.pk]
        self.people = {str(one.pk): one for one in others}
        self.let_choose("helper", [("", "—"), *((pk, str(one)) for pk, one in self.people.items())])
        if held := self.page.contact:
            shown = shown_contact(held)
            self.initial.update(relation=shown.relation, phone=shown.phone)
            self.initial.update({"helper": str(held.helper_id)} if held.helper_id else {"contact": shown.name})

    def enact(self, by: Account) -> None:
        given = Contact(self.value("contact"), self.value("relation"), self.value("phone"))
        helper = self.people.get(self.value("helper"))
        needs.name_contact_person(by=by, member=self.member, contact=given, on=self.day, helper=helper)
