"""Posts, contact points and pairings: of one unit, and of the county."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_unit, need_right
from qisong.desk.forms import OnForm
from qisong.desk.pages.handing_over import SuccessorForm, carry_out, handed_over, signs_in
from qisong.desk.pages.tie_lists import tie_list_page
from qisong.desk.pages.ties import FORMS, HEADING, TieKind, end_tie, holder, people_at, ties_of, ties_page
from qisong.desk.refusing import show_refusal
from qisong.desk.templatetags.desk import day
from qisong.org.appointing import may_give
from qisong.org.terms import Right
from qisong.words.text import Refusal


@require_safe
def unit_ties(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.FIGURES)
    return render(request, "desk/ties.html", {"page": ties_page(request.scope, found)})


@require_http_methods(["GET", "POST"])
def new_tie(request: DeskRequest, unit: int, kind: str) -> HttpResponse:
    found, of = find_unit(request.scope, unit, Right.POSTS), kind_of(kind)
    form = FORMS[of](request.POST or None, unit=found, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                tie = form.make(request.user, found)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            said = _("{holder} is entered for {unit} from {day} on.")
            messages.success(request, said.format(holder=holder(tie), unit=found, day=day(tie.valid_from)))
            return redirect("desk:ties", found.pk)
    crumbs = way_to(request.scope, found.pk, HEADING[of])
    return render(request, "desk/new_tie.html", {"form": form, "unit": found, "heading": HEADING[of], "crumbs": crumbs})


@require_http_methods(["GET", "POST"])
def end_one(request: DeskRequest, kind: str, tie: int) -> HttpResponse:
    found = ties_of(request.scope, kind_of(kind)).filter(pk=tie).select_related("unit").first()
    if found is None or not request.scope.allows(Right.POSTS, found.unit):
        raise Http404
    form = OnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_tie(request.user, found, form.value("on"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            said = _("{holder}, {unit}: ended on {day}.")
            messages.success(request, said.format(holder=holder(found), unit=found.unit, day=day(form.value("on"))))
            return redirect("desk:ties", found.unit_id)
    shown = {"form": form, "tie": found, "holder": holder(found), "heading": HEADING[kind_of(kind)]}
    return render(request, "desk/end_tie.html", shown | {"crumbs": way_to(request.scope, found.unit_id)})


@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: DeskRequest, tie: int) -> HttpResponse:
    """To whom a post goes and what goes with it; the answer is the paper for the successor, shown this once."""
    found = ties_of(request.scope, TieKind.POST).filter(pk=tie).select_related("unit", "person").first()
    if found is None or not may_give(request.scope, found.unit, found.role):
        raise Http404
    goes_along = handed_over(found, request.scope)
    form = SuccessorForm(request.POST or None, scope=request.scope, people=people_at(request.scope, found.unit))
    shown = {"form": form, "post": found, "hand_over": goes_along, "crumbs": way_to(request.scope, found.unit_id)}
    if request.method == "POST" and form.is_valid():
        try:
            new, slip = carry_out(request.scope, request.user, found, form)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return render(
                request, "desk/handed_over.html", shown | {"new": new, "slip": slip, "signs_in": signs_in(new)}
            )
    return render(request, "desk/hand_over.html", shown, status=400 if form.errors else 200)


@require_safe
def tie_list(request: DeskRequest, kind: str) -> HttpResponse:
    """All contact points, or all pairings, among the reader's units."""
    need_right(request.scope, Right.POSTS)
    page = tie_list_page(request.scope, kind_of(kind), under=request.GET.get("under"), number=request.GET.get("page"))
    return render(request, "desk/tie_list.html", {"page": page})


def kind_of(kind: str) -> TieKind:
    try:
        return TieKind(kind)
    except ValueError as unknown:
        raise Http404 from unknown
