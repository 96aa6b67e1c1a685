from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.pages.home import home_page


@require_safe
def home(request: DeskRequest) -> HttpResponse:
    return render(request, "desk/home.html", {"page": home_page(request.scope)})
