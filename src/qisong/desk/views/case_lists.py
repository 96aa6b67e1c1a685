"""Many cases: one's own, counted, by name, assigned together, and searches begun together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_unit
from qisong.desk.pages.assigning_cases import (
    TICKED,
    AssignForm,
    SearchesForm,
    before_table,
    unsearched_page,
)
from qisong.desk.pages.case_lists import WordForm, case_list_page, kind_named
from qisong.desk.pages.my_cases import my_cases_page
from qisong.desk.pages.unit_cases import WhenForm, unit_cases_page
from qisong.desk.refusing import show_refusal
from qisong.org.terms import Right
from qisong.words.text import Refusal


@require_safe
def my_cases(request: DeskRequest) -> HttpResponse:
    return render(request, "desk/cases/mine.html", {"page": my_cases_page(request.scope, request.GET)})


@require_safe
def unit_cases(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.CASES)
    page = unit_cases_page(request.scope, found, WhenForm(request.GET, today=request.scope.on))
    return render(request, "desk/cases/unit.html", {"page": page})


@require_http_methods(["GET", "POST"])
def case_list(request: DeskRequest, unit: int, kind: str) -> HttpResponse:
    """POST looks for a name or a word."""
    found = find_unit(request.scope, unit, Right.CASES)
    of = kind_named(kind, request.scope, found)
    form = WordForm(request.POST or None)
    page = case_list_page(request.scope, found, of, request.GET, form)
    return render(request, "desk/cases/list.html", {"page": page})


@require_POST
def assign_cases(request: DeskRequest, unit: int) -> HttpResponse:
    """From a list come the ticked; then the form says what will happen, and that very sentence makes it happen."""
    found = find_unit(request.scope, unit, Right.CASES)
    sent = None if "begin" in request.POST else request.POST
    form = AssignForm(sent, scope=request.scope, unit=found, ticked=request.POST.getlist(TICKED))
    if not form.cases:
        messages.error(request, _("Tick the cases on the list first."))
        return redirect("desk:unit-cases", found.pk)
    will = ""
    if form.is_valid():
        try:
            will = rehearsed_or_done(request, form)
        except Refusal as refusal:
            show_refusal(form, refusal)
        if not will and not form.errors:
            return redirect("desk:unit-cases", found.pk)
    crumbs = way_to(request.scope, found.pk, _("Assign"))
    shown = before_table(form, request.scope) if will else None
    context = {"form": form, "will": will, "shown": shown, "unit": found, "crumbs": crumbs}
    return render(request, "desk/cases/assign.html", context, status=400 if form.errors else 200)


def rehearsed_or_done(request: DeskRequest, form: AssignForm) -> str:
    """What would happen; the empty text if it has just happened."""
    will = form.sentence(done=False)
    if request.POST.get("sure") != will:
        form.rehearse(request.user, request.scope)
        return will
    form.make(request.user, request.scope)
    messages.success(request, form.sentence(done=True))
    return ""


@require_http_methods(["GET", "POST"])
def unsearched(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.CASES)
    form = SearchesForm(request.POST or None, scope=request.scope, unit=found)
    if request.method == "POST" and form.is_valid():
        try:
            n = form.make(request.user, request.scope)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, ngettext("{n} search is open.", "{n} searches are open.", n).format(n=n))
            return redirect("desk:unsearched", found.pk)
    page = unsearched_page(request.scope, found, form, request.GET.get("page"))
    return render(request, "desk/cases/unsearched.html", {"page": page}, status=400 if form.errors else 200)
