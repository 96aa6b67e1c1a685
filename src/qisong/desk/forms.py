"""Boxes that read what people type as they type it; a form keeps everything it was given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from qisong.desk.refusing import said
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.words.dates import DateFault, parse_date
from qisong.words.digits import tidy
from qisong.words.text import Text

DEEPER = "\u3000"
NOTHING, TEN_YEARS = timedelta(0), timedelta(days=3653)
NOT_THAT_DAY = Text("请写明年月日，例如 2026年5月19日。", "Name the whole date, such as 2026-05-19.")


class DayField(forms.Field):
    """A day, picked or typed in any of the ways people write one; never a guess."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, *, ahead: bool = False, **kwargs: Any) -> None:
        """``ahead`` also allows a day still to come, within ten years."""
        super().__init__(**kwargs)
        self.ahead = ahead

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            day = parse_date(value, today=timezone.localdate() + (TEN_YEARS if self.ahead else NOTHING))
        except DateFault as fault:
            raise ValidationError(said(fault.text), code=fault.code) from fault
        if not day.is_full:
            raise ValidationError(said(NOT_THAT_DAY), code="date-partial")
        return day.first


class PlainField(forms.CharField):
    """Text for people: stray spaces and full-width digits are put right before anything is compared."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value))


class LongSelect(forms.Select):
    """Hundreds of options, a template for each of which would take longer than the rest of a page."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:  # noqa: ARG002 - Django calls it so
        chosen = "" if value is None else str(value)
        options = ((key, " selected" if str(key) == chosen else "", label) for key, label in self.choices)
        drawn = format_html_join("\n", '<option value="{}"{}>{}</option>', options)
        box = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", box, drawn)


class UnitField(forms.ChoiceField):
    """A unit out of those that are offered, in tree order and set in by its depth."""

    widget = LongSelect
    scope: Scope

    def offer(self, scope: Scope, units: Iterable[int]) -> None:
        self.scope = scope
        tree = scope.tree
        offered = [(str(unit), DEEPER * (len(tree.path(unit)) - 1) + tree.nodes[unit].name) for unit in units]
        self.choices = [("", "—"), *offered]

    def clean(self, value: Any) -> Unit | None:
        pk = super().clean(value)
        return Unit.objects.within(self.scope).get(pk=pk) if pk else None


PLAIN_WORDS = {
    "required": _("Please fill this in."),
    "invalid_choice": _("Please choose one of those listed."),
    "invalid_list": _("Please choose from those listed."),
}


class DeskForm(forms.Form):
    """The base of every form: no colons after labels, errors joined to their fields for those who listen."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages = {**field.error_messages, **PLAIN_WORDS}

    def let_choose(self, name: str, options: Iterable[tuple[object, object]]) -> None:
        """Fill the choices of a field with what is there today."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(options)

    def value(self, name: str) -> Any:
        """A cleaned value; call it only when the form is valid."""
        return self.cleaned_data[name]


class OnForm(DeskForm):
    """A verb that needs no more than its day."""

    on = DayField(label=_("Day"), initial=timezone.localdate)


def posted_day(typed: str | None, otherwise: date) -> date:
    """The day in a form that is not judged yet, for what the page shows meanwhile."""
    try:
        return DayField().to_python(typed or "") or otherwise
    except ValidationError:
        return otherwise
