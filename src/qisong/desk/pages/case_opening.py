"""The forms with which a case begins."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.casework.deadlines import usual
from qisong.casework.entitled import officers_above, those_over
from qisong.casework.models import Case
from qisong.casework.rectifying import Problem, open_lifting, raise_finding, raise_own
from qisong.casework.tracing import Loss, open_search
from qisong.desk.forms import DayField, LongSelect, OnForm, PlainField
from qisong.desk.pages.assigning_cases import responsible_for
from qisong.org.models import Account, ContactPoint, Person, Unit
from qisong.org.rewording import offered
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.roster.models import Member

NOBODY = [("", "—")]


class OpeningForm(OnForm):
    """``will`` says before the button what happens, and who will know of it."""

    will: ClassVar[Promise]
    owner = forms.ChoiceField(label=gettext_lazy("Responsible"), required=False, widget=LongSelect)
    due_on = DayField(
        label=gettext_lazy("Deadline"),
        help_text=gettext_lazy("In twenty working days, if you have no other day in mind."),
        required=False,
        ahead=True,
    )
    verifier = forms.ChoiceField(label=gettext_lazy("To be verified by"), required=False, widget=LongSelect)

    def __init__(self, *args: Any, unit: Unit, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.scope = unit, scope
        self.people = {str(one.pk): one for one in self.chargeable()}
        named = [*NOBODY, *((pk, one.name) for pk, one in self.people.items())]
        for field in ("owner", "verifier"):
            if field in self.fields:
                self.let_choose(field, named)
        self.initial["due_on"] = usual(scope.on)
        self.fields["on"].label = _("Opened on")
        self.prepare()

    def chargeable(self) -> list[Person]:
        """Who may be responsible for it or verify it, and know of it."""
        return responsible_for(self.scope, [self.unit.pk])

    def prepare(self) -> None:
        """Fill the choices of this kind of case."""

    def person(self, field: str) -> Person | None:
        return self.people.get(self.value(field))

    def begin(self, by: Account) -> Case:
        raise NotImplementedError


class SearchForm(OpeningForm):
    will = gettext_lazy(
        "A search begins, and the roster says that contact is lost. Whoever handles these cases and whoever is "
        "responsible will know of it."
    )
    verifier = None  # type: ignore[assignment] # whoever handles the unit's cases and did not search
    since = PlainField(
        label=gettext_lazy("Contact lost"),
        help_text=gettext_lazy("The day, the month or the year, as far as it is known."),
        required=False,
        max_length=30,
    )
    loss = forms.ChoiceField(label=gettext_lazy("How it was lost"), required=False)
    establishment = forms.ChoiceField(label=gettext_lazy("The unit is in"), required=False)
    field_order = ["since", "loss", "establishment", "owner", "due_on", "on"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        self.member = member
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        for field, category in (("loss", TermCategory.LOSS), ("establishment", TermCategory.ESTABLISHMENT)):
            self.let_choose(field, [*NOBODY, *((one.code, str(one)) for one in offered(category))])

    def begin(self, by: Account) -> Case:
        loss = Loss(self.value("since"), self.value("loss"), self.value("establishment"))
        when = {"on": self.value("on"), "due_on": self.value("due_on")}
        return open_search(by=by, member=self.member, loss=loss, owner=self.person("owner"), **when)


class ProblemForm(OpeningForm):
    will = gettext_lazy(
        "Whoever handles the unit's cases, whoever is responsible and whoever is to verify it will know of it."
    )
    text = forms.CharField(label=gettext_lazy("The problem"), widget=forms.Textarea(attrs={"rows": 3}))
    aspect = forms.ChoiceField(label=gettext_lazy("Aspect"), required=False)
    standard = PlainField(label=gettext_lazy("What would be right"), required=False)
    measures = forms.CharField(
        label=gettext_lazy("Measures, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    leader = PlainField(label=gettext_lazy("Who leads it"), required=False, max_length=60)
    field_order = ["text", "aspect", "standard", "measures", "leader", "owner", "due_on", "verifier", "on"]

    def prepare(self) -> None:
        self.let_choose("aspect", [*NOBODY, *((one.code, str(one)) for one in offered(TermCategory.ASPECT))])

    @property
    def problem(self) -> Problem:
        measures = tuple(line for line in self.value("measures").splitlines() if line.strip())
        leader = self.value("leader") if "leader" in self.fields else ""
        return Problem(
            self.value("text"), self.value("aspect"), self.value("standard"), leader=leader, measures=measures
        )

    def begin(self, by: Account) -> Case:
        return raise_finding(
            by=by,
            unit=self.unit,
            problem=self.problem,
            on=self.value("on"),
            owner=self.person("owner"),
            due_on=self.value("due_on"),
            verifier=self.person("verifier"),
        )


class OwnForm(ProblemForm):
    """What somebody found in themselves: nobody but they and whoever they name ever reads it."""

    will = gettext_lazy(
        "Nobody but you and whoever you name to verify it ever reads this; it is in no list, figure or export."
    )
    owner = None  # type: ignore[assignment] # they themselves
    leader = None  # type: ignore[assignment] # nobody leads somebody in this

    def prepare(self) -> None:
        super().prepare()
        me = self.scope.account.person_id if self.scope.account else None
        self.people |= {str(one.pk): one for one in officers_above(self.scope, self.unit)}
        others = [(pk, one.name) for pk, one in self.people.items() if one.pk != me]
        self.let_choose("verifier", [*NOBODY, *others])
        self.fields["verifier"].required = True

    def begin(self, by: Account) -> Case:
        verifier = self.people[self.value("verifier")]
        when = {"on": self.value("on"), "due_on": self.value("due_on")}
        return raise_own(by=by, unit=self.unit, problem=self.problem, verifier=verifier, **when)


class LiftingForm(OpeningForm):
    will = gettext_lazy(
        "Only those above the unit will know of it; the unit itself never sees it, and it stands on no sheet and no "
        "map."
    )
    reasons = forms.CharField(label=gettext_lazy("Why it is to be lifted"), widget=forms.Textarea(attrs={"rows": 3}))
    helper = forms.ChoiceField(label=gettext_lazy("Who helps"), required=False)
    field_order = ["reasons", "helper", "owner", "due_on", "verifier", "on"]

    def chargeable(self) -> list[Person]:
        return those_over(self.scope, self.unit)

    def prepare(self) -> None:
        points = ContactPoint.objects.within(self.scope).on(self.scope.on).filter(unit=self.unit)
        self.leaders = {str(one.leader_id): one.leader for one in points.select_related("leader")}
        self.let_choose("helper", [*NOBODY, *((pk, one.name) for pk, one in self.leaders.items())])
        del self.initial["due_on"]  # it takes months, and how many is for whoever opens it to say
        self.fields["due_on"].help_text = ""
        for field in ("owner", "due_on"):
            self.fields[field].required = True

    def begin(self, by: Account) -> Case:
        return open_lifting(
            by=by,
            unit=self.unit,
            reasons=self.value("reasons"),
            on=self.value("on"),
            due_on=self.value("due_on"),
            owner=self.people[self.value("owner")],
            helper=self.leaders.get(self.value("helper")),
            verifier=self.person("verifier"),
        )


def may_lift(scope: Scope, unit: Unit) -> bool:
    """Whether the reader stands above the unit and handles its cases."""
    return unit.pk in scope.confidential and scope.allows(Right.CASES, unit)
