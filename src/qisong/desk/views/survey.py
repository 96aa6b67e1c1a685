"""The baseline survey: on paper, as a workbook, typed back; and how each group is usually reached."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qisong.coverage.surveyed import surveyed
from qisong.desk.crumbs import Crumb
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import workbook as as_workbook
from qisong.desk.finding import find_unit, need_right
from qisong.desk.pages.group_ways import GroupWaysForm
from qisong.desk.pages.survey import SurveyPage, answered_lines, note_problems, sent_page, survey_page
from qisong.desk.pages.survey_paper import survey_paper
from qisong.desk.pages.survey_review import WorkbookForm, opened, review_survey
from qisong.ledger.models import PaperSheet
from qisong.ledger.papers import find_sheet
from qisong.ledger.survey_sheet import write_survey
from qisong.ledger.surveying import members_of, record_survey, survey_items
from qisong.ledger.typing_back import note_typed
from qisong.org.models import Unit
from qisong.org.terms import Right
from qisong.seals.sealing import SealBrokenError
from qisong.words.text import Refusal


def find_surveyed(request: DeskRequest, pk: int) -> Unit:
    """A unit whose roster the reader keeps and in which they record; 404 otherwise."""
    find_unit(request.scope, pk, Right.RECORD)
    return find_unit(request.scope, pk, Right.ROSTER)


@never_cache
@require_http_methods(["GET", "POST"])
def survey(request: DeskRequest, unit: int) -> HttpResponse:
    """The rows of the unit's members; POST takes those of any of them."""
    found, number = find_surveyed(request, unit), request.GET.get("page")
    sheet = sheet_of(request, found)
    if request.method == "GET":
        return show(request, survey_page(found, request.scope, number, sheet))
    page = sent_page(found, request.scope, request.POST, number, sheet)
    if not page.form.is_valid() or any(row.errors for row in page.rows):
        return show(request, page, status=400)
    lines = answered_lines(page)
    if not lines:
        page.problems = [_("Nobody is ticked as asked, and nothing was changed.")]
        return show(request, page, status=400)
    answer = record_survey(
        by=request.user,
        scope=request.scope,
        unit=found,
        lines=lines,
        on=page.form.value("on"),
        client_id=page.id,
        door="desk",
    )
    if answer.problems:
        note_problems(page, answer.problems)
        return show(request, page, status=400)
    if sheet:
        note_typed(sheet)
    messages.success(request, recorded(len(lines)))
    return redirect(f"{reverse('desk:survey', args=[found.pk])}?{page.query}&kept=1")


def sheet_of(request: DeskRequest, unit: Unit) -> PaperSheet | None:
    """The numbered sheet that an address names, if it is of this unit."""
    number = request.GET.get("sheet")
    if not number:
        return None
    try:
        sheet = find_sheet(request.scope, number)
    except Refusal:
        raise Http404 from None
    if sheet.unit_id != unit.pk:
        raise Http404
    return sheet


def recorded(people: int) -> str:
    return ngettext("Recorded what {n} person answered.", "Recorded what {n} people answered.", people).format(n=people)


def show(request: DeskRequest, page: SurveyPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "upload": WorkbookForm(initial={"on": request.scope.on}, auto_id="workbook-%s")}
    context["kept"] = "kept" in request.GET and request.method == "GET"
    return render(request, "desk/survey/survey.html", context, status=status)


@require_safe
def paper(request: DeskRequest, unit: int) -> HttpResponse:
    found, on = find_surveyed(request, unit), request.scope.on
    shown = survey_paper(members_of([found.pk], on), found, on)
    return render(request, "desk/survey/paper.html", {"paper": shown})


@require_safe
def workbook(request: DeskRequest, unit: int) -> HttpResponse:
    found, on = find_surveyed(request, unit), request.scope.on
    items = survey_items(on)
    people = surveyed(members_of([found.pk], on), items=items, on=on)
    return as_workbook(write_survey(people, items, unit=found.name, on=on), f"survey-{found.pk}-{on:%Y%m%d}.xlsx")


@never_cache
@require_POST
def bring_back(request: DeskRequest, unit: int) -> HttpResponse:
    """A filled workbook: looked through first, then written when the same page says so."""
    found = find_surveyed(request, unit)
    if "sealed" in request.POST:
        return apply(request, found, request.POST["sealed"])
    form = WorkbookForm(request.POST, request.FILES, auto_id="workbook-%s")
    if form.is_valid():
        try:
            page = review_survey(request.scope, found, form, request.user)
        except Refusal as refusal:
            form.add_error("file", refusal.text.choose(request.LANGUAGE_CODE))
        else:
            status = 400 if page.reading.has_errors else 200
            return render(request, "desk/survey/review.html", {"page": page}, status=status)
    context = {"page": survey_page(found, request.scope, None), "upload": form}
    return render(request, "desk/survey/survey.html", context, status=400)


def apply(request: DeskRequest, unit: Unit, sealed: str) -> HttpResponse:
    try:
        on, client_id, lines = opened(unit, request.user, sealed)
    except SealBrokenError:
        raise Http404 from None
    answer = record_survey(
        by=request.user, scope=request.scope, unit=unit, lines=lines, on=on, client_id=client_id, door="desk"
    )
    if answer.problems:
        page = survey_page(unit, request.scope, None)
        note_problems(page, answer.problems)
        page.problems.insert(
            0, _("Something has changed meanwhile and nothing was written. Hand the workbook in again.")
        )
        return show(request, page, status=400)
    messages.success(request, recorded(len(lines)))
    return redirect("desk:survey", unit.pk)


@require_http_methods(["GET", "POST"])
def group_ways(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.PROGRAMMES)
    form = GroupWaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.change(request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:group-ways")
    context = {"form": form, "crumbs": [Crumb(_("How each group is reached"))]}
    return render(request, "desk/survey/group_ways.html", context, status=400 if form.errors else 200)
