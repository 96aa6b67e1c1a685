"""Cases as sheets: ledgers and registers brought in after they were looked through, and taken away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qisong.casework.ledger_writing import write_ledger
from qisong.casework.registration import Register, write_register
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import workbook
from qisong.desk.finding import find_unit
from qisong.desk.pages.case_sheets import INCOMING, Handed, Incoming, SheetForm, handed, reviewed_page, sheet_page
from qisong.desk.refusing import show_refusal
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.seals.sealing import SealBrokenError
from qisong.words.text import Refusal

SHEETS: dict[str, Callable[[Scope, Unit], bytes]] = {
    "ledger": write_ledger,
    "found": partial(write_register, register=Register.FOUND),
    "lost": partial(write_register, register=Register.LOST),
}


@require_safe
def export(request: DeskRequest, unit: int, form: str) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.CASES)
    if form not in SHEETS:
        raise Http404
    return workbook(SHEETS[form](request.scope, found), f"{form}-{found.pk}-{request.scope.on:%Y%m%d}.xlsx")


@never_cache
@require_http_methods(["GET", "POST"])
def bring_in(request: DeskRequest, unit: int, sheet: str) -> HttpResponse:
    """A file is looked through first; then the same page brings it in, or gives it back with its mistakes marked."""
    found = find_unit(request.scope, unit, Right.CASES)
    incoming = INCOMING[sheet]
    if "sealed" in request.POST:
        return answered(request, found, incoming)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.value("file")
        given = Handed(file.name or "", file.read(), form.value("on"))
        try:
            return shown(request, found, incoming, given)
        except Refusal as refusal:
            show_refusal(form, refusal)
    page = sheet_page(request.scope, found, incoming, form)
    return render(request, "desk/cases/sheet.html", {"page": page}, status=400 if form.errors else 200)


def answered(request: DeskRequest, unit: Unit, incoming: Incoming) -> HttpResponse:
    try:
        given = handed(unit, request.user, request.POST["sealed"])
    except SealBrokenError:
        raise Http404 from None
    told = told_by(unit, given)
    if "annotated" in request.POST:
        marked = incoming.examine(**told).annotated(given.content, given.name)
        return workbook(marked, f"{incoming.code}-{unit.pk}-marked.xlsx")
    review = incoming.enter(by=request.user, **told)
    if review.has_errors:
        return shown(request, unit, incoming, given)
    n = len(review.lines)
    messages.success(request, ngettext("{n} row is brought in.", "{n} rows are brought in.", n).format(n=n))
    return redirect("desk:unit-cases", unit.pk)


def told_by(unit: Unit, given: Handed) -> dict[str, Any]:
    said = {"unit": unit, "source": given.content, "filename": given.name, "on": given.on}
    return said | {"today": timezone.localdate()}


def shown(request: DeskRequest, unit: Unit, incoming: Incoming, given: Handed) -> HttpResponse:
    review = incoming.examine(**told_by(unit, given))
    page = reviewed_page(request.scope, unit, incoming, review, given.sealed(unit, request.user))
    return render(request, "desk/cases/sheet.html", {"page": page}, status=400 if review.has_errors else 200)
