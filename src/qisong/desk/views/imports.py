"""Rosters in: hand in, look through, decide, apply, take back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
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
from qisong.desk.forms import DeskForm, PlainField
from qisong.desk.pages.imports import AT_ONCE, UploadForm, imports_page
from qisong.desk.pages.review import ReviewPage
from qisong.desk.pages.review_lines import DecisionForm
from qisong.desk.refusing import said, show_refusal
from qisong.org.terms import Right
from qisong.roster import importing
from qisong.roster.models import ImportBatch
from qisong.roster.tasks import compare_batch
from qisong.roster.terms import BatchState
from qisong.words.text import Refusal


@require_http_methods(["GET", "POST"])
def imports(request: DeskRequest, unit: int) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.IMPORT)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        files = form.contents()
        batch = importing.receive(by=request.user, unit=found, files=files, today=timezone.localdate())
        return to_review(compared(batch, size=sum(len(content) for _name, content in files)))
    page = imports_page(found, request.scope, form, request.GET.get("page"))
    return render(request, "desk/imports/imports.html", {"page": page}, status=400 if form.errors else 200)


def compared(batch: ImportBatch, *, size: int) -> ImportBatch:
    """At once if that takes a moment, else by the worker, while the page shows how far it has come."""
    if size <= AT_ONCE:
        return importing.run(batch)
    compare_batch.enqueue(str(batch.pk))
    return batch


def find_batch(request: DeskRequest, pk: UUID) -> ImportBatch:
    batch = ImportBatch.objects.within(request.scope).select_related("unit", "by").filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def to_review(batch: ImportBatch) -> HttpResponse:
    return redirect("desk:import", batch.pk)


@require_safe
@never_cache
def review(request: DeskRequest, batch: UUID) -> HttpResponse:
    """The whole page, or, while files are compared, how far that has come for a page that asks again and again."""
    page = ReviewPage(find_batch(request, batch), request.scope, request.user, request.GET)
    if not request.htmx:
        return render(request, "desk/imports/review.html", {"page": page})
    if page.state == BatchState.COMPARING:
        return render(request, "desk/imports/progress.html", {"page": page})
    return HttpResponse(headers={"HX-Refresh": "true"})


def refused_review(request: DeskRequest, batch: ImportBatch, refusal: Refusal) -> HttpResponse:
    page = ReviewPage(batch, request.scope, request.user, request.GET, refusal=said(refusal.text))
    return render(request, "desk/imports/review.html", {"page": page}, status=400)


@require_POST
def decide(request: DeskRequest, batch: UUID, number: int) -> HttpResponse:
    """One doubtful row or missing member; back to the same place in the list."""
    found = find_batch(request, batch)
    line = found.lines.filter(number=number).first()
    if line is None:
        raise Http404
    form = DecisionForm(request.POST, auto_id=f"line-{number}-%s")
    if form.is_valid():
        try:
            importing.decide(by=request.user, line=line, decision=form.decided())
        except Refusal as refusal:
            show_refusal(form, refusal)
    page = ReviewPage(found, request.scope, request.user, request.GET, wrong=(number, form))
    if form.errors:
        return render(request, "desk/imports/review.html", {"page": page}, status=400)
    return redirect(f"{reverse('desk:import', args=[found.pk])}?{page.here}#line-{number}")


@require_POST
def decide_all(request: DeskRequest, batch: UUID) -> HttpResponse:
    """The same of every undecided line that the filter shows; those that it does not suit stay, and are counted."""
    found = find_batch(request, batch)
    page = ReviewPage(found, request.scope, request.user, request.GET)
    form = page.remedy_form = DecisionForm(request.POST, auto_id="all-%s")
    if form.is_valid():
        try:
            decided = importing.decide_all(by=request.user, batch=found, lines=page.undecided, decision=form.decided())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, said_of_all(decided, len(page.undecided) - decided))
            return redirect(f"{reverse('desk:import', args=[found.pk])}?{page.here}")
    return render(request, "desk/imports/review.html", {"page": page}, status=400)


def said_of_all(decided: int, left: int) -> str:
    text = _("{n} rows decided.").format(n=decided)
    return text + (
        _(" {left} could not be decided so and are left to look at one by one.").format(left=left) if left else ""
    )


@require_POST
def apply(request: DeskRequest, batch: UUID) -> HttpResponse:
    found = find_batch(request, batch)
    try:
        importing.apply_batch(by=request.user, batch=found)
    except Refusal as refusal:
        return refused_review(request, found, refusal)
    return to_review(found)


@require_POST
def again(request: DeskRequest, batch: UUID) -> HttpResponse:
    """The same files compared with the roster as it is now, in the place of this review."""
    found = find_batch(request, batch)
    if not ReviewPage(found, request.scope, request.user).is_mine:
        raise Http404
    with transaction.atomic():
        fresh = importing.receive_again(by=request.user, batch=found, today=timezone.localdate())
        importing.discard_batch(by=request.user, batch=found)
    return to_review(compared(fresh, size=sum(len(content) for _name, content in importing.files_of(fresh))))


@require_POST
def discard(request: DeskRequest, batch: UUID) -> HttpResponse:
    found = importing.discard_batch(by=request.user, batch=find_batch(request, batch))
    messages.success(request, _("Discarded. Nothing was applied."))
    return redirect("desk:imports", found.unit_id)


class ReasonForm(DeskForm):
    reason = PlainField(max_length=200)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why?")


@require_http_methods(["GET", "POST"])
def revert(request: DeskRequest, batch: UUID) -> HttpResponse:
    found = find_batch(request, batch)
    page = ReviewPage(found, request.scope, request.user)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            importing.revert_batch(by=request.user, batch=found, reason=form.value("reason"))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return to_review(found)
    context = {"form": form, "page": page}
    return render(request, "desk/imports/revert.html", context, status=400 if form.errors else 200)


@require_safe
@never_cache
def marked(request: DeskRequest, batch: UUID) -> HttpResponse:
    """The workbook that was handed in, with what to mend beside its rows."""
    found = find_batch(request, batch)
    if not ReviewPage(found, request.scope, request.user).is_mine:
        raise Http404
    return workbook(importing.annotated(found), f"roster-marked-{found.on:%Y%m%d}.xlsx")
