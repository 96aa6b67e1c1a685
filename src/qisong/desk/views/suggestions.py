"""Suggestions: anybody writes and reads the answer by a code; the office and the committees answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qisong.desk.doorkeeping import DeskRequest, known
from qisong.desk.finding import need_right
from qisong.desk.pages.suggestions import (
    AnswerForm,
    BoxForm,
    CodeForm,
    ShowForm,
    inbox_page,
    reply_to,
    suggestion_page,
)
from qisong.desk.refusing import show_refusal
from qisong.desk.turnstile import Turnstile
from qisong.org.models import Suggestion
from qisong.org.suggesting import (
    answer_suggestion,
    found_by,
    hide_suggestion,
    show_suggestion,
    shown_to_all,
    suggest,
)
from qisong.org.terms import Right
from qisong.words.text import Refusal

WRITING, ASKING = Turnstile(20), Turnstile(60)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def suggestions(request: HttpRequest) -> HttpResponse:
    """The box. The code stands on the page that answers, and nowhere else: it has no place in an address."""
    form = BoxForm(request.POST or None, account=known(request))
    status = 200
    if form.is_valid():
        if not admitted(WRITING, request):
            form.add_error(None, too_many())
            status = 429
        else:
            try:
                return render(request, "desk/suggestions/sent.html", {"code": suggest(**form.told())})
            except Refusal as refusal:
                show_refusal(form, refusal)
    context = {"form": form, "shown": shown_to_all()}
    return render(request, "desk/suggestions/box.html", context, status=status if not form.errors else max(status, 400))


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def suggestion_answer(request: HttpRequest) -> HttpResponse:
    form, reply, status = CodeForm(request.POST or None), None, 200
    if form.is_valid():
        if not admitted(ASKING, request):
            form.add_error(None, too_many())
            status = 429
        else:
            try:
                reply = reply_to(found_by(form.value("code")))
            except Refusal as refusal:
                show_refusal(form, refusal)
    status = status if not form.errors else max(status, 400)
    return render(request, "desk/suggestions/reply.html", {"form": form, "reply": reply}, status=status)


def admitted(turnstile: Turnstile, request: HttpRequest) -> bool:
    return turnstile.admits(request.META.get("REMOTE_ADDR", ""))


def too_many() -> str:
    return _("Very many came from this network within the hour. Wait an hour and send it again: it still stands here.")


@require_safe
def inbox(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.SUGGESTIONS)
    page = inbox_page(request.scope, request.GET.get("page"))
    return render(request, "desk/suggestions/inbox.html", {"page": page})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def suggestion(request: DeskRequest, suggestion: UUID) -> HttpResponse:
    """Read one and answer it."""
    found = find_suggestion(request, suggestion)
    page = suggestion_page(found)
    initial = {"answer": page.opened.answer, "passed_to": found.passed_to}
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        text, passed_to = form.value("answer"), form.value("passed_to")
        try:
            answer_suggestion(by=request.user, suggestion=found, text=text, passed_to=passed_to)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Answered. Whoever wrote it reads it with their code."))
            return redirect("desk:suggestion", found.pk)
    context = {"page": page, "form": form}
    return render(request, "desk/suggestions/suggestion.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: DeskRequest, suggestion: UUID) -> HttpResponse:
    """Put an answered one on the public page, in words that name nobody."""
    found = find_suggestion(request, suggestion)
    page = suggestion_page(found)
    initial = {"question": found.shown_question, "answer": found.shown_answer or page.opened.answer}
    form = ShowForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            show_suggestion(by=request.user, suggestion=found, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Everybody can read it now."))
            return redirect("desk:suggestion", found.pk)
    context = {"page": page, "form": form}
    return render(request, "desk/suggestions/show.html", context, status=400 if form.errors else 200)


@require_POST
def hide(request: DeskRequest, suggestion: UUID) -> HttpResponse:
    found = find_suggestion(request, suggestion)
    hide_suggestion(by=request.user, suggestion=found)
    messages.success(request, _("It no longer stands on the public page."))
    return redirect("desk:suggestion", found.pk)


def find_suggestion(request: DeskRequest, pk: UUID) -> Suggestion:
    found = Suggestion.objects.within(request.scope).select_related("unit", "answered_by__person").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
