"""The small forms on a case's page: what was tried, through whom, what is to be done and was done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.casework.evidence import Enclosure
from qisong.casework.models import Case, Lead
from qisong.casework.rectifying import act
from qisong.casework.terms import LONGEST_LINE, LONGEST_NAME, ActionKind, LeadKind, Result
from qisong.casework.tracing import Told, add_lead, attempt, opened_lead
from qisong.casework.wording import ACTIONS, LEADS, RESULTS
from qisong.desk.forms import OnForm, PlainField
from qisong.desk.refusing import said
from qisong.org.models import Account, new_id
from qisong.org.terms import TermCategory
from qisong.org.words import terms


class WorkForm(OnForm):
    """``key`` is the entry's own, so that a form sent twice is written once."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, by: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.by = case, by
        self.initial["key"] = new_id()
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices that depend on the case."""

    def enact(self) -> object:
        raise NotImplementedError


class AttemptForm(WorkForm):
    channel = forms.ChoiceField(label=gettext_lazy("How"))
    lead = forms.ChoiceField(label=gettext_lazy("Through whom"), required=False)
    result = forms.ChoiceField(label=gettext_lazy("What came of it"))
    tried_by = PlainField(label=gettext_lazy("Who tried"), max_length=LONGEST_NAME)
    note = PlainField(label=gettext_lazy("Note"), required=False, max_length=LONGEST_LINE)
    field_order = ["on", "channel", "lead", "result", "tried_by", "note"]

    def prepare(self) -> None:
        self.leads = {str(lead.pk): lead for lead in self.case.leads.order_by("noted_on", "pk")}
        self.let_choose("channel", [("", "—"), *((one.code, str(one)) for one in terms(TermCategory.CHANNEL))])
        self.let_choose(
            "lead", [("", _("the member directly")), *((pk, called(one)) for pk, one in self.leads.items())]
        )
        self.let_choose("result", [("", "—"), *((one.value, said(RESULTS[one])) for one in Result)])
        self.initial.setdefault("tried_by", self.by.person.name)

    def enact(self) -> object:
        return attempt(
            by=self.by,
            case=self.case,
            on=self.value("on"),
            channel=self.value("channel"),
            result=Result(self.value("result")),
            tried_by=self.value("tried_by"),
            lead=self.leads.get(self.value("lead")),
            note=self.value("note"),
            key=self.value("key"),
        )


class LeadForm(WorkForm):
    kind = forms.ChoiceField(label=gettext_lazy("Who or what"))
    name = PlainField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    relation = PlainField(label=gettext_lazy("What they are to each other"), required=False, max_length=30)
    reach = PlainField(label=gettext_lazy("How they can be rung or found"), required=False, max_length=100)
    field_order = ["kind", "name", "relation", "reach", "on"]

    def prepare(self) -> None:
        self.let_choose("kind", [("", "—"), *((one.value, said(LEADS[one])) for one in LeadKind)])

    def enact(self) -> object:
        told = Told(self.value("name"), self.value("relation"), self.value("reach"))
        when = {"on": self.value("on"), "key": self.value("key")}
        return add_lead(by=self.by, case=self.case, kind=LeadKind(self.value("kind")), told=told, **when)


class ActionForm(WorkForm):
    kind = forms.ChoiceField(label=gettext_lazy("What is this"))
    text = forms.CharField(label=gettext_lazy("In words"), widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(label=gettext_lazy("A file, if there is one"), required=False)
    field_order = ["kind", "text", "on", "file"]

    def prepare(self) -> None:
        self.let_choose("kind", [(one.value, said(ACTIONS[one])) for one in reversed(ActionKind)])

    def enact(self) -> object:
        kind = ActionKind(self.value("kind"))
        return act(
            by=self.by,
            case=self.case,
            kind=kind,
            text=self.value("text"),
            on=self.value("on"),
            evidence=enclosure_of(self.value("file")),
            key=self.value("key"),
        )


def enclosure_of(file: UploadedFile[Any] | None) -> Enclosure | None:
    """One that is too large is not read whole: what is refused is its size."""
    return Enclosure(file.name or "", file.read(settings.UPLOAD_LIMIT + 1)) if file else None


def called(lead: Lead) -> str:
    told = opened_lead(lead)
    kind = said(LEADS[LeadKind(lead.kind)])
    return f"{kind} · {told.name}" if told else kind


WORKS: dict[str, type[WorkForm]] = {"attempt": AttemptForm, "lead": LeadForm, "action": ActionForm}
