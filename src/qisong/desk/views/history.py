"""Old records in: hand in, answer, look through, record, take back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import workbook
from qisong.desk.finding import find_unit
from qisong.desk.pages.history import RecordsForm, history_page
from qisong.desk.pages.history_review import HistoryReview
from qisong.desk.pages.imports import AT_ONCE
from qisong.desk.refusing import said, show_refusal
from qisong.desk.views.imports import ReasonForm
from qisong.ledger.history import importing
from qisong.ledger.models import HistoryBatch
from qisong.ledger.tasks import read_history, record_history
from qisong.ledger.terms import GUEST, LEFT_OUT, Finding
from qisong.org.terms import Right
from qisong.words.text import Refusal

# Recording so many acts takes a second or two; more is left to the worker, while the page shows how far it is.
ACTS_AT_ONCE = 150


@require_http_methods(["GET", "POST"])
def history(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.ROSTER)
    form = RecordsForm(request.POST, request.FILES) if request.method == "POST" else RecordsForm()
    if form.is_valid():
        batch = importing.receive(by=request.user, unit=found, files=form.contents(), today=timezone.localdate())
        return to_review(was_read(batch))
    page = history_page(found, request.scope, form, request.GET.get("page"))
    return render(request, "desk/history/history.html", {"page": page}, status=400 if form.errors else 200)


def was_read(batch: HistoryBatch) -> HistoryBatch:
    """At once if that takes a moment, else by the worker."""
    if sum(len(content) for _name, content in importing.files_of(batch)) <= AT_ONCE:
        return importing.run(batch)
    read_history.enqueue(str(batch.pk))
    return batch


def find_batch(request: DeskRequest, pk: UUID) -> HistoryBatch:
    batch = HistoryBatch.objects.within(request.scope).select_related("unit", "by").filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def to_review(batch: HistoryBatch, query: str = "") -> HttpResponse:
    return redirect(reverse("desk:history-batch", args=[batch.pk]) + (f"?{query}" if query else ""))


@require_safe
@never_cache
def review(request: DeskRequest, batch: UUID) -> HttpResponse:
    """The whole page, or how far the work has come for a page that asks again and again."""
    page = HistoryReview(find_batch(request, batch), request.scope, request.user, request.GET)
    if not request.htmx:
        return render(request, "desk/history/review.html", {"page": page})
    if page.is_busy:
        return render(request, "desk/history/progress.html", {"page": page})
    return HttpResponse(headers={"HX-Refresh": "true"})


def refused_review(request: DeskRequest, page: HistoryReview, refusal: Refusal | None = None) -> HttpResponse:
    page.refusal = said(refusal.text) if refusal else ""
    return render(request, "desk/history/review.html", {"page": page}, status=400)


@require_POST
def answers(request: DeskRequest, batch: UUID) -> HttpResponse:
    """What words mean; then the files are read again. ``all`` says the same of every name that nobody knows."""
    found = find_batch(request, batch)
    page = HistoryReview(found, request.scope, request.user, request.GET, typed=request.POST)
    meaning = request.POST.get("all")
    if not page.form.is_valid():
        return refused_review(request, page)
    given = page.form.answers
    if meaning in {GUEST, LEFT_OUT}:
        given = page.everybody(meaning) | {key: value for key, value in given.items() if value}
    try:
        told = importing.answer(by=request.user, batch=found, answers=given)
    except Refusal as refusal:
        return refused_review(request, page, refusal)
    return to_review(was_read(found)) if told else to_review(found, page.here)


@require_POST
def decide(request: DeskRequest, batch: UUID) -> HttpResponse:
    """Of one act, by its number, or of all that the filter shows."""
    found = find_batch(request, batch)
    page = HistoryReview(found, request.scope, request.user, request.GET)
    number = request.POST.get("number", "")
    lines = found.lines.filter(number=number) if number.isdecimal() else found.lines.filter(finding=Finding(page.shown))
    try:
        importing.decide(by=request.user, batch=found, lines=lines, decision=request.POST.get("decision", ""))
    except Refusal as refusal:
        return refused_review(request, page, refusal)
    return redirect(f"{reverse('desk:history-batch', args=[found.pk])}?{page.here}#acts")


@require_POST
def apply(request: DeskRequest, batch: UUID) -> HttpResponse:
    found = find_batch(request, batch)
    page = HistoryReview(found, request.scope, request.user, request.GET)
    try:
        if page.to_record <= ACTS_AT_ONCE:
            importing.apply_history(by=request.user, scope=request.scope, batch=found)
        else:
            importing.begin_recording(found)
            record_history.enqueue(str(found.pk), request.user.pk)
    except Refusal as refusal:
        return refused_review(request, page, refusal)
    return to_review(found)


@require_POST
def again(request: DeskRequest, batch: UUID) -> HttpResponse:
    """What is left of the same files, as a new reading."""
    found = find_batch(request, batch)
    if not HistoryReview(found, request.scope, request.user).is_mine:
        raise Http404
    return to_review(was_read(importing.receive_again(by=request.user, batch=found, today=timezone.localdate())))


@require_POST
def discard(request: DeskRequest, batch: UUID) -> HttpResponse:
    found = importing.discard_history(by=request.user, batch=find_batch(request, batch))
    messages.success(request, _("Discarded. Nothing was recorded."))
    return redirect("desk:history", found.unit_id)


@require_http_methods(["GET", "POST"])
def revert(request: DeskRequest, batch: UUID) -> HttpResponse:
    found = find_batch(request, batch)
    page = HistoryReview(found, request.scope, request.user)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            importing.revert_history(by=request.user, scope=request.scope, batch=found, reason=form.value("reason"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return to_review(found)
    context = {"form": form, "page": page}
    return render(request, "desk/history/revert.html", context, status=400 if form.errors else 200)


@require_safe
@never_cache
def marked(request: DeskRequest, batch: UUID) -> HttpResponse:
    """The files that were handed in, with what to mend beside their rows."""
    found = find_batch(request, batch)
    if not HistoryReview(found, request.scope, request.user).is_mine:
        raise Http404
    return workbook(importing.annotated(found), f"records-marked-{timezone.localdate(found.created_at):%Y%m%d}.xlsx")
