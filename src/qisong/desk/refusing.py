"""How a refusal reaches the person: at the field that caused it, or as a page of its own."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from qisong.words.text import Refusal, Text


def said(text: Text) -> str:
    """The wording in the language of this request."""
    return text.choose(get_language() or "zh-hans")


def refused_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page that says what is wrong; a partial request gets the message alone, above what was typed."""
    partial = bool(getattr(request, "htmx", False))
    template = "desk/parts/refusal.html" if partial else "desk/refused.html"
    response = render(request, template, {"text": said(refusal.text)}, status=400)
    if partial:
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML"
    return response


def show_refusal(form: BaseForm, refusal: Refusal) -> None:
    """Put the refusal at its field, or above the form when it names none that the form has."""
    place = refusal.place if refusal.place in form.fields else None
    form.add_error(place, said(refusal.text))
