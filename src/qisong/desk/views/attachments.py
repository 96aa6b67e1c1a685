"""Members who live elsewhere: what their own unit does, and what the unit does where they live."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_unit
from qisong.desk.pages.attachments import ABSENT, ATTACHED, AttachmentsPage, Deed, attached_page, away_page
from qisong.desk.refusing import show_refusal
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.words.text import Refusal


@require_http_methods(["GET", "POST"])
def attached(request: DeskRequest, unit: int) -> HttpResponse:
    return answered(request, unit, ATTACHED, attached_page, "desk/roster/attached.html")


@require_http_methods(["GET", "POST"])
def away(request: DeskRequest, unit: int) -> HttpResponse:
    return answered(request, unit, ABSENT, away_page, "desk/roster/away.html")


def answered(
    request: DeskRequest,
    unit: int,
    deeds: Mapping[str, type[Deed]],
    made: Callable[[Unit, Scope], AttachmentsPage],
    template: str,
) -> HttpResponse:
    """The page with a form for each deed; the button pressed says by ``do`` which of them is meant."""
    found = find_unit(request.scope, unit, Right.ROSTER)
    do = request.POST.get("do", "")
    forms = {
        code: deed(request.POST if code == do else None, unit=found, scope=request.scope, auto_id=f"{code}-%s")
        for code, deed in deeds.items()
    }
    if do in forms and done(request, forms[do]):
        return redirect(request.path)
    wrong = do in forms
    return render(request, template, {"page": made(found, request.scope), "forms": forms}, status=400 if wrong else 200)


def done(request: DeskRequest, form: Deed) -> bool:
    if not form.is_valid():
        return False
    try:
        messages.success(request, form.enact(request.user))
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    return True
