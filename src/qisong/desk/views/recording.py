"""Record an act, correct one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_act, find_place
from qisong.desk.forms import posted_day
from qisong.desk.pages.act import begun_from
from qisong.desk.pages.recording import ActSheet, fresh_sheet
from qisong.desk.pages.saying import sentences
from qisong.desk.refusing import said
from qisong.ledger.composing import usual_channel
from qisong.ledger.correcting import correct
from qisong.ledger.models import Activity
from qisong.ledger.recording import Acknowledgement, record
from qisong.ledger.terms import VISIT, Verdict
from qisong.org.models import Unit
from qisong.org.terms import Right


@require_http_methods(["GET", "POST"])
def record_act(request: DeskRequest, unit: int) -> HttpResponse:
    """The sheet of one unit: fresh, filled by a link, looked at before saving, or saved."""
    found = find_place(request.scope, unit)
    if request.method == "GET" or "begin" in request.POST:
        named = request.GET.getlist("for") + request.POST.getlist("for")
        return show(request, fresh_sheet(found, request.scope, begun=visit_to(named)))
    sheet = sent_sheet(request, found)
    if "save" not in request.POST or not sheet.is_valid():
        return show(request, sheet)
    answer = record(sheet.document(), by=request.user, scope=request.scope, door="desk")
    return after(request, sheet, answer)


@require_http_methods(["GET", "POST"])
def correct_act(request: DeskRequest, act: UUID) -> HttpResponse:
    """The sheet of a recorded act, to be reversed and recorded right in one go."""
    found = find_act(request.scope, act, Right.RECORD)
    if request.method == "GET":
        begun = begun_from(found, request.scope)
        return show(request, fresh_sheet(found.unit, request.scope, found.on, begun=begun), found)
    sheet = sent_sheet(request, found.unit)
    reason = request.POST.get("reason", "").strip()
    if "save" not in request.POST or not sheet.is_valid():
        return show(request, sheet, found)
    if not reason:
        sheet.problems = [_("Say why the act is corrected.")]
        return show(request, sheet, found)
    answer = correct(
        by=request.user, scope=request.scope, activity=found, document=sheet.document(), reason=reason, door="desk"
    )
    return after(request, sheet, answer, found)


def visit_to(members: list[str]) -> dict[str, Any]:
    """A sheet begun from names that were ticked elsewhere: somebody went to see these people."""
    return {"present": members, "parts": [VISIT], "channel": usual_channel({VISIT})} if members else {}


def sent_sheet(request: DeskRequest, unit: Unit) -> ActSheet:
    day = posted_day(request.POST.get("on"), timezone.localdate())
    return ActSheet(unit, request.scope, day, sent=request.POST.copy())


def after(
    request: DeskRequest, sheet: ActSheet, answer: Acknowledgement, corrected: Activity | None = None
) -> HttpResponse:
    if answer.verdict in {Verdict.STORED, Verdict.ALREADY_STORED}:
        messages.success(request, "".join(sentences(sheet, done=True)))
        return redirect("desk:act", answer.act)
    sheet.problems = [said(problem.text) for problem in answer.problems]
    return show(request, sheet, corrected)


def show(request: DeskRequest, sheet: ActSheet, corrected: Activity | None = None) -> HttpResponse:
    """The whole page, or, for a partial request, the people and the sentence alone."""
    wrong = "save" in request.POST
    context = {
        "sheet": sheet,
        "corrected": corrected,
        "reason": request.POST.get("reason", ""),
        "sentences": sentences(sheet, done=False) if sheet.sent is not None else [],
        "crumbs": way_to(request.scope, sheet.unit.pk, _("Record an act")),
        "uneven": sheet.begun.get("uneven", False),
    }
    template = "desk/acts/sheet.html" if request.htmx else "desk/acts/record.html"
    return render(request, template, context, status=400 if wrong else 200)
