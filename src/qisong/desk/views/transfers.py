"""Many people go to another unit at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qisong.desk.crumbs import way_to
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import find_unit
from qisong.desk.pages.transferring import TICKED, Preview, TransferForm, preview, staying
from qisong.desk.refusing import show_refusal
from qisong.org.terms import Right
from qisong.words.text import Refusal


@require_POST
def transfer_members(request: DeskRequest, unit: int) -> HttpResponse:
    """From the roster come the ticked; then the form says what will happen, and that very sentence makes it happen."""
    found = find_unit(request.scope, unit, Right.ROSTER)
    ticked = request.POST.getlist(TICKED)
    if not ticked:
        messages.error(request, _("Tick the people on the list first."))
        return redirect("desk:roster", found.pk)
    sent = None if "begin" in request.POST else request.POST
    form = TransferForm(sent, source=found, scope=request.scope, ticked=ticked)
    shown = None
    if form.is_valid():
        try:
            shown = rehearsed_or_done(request, form)
        except Refusal as refusal:
            show_refusal(form, refusal)
        if shown is None and not form.errors:
            return redirect("desk:roster", form.value("unit").pk)
    crumbs = way_to(request.scope, found.pk, _("Transfer"))
    context = {"form": form, "shown": shown, "unit": found, "crumbs": crumbs}
    return render(request, "desk/roster/transfer.html", context, status=400 if form.errors else 200)


def rehearsed_or_done(request: DeskRequest, form: TransferForm) -> Preview | None:
    """What would happen; None if it has just happened, or if there is nothing to do and the form says why."""
    plan = form.plan()
    if not plan.moving:
        form.add_error(TICKED, _("Nobody can be moved on that day.") + staying(plan))
        return None
    if request.POST.get("sure") != form.sentence(plan, done=False):
        return preview(form, plan, request.user)
    form.make(request.user, plan)
    messages.success(request, form.sentence(plan, done=True))
    return None
