"""The aspects of problems, in the county's own words."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qisong.desk.crumbs import Crumb
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import need_right
from qisong.desk.pages.aspects import AspectForm, aspects_page, find_aspect, way
from qisong.desk.refusing import show_refusal
from qisong.org.models import Term
from qisong.org.rewording import add_term, retire_term, reword_term
from qisong.org.terms import Right, TermCategory
from qisong.words.text import Refusal


@require_http_methods(["GET", "POST"])
def aspects(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.PROGRAMMES)
    form = AspectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = told(form, lambda: add_term(by=request.user, category=TermCategory.ASPECT, **form.cleaned_data))
        if made:
            messages.success(request, _("{aspect}: added.").format(aspect=made))
            return redirect("desk:aspects")
    page = aspects_page(form)
    return render(request, "desk/cases/aspects.html", {"page": page}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def aspect(request: DeskRequest, code: str) -> HttpResponse:
    """Called otherwise, or taken out of use and back."""
    need_right(request.scope, Right.PROGRAMMES)
    term = find_aspect(code)
    retired = bool(term.data.get("retired"))
    if "retire" in request.POST:
        retire_term(by=request.user, term=term, retired=not retired)
        said = _("{aspect} is offered again.") if retired else _("{aspect} is offered no longer.")
        messages.success(request, said.format(aspect=term))
        return redirect("desk:aspects")
    form = AspectForm(request.POST or None, initial={"zh": term.zh, "en": term.en})
    if request.method == "POST" and form.is_valid():
        changed = told(form, lambda: reword_term(by=request.user, term=term, **form.cleaned_data))
        if changed:
            messages.success(request, _("{aspect}: saved.").format(aspect=changed))
            return redirect("desk:aspects")
    crumbs = [*way(), Crumb(_("Aspects"), reverse("desk:aspects")), Crumb(str(term))]
    shown = {"form": form, "term": term, "retired": retired, "crumbs": crumbs}
    return render(request, "desk/cases/aspect.html", shown, status=400 if form.errors else 200)


def told(form: AspectForm, verb: Callable[[], Term]) -> Term | None:
    try:
        return verb()
    except Refusal as refusal:
        show_refusal(form, refusal)
        return None
