"""The components of which pages are made, and how dates and messages are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from qisong.desk.crumbs import Crumb
from qisong.desk.drawing import draw
from qisong.desk.drawing_proofs import draw_cell, draw_inside, draw_problem
from qisong.desk.refusing import said as said_in
from qisong.desk.tables import Table
from qisong.words.dates import PartialDate
from qisong.words.text import Text

register = template.Library()


@register.inclusion_tag("desk/parts/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """Label, hint, errors and box of a form field; the errors belong to the box for those who listen."""
    described = [f"{bound.id_for_label}-{part}" for part, said in (("hint", hint), ("errors", bound.errors)) if said]
    attributes: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "bound": bound,
        "hint": hint,
        "box": bound.as_widget(attrs=attributes),
        "grouped": isinstance(bound.field.widget, CheckboxSelectMultiple | RadioSelect),
        "ticked": isinstance(bound.field.widget, CheckboxInput),
    }


@register.inclusion_tag("desk/parts/crumbs.html")
def crumbs(way: list[Crumb]) -> dict[str, Any]:
    return {"way": way}


@register.simple_tag
def table(shown: Table) -> SafeString:
    return draw(shown)


register.simple_tag(draw_inside, name="proof")
register.simple_tag(draw_cell, name="proof_cell")
register.simple_tag(draw_problem, name="proof_problem")


@register.inclusion_tag("desk/parts/paging.html", takes_context=True)
def paging(context: Mapping[str, Any], page: Page[Any]) -> dict[str, Any]:
    """Steps between the pages of a list; every other part of the address stays."""
    return {"page": page, "request": context["request"]}


@register.filter
def day(value: date | None) -> str:
    """``2026年7月12日``, ``12 July 2026``; an open end is the empty text."""
    return date_format(value, pgettext("whole date", "j F Y")) if value else ""


@register.filter
def short_day(value: date | None) -> str:
    """``7月12日``, ``12 July``: of this year, where the year would be noise."""
    return date_format(value, pgettext("date without year", "j F")) if value else ""


@register.filter
def partial_day(stored: str) -> str:
    """A stored date of which the day, or the month and day, may be unknown: ``1958年3月``, ``1958-03``."""
    if not stored:
        return ""
    known = PartialDate.from_text(stored)
    return said_in(Text(known.chinese, str(known)))


@register.filter
def weekday(value: date) -> str:
    return date_format(value, "l")


@register.filter
def moment(value: datetime | None) -> str:
    """A day and the minute, in the county's time."""
    return date_format(timezone.localtime(value), pgettext("date and minute", "j F Y, H:i")) if value else ""


@register.filter
def said(text: Text) -> str:
    return said_in(text)
