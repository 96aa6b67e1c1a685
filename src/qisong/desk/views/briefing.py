"""The briefing as a page and as a paper, and the rows behind each of its numbers."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import DOCX, download
from qisong.desk.finding import find_unit, need_right
from qisong.desk.pages.briefing import BriefingForm, asked, briefing_page
from qisong.desk.pages.rows import rows_page
from qisong.ledger.programmes import find_programme
from qisong.org.terms import Right
from qisong.reporting.briefing import running_programme
from qisong.reporting.docx_writing import write_docx
from qisong.reporting.spans import Span
from qisong.words.text import Refusal


@require_safe
def briefing(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.FIGURES)
    return render(request, "desk/briefing.html", {"page": briefing_page(request.scope, request.GET)})


@require_safe
def document(request: DeskRequest) -> HttpResponse:
    """The paper to take away; what cannot be read leads back to the page that says why."""
    need_right(request.scope, Right.FIGURES)
    found = asked(BriefingForm(request.GET, scope=request.scope), request.scope)
    if found is None:
        return redirect(f"{reverse('desk:briefing')}?{request.GET.urlencode()}")
    stream = BytesIO()
    write_docx(found, stream)
    name = f"briefing-{found.unit.pk}-{found.first:%Y%m%d}-{found.last:%Y%m%d}.docx"
    return download(stream.getvalue(), name, DOCX)


@require_safe
def rows(request: DeskRequest, indicator: str, unit: int, first: str, last: str) -> HttpResponse:
    """What one number was counted from; ``programme`` and ``own`` stand in the query when they are not the usual."""
    found = find_unit(request.scope, unit, Right.FIGURES)
    try:
        start, stop = date.fromisoformat(first), date.fromisoformat(last)
        programme = find_programme(named) if (named := request.GET.get("programme")) else running_programme(stop)
        span = Span(found, start, stop, programme, own=request.GET.get("own") == "1")
        page = rows_page(request.scope, span, indicator, request.GET.get("page"))
    except (Refusal, ValueError) as unknown:
        raise Http404 from unknown
    return render(request, "desk/rows.html", {"page": page})
