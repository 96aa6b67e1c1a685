"""Programmes: what is delivered, to whom, in which round; and who is exempt by decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qisong.desk.crumbs import Crumb
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_unit, need_right
from qisong.desk.forms import OnForm
from qisong.desk.pages.exemptions import ExemptForm, exempt_crumbs, exemptions_page, whom
from qisong.desk.pages.programme import THINGS, find, programme_page, programmes_table
from qisong.desk.pages.programme_verbs import FORMS
from qisong.desk.refusing import show_refusal
from qisong.ledger.exempting import end_exemption
from qisong.ledger.models import Exemption
from qisong.ledger.programmes import lift as lift_obligation
from qisong.org.terms import Right
from qisong.words.text import Refusal


@require_safe
def programmes(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.FIGURES)
    may_set = request.scope.allows(Right.PROGRAMMES)
    return render(request, "desk/programmes.html", {"table": programmes_table(request.scope), "may_set": may_set})


@require_safe
def programme(request: DeskRequest, code: str) -> HttpResponse:
    need_right(request.scope, Right.FIGURES)
    return render(request, "desk/programme.html", {"page": programme_page(request.scope, code)})


@require_http_methods(["GET", "POST"])
def new_thing(request: DeskRequest, code: str, thing: str) -> HttpResponse:
    """Add an item, a title, an audience, or what is owed to whom."""
    need_right(request.scope, Right.PROGRAMMES)
    found = find(code)
    if thing not in FORMS:
        raise Http404
    form = FORMS[thing](request.POST or None, programme=found, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            form.make(request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("{programme}: added.").format(programme=found))
            return redirect("desk:programme", code)
    crumbs = [Crumb(str(found)), Crumb(THINGS[thing])]
    shown = {"form": form, "programme": found, "heading": THINGS[thing], "crumbs": crumbs}
    return render(request, "desk/new_thing.html", shown)


@require_http_methods(["GET", "POST"])
def lift(request: DeskRequest, code: str, obligation: int) -> HttpResponse:
    need_right(request.scope, Right.PROGRAMMES)
    owed = [one for item in find(code).items.all() for one in item.obligations.all() if one.pk == obligation]
    if not owed:
        raise Http404
    if request.method == "POST":
        lift_obligation(by=request.user, obligation=owed[0])
        messages.success(request, _("{item} is owed no longer.").format(item=owed[0].item))
        return redirect("desk:programme", code)
    return render(request, "desk/lift.html", {"owed": owed[0], "code": code})


@require_safe
def exemptions(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.NAMES)
    return render(request, "desk/exemptions.html", {"page": exemptions_page(request.scope, request.GET.get("page"))})


@require_http_methods(["GET", "POST"])
def exempt(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.EXEMPT)
    form = ExemptForm(request.POST or None, unit=found, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            decision = form.make(request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("{who} is exempt from {item}.").format(who=whom(decision), item=decision.item))
            return redirect("desk:exemptions")
    crumbs = exempt_crumbs(request.scope, found)
    return render(request, "desk/exempt.html", {"form": form, "unit": found, "crumbs": crumbs})


@require_http_methods(["GET", "POST"])
def end_one(request: DeskRequest, exemption: UUID) -> HttpResponse:
    need_right(request.scope, Right.EXEMPT)
    found = Exemption.objects.within(request.scope).filter(pk=exemption).first()
    if found is None:
        raise Http404
    form = OnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_exemption(by=request.user, scope=request.scope, exemption=found, on=form.value("on"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("{who} is owed again.").format(who=whom(found)))
            return redirect("desk:exemptions")
    return render(request, "desk/end_exemption.html", {"form": form, "who": whom(found), "exemption": found})
