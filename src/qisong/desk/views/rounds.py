"""Rounds of a programme: opened, stopped, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qisong.desk.crumbs import Crumb
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import need_right
from qisong.desk.forms import DayField, DeskForm
from qisong.desk.pages.programme import find
from qisong.desk.pages.rounds import OpenRoundForm, find_round, sentence
from qisong.desk.refusing import show_refusal
from qisong.ledger.opening import open_round, stop_rhythm
from qisong.ledger.programmes import end
from qisong.org.terms import Right
from qisong.words.text import Refusal


class EndForm(DeskForm):
    on = DayField(ahead=True)

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.fields["on"].label = _("Closed from")


@require_http_methods(["GET", "POST"])
def opening(request: DeskRequest, code: str) -> HttpResponse:
    """Sent once, the form says what will happen; sent again with that very sentence, it happens."""
    need_right(request.scope, Right.PROGRAMMES)
    programme = find(code)
    form = OpenRoundForm(request.POST or None, programme=programme, initial={"starts_on": request.scope.on})
    will = ""
    if request.method == "POST" and form.is_valid():
        try:
            plan = form.plan()
            will = sentence(plan)
            if request.POST.get("sure") == will:
                messages.success(request, _("{round} is open.").format(round=open_round(by=request.user, plan=plan)))
                return redirect("desk:programme", code)
        except Refusal as refusal:
            show_refusal(form, refusal)
            will = ""
    crumbs = [Crumb(str(programme)), Crumb(_("Open a round"))]
    return render(
        request, "desk/open_round.html", {"form": form, "programme": programme, "will": will, "crumbs": crumbs}
    )


@require_http_methods(["GET", "POST"])
def stop(request: DeskRequest, code: str, number: int) -> HttpResponse:
    need_right(request.scope, Right.PROGRAMMES)
    found = find_round(find(code), number)
    if request.method == "POST":
        stop_rhythm(by=request.user, last=found)
        messages.success(request, _("No further round opens after {round}.").format(round=found))
        return redirect("desk:programme", code)
    return render(request, "desk/stop_round.html", {"round": found, "code": code})


@require_http_methods(["GET", "POST"])
def ending(request: DeskRequest, code: str, number: int) -> HttpResponse:
    need_right(request.scope, Right.PROGRAMMES)
    found = find_round(find(code), number)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end(by=request.user, thing=found, on=form.value("on"))
        except Refusal as refusal:
            show_refusal(form, Refusal(refusal.code, refusal.text, "on"))
        else:
            messages.success(request, _("{round}: its end is set.").format(round=found))
            return redirect("desk:programme", code)
    return render(request, "desk/end_round.html", {"form": form, "round": found, "code": code})
