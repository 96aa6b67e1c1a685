"""One case: its page, its moves, what is recorded in it, and how it begins."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qisong.casework.entitled import may, may_work
from qisong.casework.evidence import content
from qisong.casework.machines import MACHINES
from qisong.casework.models import Case
from qisong.casework.terms import Kind, Move, State
from qisong.casework.wording import MOVES
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import download
from qisong.desk.finding import find_member, find_unit
from qisong.desk.pages.case import case_page, find_case, find_evidence
from qisong.desk.pages.case_moves import FORMS
from qisong.desk.pages.case_opening import LiftingForm, OpeningForm, OwnForm, ProblemForm, SearchForm, may_lift
from qisong.desk.pages.case_work import WORKS, WorkForm
from qisong.desk.refusing import said, show_refusal
from qisong.org.models import Unit
from qisong.org.terms import Right
from qisong.roster.secrets import unit_of
from qisong.words.text import Refusal


@never_cache
@require_safe
def case(request: DeskRequest, case: UUID) -> HttpResponse:
    return shown(request, find_case(request.scope, case))


def shown(request: DeskRequest, found: Case, form: WorkForm | None = None) -> HttpResponse:
    page = case_page(request.scope, found, request.user, form)
    return render(request, "desk/cases/case.html", {"page": page}, status=400 if form else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def move(request: DeskRequest, case: UUID, move: str) -> HttpResponse:
    """A move that does not fit the state is refused by the machine, with what is possible."""
    found = find_case(request.scope, case)
    if move not in FORMS or not may(request.scope, found, Move(move)):
        raise Http404
    MACHINES[Kind(found.kind)].take(State(found.state), Move(move))
    form = FORMS[Move(move)](request.POST or None, case=found, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            form.enact(request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("{what}: recorded.").format(what=said(MOVES[Move(move)]).capitalize()))
            return redirect("desk:case", found.pk)
    crumbs = [Crumb(_("Cases"), reverse("desk:my-cases")), Crumb(found.unit.name)]
    context = {"form": form, "case": found, "heading": said(MOVES[Move(move)]).capitalize(), "crumbs": crumbs}
    return render(request, "desk/cases/move.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
def work(request: DeskRequest, case: UUID, work: str) -> HttpResponse:
    found = find_case(request.scope, case)
    if work not in WORKS or not may_work(request.scope, found):
        raise Http404
    form = WORKS[work](request.POST, request.FILES, case=found, by=request.user, prefix=work)
    if form.is_valid():
        try:
            form.enact()
        except Refusal as refusal:
            if refusal.code != "recorded-already":
                show_refusal(form, refusal)
                return shown(request, found, form)
        messages.success(request, _("Recorded."))
        return redirect("desk:case", found.pk)
    return shown(request, found, form)


@never_cache
@require_safe
def evidence(request: DeskRequest, evidence: UUID) -> HttpResponse:
    """Always saved, never shown in the window: nobody has looked at what it is."""
    found = find_evidence(request.scope, evidence)
    suffix = found.name.rpartition(".")[2].lower()
    ending = f".{suffix}" if suffix.isascii() and suffix.isalnum() and len(suffix) < 6 else ""
    return download(content(found), f"evidence-{found.pk.hex[-8:]}{ending}", "application/octet-stream")


@require_http_methods(["GET", "POST"])
def open_search(request: DeskRequest, member: UUID) -> HttpResponse:
    found = find_member(request.scope, member)
    unit = unit_of(found)
    if unit is None or not request.scope.allows(Right.CASES, unit):
        raise Http404
    form = SearchForm(request.POST or None, member=found, unit=unit, scope=request.scope)
    return opening(request, form, _("Look for {name}").format(name=found), reverse("desk:member", args=[found.pk]))


@require_http_methods(["GET", "POST"])
def raise_problem(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.CASES)
    form = ProblemForm(request.POST or None, unit=found, scope=request.scope)
    return opening(request, form, _("A problem of {unit}").format(unit=found.name), cases_of(found))


@require_http_methods(["GET", "POST"])
def begin_lifting(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.CASES)
    if not may_lift(request.scope, found):
        raise Http404
    form = LiftingForm(request.POST or None, unit=found, scope=request.scope)
    return opening(request, form, _("Lift {unit}").format(unit=found.name), cases_of(found))


@never_cache
@require_http_methods(["GET", "POST"])
def own(request: DeskRequest) -> HttpResponse:
    if request.scope.home is None:
        raise Http404
    form = OwnForm(request.POST or None, unit=request.scope.home, scope=request.scope)
    return opening(request, form, _("What have I found in myself?"), reverse("desk:my-cases"))


def cases_of(unit: Unit) -> str:
    return reverse("desk:unit-cases", args=[unit.pk])


def opening(request: DeskRequest, form: OpeningForm, heading: str, back: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            made = form.begin(request.user)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The case is open."))
            return redirect("desk:case", made.pk)
    crumbs = way_to(request.scope, form.unit.pk, heading)
    context = {"form": form, "heading": heading, "crumbs": crumbs, "back": back}
    return render(request, "desk/cases/open.html", context, status=400 if form.errors else 200)
