"""Members who go to another county and come from one: the letter, its file, its answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import download
from qisong.desk.finding import find_unit
from qisong.desk.pages.letters import (
    ArrivalForm,
    CodeForm,
    OpenForm,
    PassphraseForm,
    arrivals_page,
    closed,
    find_letter,
    letter_page,
    letters_page,
    opened,
    opened_page,
)
from qisong.desk.refusing import show_refusal
from qisong.org.models import Unit
from qisong.org.terms import Right
from qisong.roster.arriving import decline, take_in
from qisong.roster.letter import Content, read
from qisong.roster.models import Arrival, Letter
from qisong.roster.sending import answer_letter, letter_file
from qisong.roster.terms import Fate
from qisong.seals.sealing import SealBrokenError
from qisong.words.text import Refusal

LETTER = "application/octet-stream"


@require_safe
def letters(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.ROSTER)
    page = letters_page(found, request.scope, request.GET.get("page"))
    return render(request, "desk/roster/letters.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
def letter(request: DeskRequest, letter: UUID) -> HttpResponse:
    """POST enters the other county's answer."""
    found = find_letter(request.scope, letter)
    form = CodeForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            done = answer_letter(by=request.user, letter=found, code=form.value("code"), unit=form.value("unit"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            taken = done.fate == Fate.TAKEN
            said = _("The other county has taken {name} in.") if taken else _("{name} is on this county's roster.")
            messages.success(request, said.format(name=found.member))
            return redirect("desk:letter", found.pk)
    return show_letter(request, found, PassphraseForm(), form)


@require_POST
def letter_saved(request: DeskRequest, letter: UUID) -> HttpResponse:
    """The file; the name that it is saved under says nothing of the person."""
    found = find_letter(request.scope, letter)
    form = PassphraseForm(request.POST)
    if form.is_valid():
        try:
            file = letter_file(by=request.user, letter=found, passphrase=form.value("passphrase"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return download(file, f"letter-{found.pk.hex[-8:]}.qisong", LETTER)
    return show_letter(request, found, form, CodeForm(scope=request.scope))


def show_letter(request: DeskRequest, letter: Letter, save: PassphraseForm, code: CodeForm) -> HttpResponse:
    page = letter_page(letter, request.scope, save, code)
    status = 400 if save.errors or code.errors else 200
    return render(request, "desk/roster/letter.html", {"page": page}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def take_letter(request: DeskRequest, unit: int) -> HttpResponse:
    """A letter is opened and looked at first; then the same page takes it in or declines it."""
    found = find_unit(request.scope, unit, Right.ROSTER)
    if "sealed" in request.POST:
        return answered(request, found)
    form = OpenForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            content = read(form.value("file").read(), form.value("passphrase"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            sealed = closed(found, request.user, content)
            chosen = ArrivalForm(initial={"sealed": sealed, "unit": found.pk}, scope=request.scope)
            return show_opened(request, found, content, chosen)
    page = arrivals_page(found, request.scope, form, request.GET.get("page"))
    return render(request, "desk/roster/arrivals.html", {"page": page}, status=400 if form.errors else 200)


def answered(request: DeskRequest, unit: Unit) -> HttpResponse:
    try:
        content = opened(unit, request.user, request.POST["sealed"])
    except SealBrokenError:
        raise Http404 from None
    form = ArrivalForm(request.POST, scope=request.scope)
    if form.is_valid():
        verb = decline if "decline" in request.POST else take_in
        try:
            arrival = verb(by=request.user, content=content, unit=form.value("unit"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, told(arrival))
            return redirect("desk:take-letter", unit.pk)
    return show_opened(request, unit, content, form)


def told(arrival: Arrival) -> str:
    taken = arrival.fate == Fate.TAKEN
    said = _("{name} is on the roster of {unit}.") if taken else _("The letter is declined.")
    code = _(" Tell the other county this code: {code}").format(code=arrival.code)
    return said.format(name=arrival.member, unit=arrival.unit.name) + code


def show_opened(request: DeskRequest, unit: Unit, content: Content, form: ArrivalForm) -> HttpResponse:
    page = opened_page(unit, request.scope, content, form)
    status = 400 if form.errors else 200
    return render(request, "desk/roster/opened_letter.html", {"page": page}, status=status)
