"""The verbs of a member's life, each one small form."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import DayField, PlainField, UnitField
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.asking_needs import BeginNeed, EndNeed, NameContact, RecordWish
from qisong.desk.pages.living_together import HeadHousehold, JoinHousehold, LeaveHousehold
from qisong.desk.pages.member import ANSWERS, SEALED, MemberPage
from qisong.desk.pages.member_verb import VerbForm
from qisong.ledger.answering import answer
from qisong.ledger.programmes import open_items
from qisong.ledger.terms import AnswerKind
from qisong.org.models import Account
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label, terms
from qisong.roster import editing
from qisong.roster.contacts import open_contact_number
from qisong.roster.models import ContactPerson
from qisong.roster.secrets import open_secret
from qisong.roster.sending import send_member
from qisong.roster.terms import Bond, Secret


class RecordAnswer(VerbForm):
    heading = _("What the person said of an item")
    will = _("No reason is asked. Whoever declines is not asked again this round.")
    right = Right.RECORD
    item = forms.ChoiceField(label=_("Item"))
    kind = forms.ChoiceField(label=_("Answer"), choices=list(ANSWERS.items()))
    until = DayField(label=_("Until when, if later"), required=False, ahead=True)
    field_order = ["item", "kind", "until", "on"]

    def prepare(self) -> None:
        self.items = {item.code: item for item in open_items(self.scope.on)}
        self.let_choose("item", [(code, str(item)) for code, item in self.items.items()])

    def enact(self, by: Account) -> None:
        answer(
            by=by,
            scope=self.scope,
            member=self.member,
            item=self.items[self.value("item")],
            kind=AnswerKind(self.value("kind")),
            on=self.day,
            until=self.value("until"),
        )


class BeginCircumstance(VerbForm):
    heading = _("Circumstances have changed")
    will = _("Some circumstances excuse from meetings; whatever is owed stays owed.")
    kind = forms.ChoiceField(label=_("From now on"))
    detail = PlainField(label=_("Practical word, such as where to; never an illness"), required=False, max_length=120)
    field_order = ["kind", "detail", "on"]

    def prepare(self) -> None:
        self.let_choose("kind", [(term.code, str(term)) for term in terms(TermCategory.CIRCUMSTANCE)])

    def enact(self, by: Account) -> None:
        kind, detail = self.value("kind"), self.value("detail")
        editing.begin_circumstance(by=by, member=self.member, kind=kind, on=self.day, detail=detail)


class EndCircumstance(VerbForm):
    heading = _("A circumstance has ended")
    circumstance = forms.TypedChoiceField(label=_("No longer"), coerce=int)
    field_order = ["circumstance", "on"]

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return any(one.valid_to is None for one, _name in page.circumstances)

    def prepare(self) -> None:
        self.standing = {one.pk: one for one, _name in self.page.circumstances if one.valid_to is None}
        self.let_choose(
            "circumstance", [(pk, label(TermCategory.CIRCUMSTANCE, one.kind)) for pk, one in self.standing.items()]
        )

    def enact(self, by: Account) -> None:
        editing.end_circumstance(by=by, circumstance=self.standing[self.value("circumstance")], on=self.day)


class MakeFull(VerbForm):
    heading = lazy_word("make-full")

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return page.member.category == "probationary"

    def enact(self, by: Account) -> None:
        editing.make_full(by=by, member=self.member, on=self.day)


class Transfer(VerbForm):
    heading = _("Transfer to another unit")
    will = _("From that day on the member counts there. Figures of earlier days stay as they were.")
    unit = UnitField(label=_("Unit"))
    field_order = ["unit", "on"]

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return bool(elsewhere(page))

    def prepare(self) -> None:
        box = self.fields["unit"]
        assert isinstance(box, UnitField)
        box.offer(self.scope, elsewhere(self.page))

    def enact(self, by: Account) -> None:
        editing.transfer_member(by=by, member=self.member, unit=self.value("unit"), on=self.day)


class Attach(Transfer):
    heading = _("Attach to another unit's meetings")
    will = _("The name also stands on the sheets to sign there. Figures do not change.")

    def enact(self, by: Account) -> None:
        editing.attach_member(by=by, member=self.member, unit=self.value("unit"), on=self.day)


class Detach(VerbForm):
    heading = _("End an attachment")
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    field_order = ["unit", "on"]

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return any(tie.bond == Bond.ATTACHED for tie in page.standing)

    def prepare(self) -> None:
        self.attached = {tie.unit_id: tie.unit for tie in self.page.standing if tie.bond == Bond.ATTACHED}
        self.let_choose("unit", [(pk, unit.name) for pk, unit in self.attached.items()])

    def enact(self, by: Account) -> None:
        editing.detach_member(by=by, member=self.member, unit=self.attached[self.value("unit")], on=self.day)


class Letter(VerbForm):
    heading = _("Transfer to another county")
    will = _(
        "A letter is written, which you save as a file for the other county. From that day on the member is on no "
        "roster here, and counts there as soon as the letter is taken in there. Only the answer of the other county "
        "ends the letter."
    )
    button = _("Write the letter")
    to_name = PlainField(label=_("Name of the other county"), max_length=100)
    to_code = PlainField(label=_("Code of its site, as they tell it"), max_length=40)
    field_order = ["to_name", "to_code", "on"]

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return any(tie.bond == Bond.FORMAL for tie in page.standing)

    def enact(self, by: Account) -> None:
        there = {"to_code": self.value("to_code"), "to_name": self.value("to_name")}
        letter = send_member(by=by, member=self.member, on=self.day, **there)
        self.then = reverse("desk:letter", args=[letter.pk])


class Departure(VerbForm):
    heading = _("Left the county")
    will = _(
        "From that day on the member is on no roster here. Figures of earlier days stay as they were. Somebody who "
        "moves within the county is transferred instead, by the level above both units. Somebody who goes to a county "
        "that has a site of its own gets a letter."
    )

    def enact(self, by: Account) -> None:
        editing.record_departure(by=by, member=self.member, on=self.day)


class Death(VerbForm):
    heading = _("Died")
    will = _("From that day on the member is on no roster. Figures of earlier days stay as they were.")

    def enact(self, by: Account) -> None:
        editing.record_death(by=by, member=self.member, on=self.day)


CONTACT = "contact"


def has_number(contact: ContactPerson | None) -> bool:
    return bool(contact and contact.mask)


class OpenSecret(VerbForm):
    heading = _("See a whole number")
    will = _("It is shown once. Your name, the time and the reason go into the journal.")
    button = _("Show the number")
    kind = forms.ChoiceField(label=_("Which"))
    reason = PlainField(label=_("What for?"), max_length=200)
    on = None  # type: ignore[assignment] # the moment itself counts

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return bool(page.masks) or has_number(page.contact)

    def prepare(self) -> None:
        offered: list[tuple[str, object]] = [(kind.value, SEALED[kind]) for kind in self.page.masks]
        if has_number(self.page.contact):
            offered.append((CONTACT, lazy_word("contact-person")))
        self.let_choose("kind", offered)

    def enact(self, by: Account) -> None:
        kind, reason, contact = self.value("kind"), self.value("reason"), self.page.contact
        if kind == CONTACT and contact:
            self.shown = open_contact_number(by=by, contact=contact, reason=reason)
        else:
            self.shown = open_secret(by=by, member=self.member, kind=Secret(kind), reason=reason)


VERBS: dict[str, type[VerbForm]] = {
    "answer": RecordAnswer,
    "circumstance": BeginCircumstance,
    "circumstance-over": EndCircumstance,
    "need": BeginNeed,
    "need-over": EndNeed,
    "wish": RecordWish,
    "contact": NameContact,
    "together": JoinHousehold,
    "apart": LeaveHousehold,
    "head": HeadHousehold,
    "full": MakeFull,
    "transfer": Transfer,
    "attach": Attach,
    "detach": Detach,
    "letter": Letter,
    "departure": Departure,
    "death": Death,
    "number": OpenSecret,
}


def elsewhere(page: MemberPage) -> list[int]:
    """Other units whose roster the reader keeps, in tree order."""
    kept = page.scope.units(Right.ROSTER)
    return [unit for unit in page.scope.tree.order if unit in kept and unit != page.unit.pk]


def verbs_for(page: MemberPage) -> list[tuple[str, str | Promise]]:
    """The verbs that make sense for this member and that the reader may use."""
    return [(code, form.heading) for code, form in VERBS.items() if page.unit_for(form.right) and form.fits(page)]
