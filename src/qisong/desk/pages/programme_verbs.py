"""What the county office adds to a programme: items, titles, audiences, and who is owed what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from qisong.desk.forms import DeskForm, PlainField
from qisong.desk.pages.programme import CATEGORIES, COUNTED, RECIPIENTS
from qisong.ledger.models import Programme
from qisong.ledger.programmes import create_audience, create_item, create_title, owe
from qisong.org.models import Account, Unit
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory
from qisong.org.words import terms


class ThingForm(DeskForm):
    """``make`` adds the thing to the programme."""

    def __init__(self, *args: Any, programme: Programme, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme, self.scope = programme, scope
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""

    def make(self, by: Account) -> Model:
        raise NotImplementedError

    def offer_terms(self, name: str, category: TermCategory) -> None:
        options = [(term.code, str(term)) for term in terms(category)]
        multiple = isinstance(self.fields[name], forms.MultipleChoiceField)
        self.let_choose(name, options if multiple else [("", "—"), *options])

    def offer_rows(self, name: str, rows: Any) -> None:
        self.let_choose(name, [(row.pk, str(row)) for row in rows])

    def labels(self) -> dict[str, str]:
        return {name: self.value(name) for name in ("code", "zh", "en")}


class LabelledForm(ThingForm):
    code = PlainField(label=_("Code"), max_length=60)
    zh = PlainField(label=_("Name in Chinese"), max_length=200)
    en = PlainField(label=_("Name in English"), max_length=200)


class ItemForm(LabelledForm):
    measure_zh = PlainField(label=_("Measure word in Chinese"), max_length=20)
    measure_en = PlainField(label=_("Measure word in English"), max_length=40)
    counted_by = forms.ChoiceField(label=_("Its figure counts"), choices=list(COUNTED.items()))
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    part_kind = forms.ChoiceField(label=_("Goes with"), required=False)
    by_presence = forms.BooleanField(label=_("Whoever is there has received it"), required=False)

    def prepare(self) -> None:
        self.offer_terms("theme", TermCategory.THEME)
        self.offer_terms("part_kind", TermCategory.PART)

    def make(self, by: Account) -> Model:
        return create_item(by=by, programme=self.programme, **self.cleaned_data)


class TitleForm(LabelledForm):
    item = forms.TypedChoiceField(label=_("Item"), coerce=int)
    field_order = ["item", "code", "zh", "en"]

    def prepare(self) -> None:
        self.offer_rows("item", self.programme.items.all())

    def make(self, by: Account) -> Model:
        return create_title(by=by, item=self.programme.items.get(pk=self.value("item")), **self.labels())


class AudienceForm(LabelledForm):
    """Every condition that is filled must hold; what is left empty excludes nobody."""

    recipient = forms.ChoiceField(label=_("Recipient"), choices=list(RECIPIENTS.items()))
    roles = forms.MultipleChoiceField(label=_("Post"), required=False, widget=forms.CheckboxSelectMultiple)
    circumstances = forms.MultipleChoiceField(
        label=_("Circumstance"), required=False, widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label=_("Category"), required=False, widget=forms.CheckboxSelectMultiple, choices=list(CATEGORIES.items())
    )
    traits = forms.MultipleChoiceField(label=_("Traits"), required=False, widget=forms.CheckboxSelectMultiple)
    kinds = forms.MultipleChoiceField(label=_("Kind of unit"), required=False, widget=forms.CheckboxSelectMultiple)
    chosen = forms.CharField(
        label=_("Only these units: their codes, one a line"), required=False, widget=forms.Textarea, max_length=20_000
    )

    def prepare(self) -> None:
        self.offer_terms("roles", TermCategory.ROLE)
        self.offer_terms("circumstances", TermCategory.CIRCUMSTANCE)
        self.offer_terms("traits", TermCategory.TRAIT)
        self.offer_terms("kinds", TermCategory.UNIT_KIND)

    def clean_chosen(self) -> list[Unit] | None:
        """The units of the codes; an unknown code is an error, never left out silently."""
        codes = self.cleaned_data["chosen"].split()
        if not codes:
            return None
        found = {unit.code: unit for unit in Unit.objects.within(self.scope).filter(code__in=codes)}
        if unknown := [code for code in codes if code not in found]:
            raise forms.ValidationError(
                _("There is no unit with the code %(codes)s."), params={"codes": " ".join(unknown)}
            )
        return list(found.values())

    def make(self, by: Account) -> Model:
        conditions = {name: self.value(name) for name in ("roles", "circumstances", "categories", "traits", "kinds")}
        return create_audience(
            by=by,
            programme=self.programme,
            recipient=self.value("recipient"),
            chosen_units=self.value("chosen"),
            code=self.value("code"),
            zh=self.value("zh"),
            en=self.value("en"),
            **conditions,
        )


class ObligationForm(ThingForm):
    item = forms.TypedChoiceField(label=_("Item"), coerce=int)
    round = forms.TypedChoiceField(label=_("Round"), coerce=int)
    audience = forms.TypedChoiceField(label=_("Audience"), coerce=int)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=999, initial=1)

    def prepare(self) -> None:
        self.offer_rows("item", self.programme.items.all())
        self.offer_rows("round", self.programme.rounds.all())
        self.offer_rows("audience", self.programme.audiences.all())

    def make(self, by: Account) -> Model:
        return owe(
            by=by,
            item=self.programme.items.get(pk=self.value("item")),
            round=self.programme.rounds.get(pk=self.value("round")),
            audience=self.programme.audiences.get(pk=self.value("audience")),
            quantity=self.value("quantity"),
        )


FORMS: dict[str, type[ThingForm]] = {
    "obligation": ObligationForm,
    "item": ItemForm,
    "title": TitleForm,
    "audience": AudienceForm,
}
