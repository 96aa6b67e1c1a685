"""The roster of a unit."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import workbook
from qisong.desk.finding import find_unit
from qisong.desk.pages.left import ReasonForm, find_leaving, left_page
from qisong.desk.pages.member import JoiningForm
from qisong.desk.pages.roster import ExportForm, WantedForm, roster_page
from qisong.desk.refusing import show_refusal
from qisong.org.terms import Right
from qisong.roster.editing import add_member as add
from qisong.roster.exporting import export_roster as export
from qisong.roster.returning import take_back as put_back
from qisong.words.text import Refusal


@require_http_methods(["GET", "POST"])
def roster(request: DeskRequest, unit: int) -> HttpResponse:
    """POST looks for a name."""
    found = find_unit(request.scope, unit, Right.NAMES)
    form = WantedForm(request.POST or None)
    page = roster_page(found, request.scope, form, request.GET.get("page"))
    return render(request, "desk/roster/roster.html", {"page": page})


@require_safe
def left(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.ROSTER)
    page = left_page(found, request.scope, request.GET.get("page"))
    return render(request, "desk/roster/left.html", {"page": page})


@require_http_methods(["GET", "POST"])
def take_back(request: DeskRequest, tie: int) -> HttpResponse:
    """Somebody who left by mistake is on the roster again, as if they had never left."""
    found = find_leaving(request.scope, tie)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = put_back(by=request.user, tie=found, reason=form.value("reason"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("On the roster."))
            return redirect("desk:member", member.pk)
    context = {
        "form": form,
        "heading": _("Did {name} never leave {unit}?").format(name=found.member, unit=found.unit.name),
        "crumbs": way_to(request.scope, found.unit_id, _("Who left")),
        "back": reverse("desk:left", args=[found.unit_id]),
    }
    return render(request, "desk/roster/form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def export_roster(request: DeskRequest, unit: int) -> HttpResponse:
    """The national form, numbers masked; in full only with a reason, which the journal keeps."""
    found = find_unit(request.scope, unit, Right.EXPORT)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stream = BytesIO()
        try:
            export(by=request.user, unit=found, stream=stream, on=request.scope.on, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return workbook(stream.getvalue(), f"roster-{request.scope.on:%Y%m%d}.xlsx")
    context = {"form": form, "unit": found, "crumbs": way_to(request.scope, found.pk, _("Export the roster"))}
    return render(request, "desk/roster/export.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def add_member(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.ROSTER)
    form = JoiningForm(request.POST or None, initial={"category": "full", "on": request.scope.on})
    if request.method == "POST" and form.is_valid():
        try:
            added = add(by=request.user, unit=found, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("On the roster."))
            return redirect("desk:member", added.pk)
    context = {
        "form": form,
        "heading": _("Who joins {unit}?").format(unit=found.name),
        "crumbs": way_to(request.scope, found.pk, _("Add a member")),
        "back": reverse("desk:roster", args=[found.pk]),
    }
    return render(request, "desk/roster/form.html", context, status=400 if form.errors else 200)
