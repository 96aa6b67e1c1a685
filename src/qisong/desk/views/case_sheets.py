"""Cases as sheets to take away."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from qisong.casework.ledger_sheet import write_ledger
from qisong.desk.doorkeeping import DeskRequest
from qisong.desk.downloads import workbook
from qisong.desk.finding import find_unit
from qisong.org.terms import Right

SHEETS = {"ledger": write_ledger}


@require_safe
def export(request: DeskRequest, unit: int, form: str) -> HttpResponse:
    found = find_unit(request.scope, unit, Right.CASES)
    if form not in SHEETS:
        raise Http404
    return workbook(SHEETS[form](request.scope, found), f"{form}-{found.pk}-{request.scope.on:%Y%m%d}.xlsx")
