"""The ledger of acts: look, take back, print."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_act
from qisong.desk.pages.act import ActPage
from qisong.desk.pages.ledger import LedgerForm, ledger_page
from qisong.desk.pages.sheets import PRINTS
from qisong.desk.refusing import said
from qisong.ledger.reversing import reverse
from qisong.org.terms import Right
from qisong.words.text import Refusal


@require_safe
def ledger(request: DeskRequest) -> HttpResponse:
    """Acts of the units one may see, newest first, narrowed by what is chosen."""
    if not (request.scope.names or request.scope.lesson_units):
        raise Http404
    form = LedgerForm(request.GET or None, scope=request.scope)
    return render(request, "desk/acts/ledger.html", {"page": ledger_page(request.scope, form, request.GET.get("page"))})


@require_safe
def act(request: DeskRequest, act: UUID) -> HttpResponse:
    found = find_act(request.scope, act)
    crumbs = way_to(request.scope, found.unit_id, _("Act"))
    return render(request, "desk/acts/act.html", {"page": ActPage(found, request.scope), "crumbs": crumbs})


@require_http_methods(["GET", "POST"])
def reverse_act(request: DeskRequest, act: UUID) -> HttpResponse:
    """Ask why, then reverse the act, or the one row of it that ``row`` names."""
    found = find_act(request.scope, act, Right.RECORD)
    page = ActPage(found, request.scope)
    row = request.POST.get("row") or request.GET.get("row") or ""
    line = page.find(row) if row else None
    if row and line is None:
        raise Http404
    context = {"page": page, "line": line, "crumbs": way_to(request.scope, found.unit_id, _("Reverse"))}
    if request.method == "GET":
        return render(request, "desk/acts/reverse.html", context)
    try:
        reason = request.POST.get("reason", "").strip()
        reverse(by=request.user, scope=request.scope, target=row or str(found.pk), reason=reason)
    except Refusal as refusal:
        return render(request, "desk/acts/reverse.html", {**context, "wrong": said(refusal.text)}, status=400)
    messages.success(request, _("Reversed. It counts nowhere any more."))
    return redirect("desk:act", found.pk)


@require_safe
def print_act(request: DeskRequest, act: UUID, sheet: str) -> HttpResponse:
    """A paper of the act: its record, its attendance sheet, its hand-out register."""
    found = find_act(request.scope, act)
    if sheet not in PRINTS:
        raise Http404
    template, made = PRINTS[sheet]
    return render(request, template, {"page": made(ActPage(found, request.scope))})
