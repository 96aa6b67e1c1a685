"""Who is still missing: counted for a unit and its children, and by name."""

from __future__ import annotations

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import JSON, download
from qisong.desk.downloads import workbook as as_workbook
from qisong.desk.finding import find_unit, need_right
from qisong.desk.pages.choosing import ChoiceForm, choice_of, offered_items
from qisong.desk.pages.days import days_page
from qisong.desk.pages.friday import friday_page
from qisong.desk.pages.names import names_page
from qisong.desk.pages.pivot import Asked, PivotForm, ask, pivot_data, pivot_page, pivot_workbook
from qisong.desk.pages.unit import unit_page
from qisong.desk.pages.unit_workbook import unit_workbook
from qisong.org.models import Unit
from qisong.org.scope import Scope
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
def own_pivot(request: DeskRequest) -> HttpResponse:
    """The pivot of the unit of the reader's first post."""
    need_right(request.scope, Right.FIGURES)
    home = request.scope.home
    if home is None or not request.scope.allows(Right.FIGURES, home):
        raise Http404
    return redirect("desk:pivot", home.pk)


@require_safe
def pivot_sheet(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.FIGURES)
    asked = asked_by(request.scope, found, request.GET)
    if asked is None:
        return redirect(f"{reverse('desk:pivot', args=[unit])}?{request.GET.urlencode()}")
    return as_workbook(pivot_workbook(asked, found), f"coverage-{found.pk}-crossed.xlsx")


@require_safe
def pivot_file(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.FIGURES)
    asked = asked_by(request.scope, found, request.GET)
    if asked is None:
        return redirect(f"{reverse('desk:pivot', args=[unit])}?{request.GET.urlencode()}")
    return download(pivot_data(asked, found), f"coverage-{found.pk}-crossed.json", JSON)


def asked_by(scope: Scope, unit: Unit, query: QueryDict) -> Asked | None:
    """What the page would show; None for a choice that cannot be read, since the page says why."""
    form = PivotForm(query, today=scope.on, items=offered_items(query, scope.on))
    try:
        return ask(scope, unit, form) if form.is_valid() else None
    except Refusal:
        return None


@require_safe
def days(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.FIGURES)
    return render(request, "desk/days.html", {"page": days_page(request.scope, found, request.GET)})


@require_safe
def friday(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.NAMES)
    return render(request, "desk/friday.html", {"page": friday_page(found, request.scope)})
