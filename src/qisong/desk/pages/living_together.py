"""The forms that say with whom a member lives."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import PlainField
from qisong.desk.pages.member import MemberPage
from qisong.desk.pages.member_verb import VerbForm
from qisong.ledger.surveying import members_of
from qisong.org.models import Account
from qisong.org.terms import Right
from qisong.roster.households import change_head, join_household, leave_household
from qisong.roster.models import Affiliation, Member
from qisong.words.digits import tidy_name
from qisong.words.text import refuse


class JoinHousehold(VerbForm):
    heading = _("Lives together with somebody")
    will = _(
        "What is brought once for those who live together is asked for at the name of the head, and one is enough."
    )
    head = forms.ChoiceField(label=_("Head of the household, of the same unit"), required=False)
    other = PlainField(
        label=_("Or somebody of another unit whose roster you keep, by name"), required=False, max_length=60
    )
    field_order = ["head", "other", "on"]

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return page.together is None and (page.household is None or not stands(page.household.head, page))

    def prepare(self) -> None:
        unit = self.page.unit_for(Right.ROSTER)
        found = members_of([unit.pk], self.scope.on) if unit else []
        self.people = {str(one.pk): one for one in found if one.pk != self.member.pk}
        self.let_choose("head", [("", "—"), *((pk, str(one)) for pk, one in self.people.items())])

    def chosen(self) -> Member:
        if head := self.people.get(self.value("head")):
            return head
        kept = self.scope.among(self.scope.units(Right.ROSTER))
        named = Affiliation.objects.within(self.scope).filter(kept, member__person__name=tidy_name(self.value("other")))
        ties = named.formal(self.scope.on).exclude(member=self.member.pk).select_related("member__person")
        found = [tie.member for tie in ties[:2]]
        if len(found) != 1:
            raise refuse(
                "nobody-found",
                "请选一个人；别的组织的人，要是您管的名册上只有一人叫这个名字才能填。",
                "Choose somebody. A name of another unit must be that of exactly one person on the rosters you keep.",
                place="other",
            )
        return found[0]

    def enact(self, by: Account) -> None:
        join_household(by=by, member=self.member, head=self.chosen(), on=self.day)


class LeaveHousehold(VerbForm):
    heading = _("No longer lives with the others")
    will = _("From that day on the person stands alone. Figures of earlier days stay as they were.")

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        return page.household is not None

    def enact(self, by: Account) -> None:
        leave_household(by=by, member=self.member, on=self.day)


class HeadHousehold(VerbForm):
    heading = _("Becomes the head of the household")
    will = _(
        "Everybody stays together; from that day on the household stands at this name and with this person's unit."
    )

    @classmethod
    def fits(cls, page: MemberPage) -> bool:
        """Whoever keeps the roster of the old head, too, or finds nobody there any more."""
        if page.household is None:
            return False
        units = page.household.head.affiliations.formal(page.scope.on).values_list("unit_id", flat=True)
        return all(page.scope.allows(Right.ROSTER, unit) for unit in units)

    def enact(self, by: Account) -> None:
        assert self.page.household is not None
        change_head(by=by, head=self.page.household.head, to=self.member, on=self.day)


def stands(head: Member, page: MemberPage) -> bool:
    return head.affiliations.formal(page.scope.on).exists()
