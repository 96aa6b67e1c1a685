"""Change the tree at one unit: choose the verb, look at the sentence, do it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_unit
from qisong.desk.pages.tree_verbs import FORMS, LABELS, Change, offered, rehearse
from qisong.desk.refusing import show_refusal
from qisong.org.terms import Right
from qisong.words.text import Refusal


@require_safe
def changes(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.TREE)
    crumbs = way_to(request.scope, found.pk, _("Change the tree"))
    return render(
        request, "desk/changes.html", {"unit": found, "labels": offered(request.scope, found).items(), "crumbs": crumbs}
    )


@require_http_methods(["GET", "POST"])
def change(request: DeskRequest, unit: int, verb: str) -> HttpResponse:
    """Sent once, the form says what will happen; sent again with that very sentence, it happens."""
    found, of = find_unit(request.scope, unit, Right.TREE), verb_of(verb)
    form = FORMS[of](request.POST or None, unit=found, scope=request.scope, initial=request.GET.dict())
    will = ""
    if request.method == "POST" and form.is_valid():
        will, was = form.sentence(done=False), form.sentence(done=True)
        try:
            if request.POST.get("sure") == will:
                form.make(request.user)
                messages.success(request, was)
                return redirect("desk:changed", found.pk)
            rehearse(lambda: form.make(request.user))
        except Refusal as refusal:
            show_refusal(form, refusal)
            will = ""
    crumbs = way_to(request.scope, found.pk, LABELS[of])
    shown = {"form": form, "unit": found, "label": LABELS[of], "will": will, "crumbs": crumbs}
    return render(request, form.template_name, shown)


@require_safe
def changed(request: DeskRequest, unit: int) -> HttpResponse:
    """Back to the unit, or to what is above it when it stands no more."""
    found = find_unit(request.scope, unit, Right.TREE)
    standing = found.pk in request.scope.tree.nodes
    return redirect("desk:unit", found.pk) if standing else redirect("desk:home")


def verb_of(verb: str) -> Change:
    try:
        return Change(verb)
    except ValueError as unknown:
        raise Http404 from unknown
