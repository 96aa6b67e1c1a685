"""Contact cards to print."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_unit
from qisong.desk.pages.contact_cards import CardsForm
from qisong.desk.refusing import show_refusal
from qisong.org.terms import Right
from qisong.words.text import Refusal


@never_cache
@require_http_methods(["GET", "POST"])
def contact_cards(request: DeskRequest, unit: int) -> HttpResponse:
    """Asks for whom and whom to ring; the answer is the pile of cards, kept nowhere."""
    found = find_unit(request.scope, unit, Right.NAMES)
    form = CardsForm(request.POST or None, unit=found, scope=request.scope)
    form.initial["people"] = request.GET.getlist("for")
    form.initial["contact"] = next(iter(form.posts), "")
    if form.is_valid():
        try:
            return render(request, "desk/cards.html", {"pile": form.cards(request.user)})
        except Refusal as refusal:
            show_refusal(form, refusal)
    crumbs = way_to(request.scope, found.pk, _("Contact cards"))
    context = {"form": form, "unit": found, "crumbs": crumbs}
    return render(request, "desk/contact_cards.html", context, status=400 if form.errors else 200)
