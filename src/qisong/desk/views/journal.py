from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.finding import need_right
from qisong.desk.pages.journal import journal_page
from qisong.org.terms import Right


@require_safe
def journal(request: DeskRequest) -> HttpResponse:
    need_right(request.scope, Right.JOURNAL)
    return render(request, "desk/journal.html", {"page": journal_page(request.scope, request.GET)})
