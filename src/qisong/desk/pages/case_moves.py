"""The forms by which a case goes on: one move, one small form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.casework import assigning, rectifying, tracing, verifying
from qisong.casework.deadlines import usual
from qisong.casework.entitled import officers_above, those_over
from qisong.casework.models import Case
from qisong.casework.stepping import is_party
from qisong.casework.terms import LONGEST_LINE, Kind, Move, State
from qisong.casework.tracing import Decision
from qisong.desk.forms import DayField, LongSelect, OnForm, PlainField
from qisong.desk.pages.assigning_cases import responsible_for
from qisong.org.models import Account, Person
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory
from qisong.org.words import terms

if TYPE_CHECKING:
    from django.http import QueryDict


class MoveForm(OnForm):
    """A day, and whatever the move needs besides; ``will`` says before the button what happens."""

    will: str | Promise = ""
    reason = PlainField(label=gettext_lazy("Why"), required=False, max_length=LONGEST_LINE)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ["owner", "verifier", "due_on", "proposal", "met_on", "body", "approved_on", "until", "reason", "on"]

    def __init__(self, *args: Any, case: Case, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.scope = case, scope
        self.initial["seen"] = self.steps = case.steps.count()
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices that depend on the case."""

    def clean(self) -> dict[str, Any]:
        """What was decided on was the case as it was shown."""
        told = super().clean() or self.cleaned_data
        if (seen := told.get("seen")) and seen != self.steps:
            shown = cast("QueryDict", self.data).copy()
            shown["seen"] = str(self.steps)
            self.data = shown
            raise forms.ValidationError(
                _("Somebody took a step in this case meanwhile. Look at it again; then send this once more."),
                code="stale",
            )
        return told

    @property
    def told(self) -> dict[str, Any]:
        return {"case": self.case, "on": self.value("on"), "reason": self.value("reason")}

    def enact(self, by: Account) -> None:
        raise NotImplementedError


class ReasonForm(MoveForm):
    """A move for which somebody says why."""

    def prepare(self) -> None:
        self.fields["reason"].required = True


class CaseAssignForm(MoveForm):
    will = gettext_lazy("Whoever you choose is responsible from then on, and finds the case among their own.")
    reason = None  # type: ignore[assignment] # who it is says why
    owner = forms.ChoiceField(label=gettext_lazy("Responsible"), widget=LongSelect)
    due_on = DayField(label=gettext_lazy("Deadline"), ahead=True)

    def prepare(self) -> None:
        found = chargeable(self.scope, self.case)
        self.people = {str(one.pk): one for one in found}
        self.let_choose("owner", [("", "—"), *((pk, one.name) for pk, one in self.people.items())])
        self.initial["owner"] = str(self.case.owner_id or "")
        self.initial["due_on"] = self.case.due_on or usual(self.scope.on)

    def enact(self, by: Account) -> None:
        owner = self.people[self.value("owner")]
        assigning.assign(by=by, case=self.case, owner=owner, due_on=self.value("due_on"), on=self.value("on"))


def chargeable(scope: Scope, case: Case) -> list[Person]:
    """Who may be made responsible for a case, and know of it."""
    if case.kind == Kind.PERSONAL:
        return [case.owner] if case.owner else []
    return those_over(scope, case.unit) if case.kind == Kind.LIFTING else responsible_for(scope, [case.unit_id])


class EntrustForm(MoveForm):
    will = gettext_lazy(
        "Only they verify it from then on; left empty, anybody who handles these cases and had no part."
    )
    reason = None  # type: ignore[assignment] # who it is says why
    verifier = forms.ChoiceField(label=gettext_lazy("To be verified by"), required=False, widget=LongSelect)

    def prepare(self) -> None:
        personal = self.case.kind == Kind.PERSONAL
        found = officers_above(self.scope, self.case.unit) if personal else chargeable(self.scope, self.case)
        self.people = {str(one.pk): one for one in found if not is_party(one, self.case)}
        self.let_choose("verifier", [("", "—"), *((pk, one.name) for pk, one in self.people.items())])
        self.fields["verifier"].required = personal
        self.initial["verifier"] = str(self.case.verifier_id or "")

    def enact(self, by: Account) -> None:
        verifier = self.people.get(self.value("verifier"))
        assigning.entrust(by=by, case=self.case, verifier=verifier, on=self.value("on"))


class ExtendForm(ReasonForm):
    will = gettext_lazy("The new deadline counts from then on; the old one and the reason stay with the case.")
    due_on = DayField(label=gettext_lazy("Deadline"), ahead=True)

    def enact(self, by: Account) -> None:
        assigning.extend(by=by, due_on=self.value("due_on"), **self.told)


class FindForm(MoveForm):
    will = gettext_lazy("Somebody else has yet to confirm it; until then the search goes on.")

    def enact(self, by: Account) -> None:
        tracing.record_found(by=by, **self.told)


class GiveUpForm(ReasonForm):
    will = gettext_lazy("The search ends, and somebody proposes what is to follow. Nothing changes on the roster.")

    def enact(self, by: Account) -> None:
        tracing.give_up(by=by, **self.told)


class ProposeForm(MoveForm):
    will = gettext_lazy("It is put down what is proposed and who decided it. Nothing changes on the roster.")
    proposal = forms.ChoiceField(label=gettext_lazy("Proposal"))
    met_on = DayField(label=gettext_lazy("Day of the meeting that decided"), required=False)
    body = PlainField(label=gettext_lazy("Approved by"), required=False, max_length=100)
    approved_on = DayField(label=gettext_lazy("Approved on"), required=False)
    until = DayField(label=gettext_lazy("Until when, if its time is limited"), required=False, ahead=True)

    def prepare(self) -> None:
        state = self.case.state
        fit = [one for one in terms(TermCategory.PROPOSAL) if one.data.get("after", state) == state]
        self.let_choose("proposal", [("", "—"), *((one.code, str(one)) for one in fit)])

    def enact(self, by: Account) -> None:
        fields = ("proposal", "met_on", "until", "body", "approved_on")
        tracing.propose(by=by, decision=Decision(**{name: self.value(name) for name in fields}), **self.told)


class RequestForm(MoveForm):
    will = gettext_lazy("Somebody else looks whether it is done; then the case is closed or comes back.")

    def enact(self, by: Account) -> None:
        rectifying.request_closure(by=by, **self.told)


class ReturnForm(ReasonForm):
    will = gettext_lazy("The case goes back to whoever is responsible.")

    def enact(self, by: Account) -> None:
        verifying.send_back(by=by, **self.told)


class SettleForm(MoveForm):
    def prepare(self) -> None:
        self.will = {
            State.FOUND: _("The case is closed, and the member is out of contact no longer. Leads are erased."),
            State.PROPOSED: _("The case is closed, leads are erased, and nothing changes on the roster."),
        }.get(State(self.case.state), _("You have looked, and it is done: the case is closed."))

    def enact(self, by: Account) -> None:
        verifying.settle(by=by, **self.told)


class ReopenForm(ReasonForm):
    will = gettext_lazy("The case goes on, and it is counted that it was opened again.")
    due_on = DayField(label=gettext_lazy("Deadline"), ahead=True)

    def enact(self, by: Account) -> None:
        verifying.reopen(by=by, due_on=self.value("due_on"), **self.told)


class WithdrawForm(ReasonForm):
    will = gettext_lazy("The case ends and is counted nowhere any more; what was recorded stays readable.")

    def enact(self, by: Account) -> None:
        verifying.withdraw(by=by, **self.told)


FORMS: dict[Move, type[MoveForm]] = {
    Move.ASSIGN: CaseAssignForm,
    Move.EXTEND: ExtendForm,
    Move.ENTRUST: EntrustForm,
    Move.FIND: FindForm,
    Move.GIVE_UP: GiveUpForm,
    Move.PROPOSE: ProposeForm,
    Move.REQUEST: RequestForm,
    Move.RETURN: ReturnForm,
    Move.SETTLE: SettleForm,
    Move.REOPEN: ReopenForm,
    Move.WITHDRAW: WithdrawForm,
}
