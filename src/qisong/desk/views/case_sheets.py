"""Cases as sheets: a ledger of problems brought in after it was looked through, and taken away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qisong.casework.ledger_sheet import LedgerReview, annotated_ledger, examine_ledger, import_ledger, write_ledger
from qisong.casework.registration import Register, write_register
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import workbook
from qisong.desk.finding import find_unit
from qisong.desk.pages.case_sheets import Handed, LedgerForm, handed, ledger_page, reviewed_page
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
def bring_in(request: DeskRequest, unit: int) -> HttpResponse:
    """A file is looked through first; then the same page brings it in, or gives it back with its mistakes marked."""
    found = find_unit(request.scope, unit, Right.CASES)
    if "sealed" in request.POST:
        return answered(request, found)
    form = LedgerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.value("file")
        given = Handed(file.name or "", file.read(), form.value("on"))
        try:
            return shown(request, found, given)
        except Refusal as refusal:
            show_refusal(form, refusal)
    page = ledger_page(request.scope, found, form)
    return render(request, "desk/cases/ledger.html", {"page": page}, status=400 if form.errors else 200)


def answered(request: DeskRequest, unit: Unit) -> HttpResponse:
    try:
        given = handed(unit, request.user, request.POST["sealed"])
    except SealBrokenError:
        raise Http404 from None
    if "annotated" in request.POST:
        marked = annotated_ledger(given.content, given.name, examined(unit, given))
        return workbook(marked, f"ledger-{unit.pk}-marked.xlsx")
    today = timezone.localdate()
    review = import_ledger(
        by=request.user, unit=unit, source=given.content, filename=given.name, on=given.on, today=today
    )
    if review.has_errors:
        return shown(request, unit, given)
    n = len(review.lines)
    messages.success(request, ngettext("{n} problem is brought in.", "{n} problems are brought in.", n).format(n=n))
    return redirect("desk:unit-cases", unit.pk)


def examined(unit: Unit, given: Handed) -> LedgerReview:
    today = timezone.localdate()
    return examine_ledger(unit=unit, source=given.content, filename=given.name, on=given.on, today=today)


def shown(request: DeskRequest, unit: Unit, given: Handed) -> HttpResponse:
    review = examined(unit, given)
    page = reviewed_page(request.scope, unit, review, given.sealed(unit, request.user))
    return render(request, "desk/cases/ledger.html", {"page": page}, status=400 if review.has_errors else 200)
