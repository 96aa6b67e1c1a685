"""Who is still missing: counted for a unit and its children, and by name."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import workbook as as_workbook
from qisong.desk.finding import find_unit
from qisong.desk.pages.choosing import ChoiceForm, choice_of, owed_items
from qisong.desk.pages.days import days_page
from qisong.desk.pages.friday import friday_page
from qisong.desk.pages.names import names_page
from qisong.desk.pages.pivot import PivotForm, ask, pivot_page, pivot_workbook
from qisong.desk.pages.unit import unit_page
from qisong.desk.pages.unit_workbook import unit_workbook
from qisong.org.terms import Right
from qisong.words.text import Refusal


@require_safe
def unit(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.FIGURES)
    form = ChoiceForm(request.GET, today=request.scope.on)
    return render(request, "desk/unit.html", {"page": unit_page(request.scope, found, form)})


@require_safe
def workbook(request: DeskRequest, unit: int) -> HttpResponse:
    """The same table to take away; a choice that cannot be read leads back to the page that says why."""
    found = find_unit(request.scope, unit, Right.FIGURES)
    form = ChoiceForm(request.GET, today=request.scope.on)
    if not form.is_valid():
        return redirect(f"{reverse('desk:unit', args=[unit])}?{request.GET.urlencode()}")
    content = unit_workbook(request.scope, found, choice_of(form, request.scope))
    return as_workbook(content, f"coverage-{found.pk}.xlsx")


@require_safe
def names(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.NAMES)
    return render(request, "desk/names.html", {"page": names_page(request.scope, found, request.GET)})


@require_safe
def pivot(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.FIGURES)
    return render(request, "desk/pivot.html", {"page": pivot_page(request.scope, found, request.GET)})


@require_safe
def pivot_sheet(request: DeskRequest, unit: int) -> HttpResponse:
    """What the page shows; a choice that cannot be read leads back to the page that says why."""
    found = find_unit(request.scope, unit, Right.FIGURES)
    form = PivotForm(request.GET, today=request.scope.on, items=owed_items(request.scope.on))
    try:
        asked = ask(request.scope, found, form) if form.is_valid() else None
    except Refusal:
        asked = None
    if asked is None:
        return redirect(f"{reverse('desk:pivot', args=[unit])}?{request.GET.urlencode()}")
    return as_workbook(pivot_workbook(asked, found), f"coverage-{found.pk}-crossed.xlsx")


@require_safe
def days(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.FIGURES)
    return render(request, "desk/days.html", {"page": days_page(request.scope, found, request.GET)})


@require_safe
def friday(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.NAMES)
    return render(request, "desk/friday.html", {"page": friday_page(found, request.scope)})
