"""Rosters as files, for the roster's tests."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from qisong.org.models import Unit
from qisong.roster.form import ROSTER_FORM
from qisong.roster.importing import compare
from qisong.roster.models import ImportBatch
from qisong.sheets.writing import write_form
from tests.roster.people import number

TODAY = date(2026, 6, 30)
FULL = {
    "name": "田守一",
    "branch": "东岭村党支部",
    "identity": number(serial=1),
    "sex": "男",
    "born": "1958-03-05",
    "category": "正式党员",
    "joined": "1980-07-01",
    "became_full": "1981-07-01",
    "job": "农牧渔业生产人员",
    "mobile": "13800001234",
    "address": "东岭村三组",
    "standing": "正常",
    "lost": "否",
    "away": "否",
}


def person(serial: int = 1, **cells: str | None) -> dict[str, str | None]:
    """A row without problems; ``serial`` tells people apart, ``cells`` replace or, being ``None``, empty a cell."""
    own = {"name": f"田守{'零一二三四五六七八九'[serial % 10]}", "identity": number(serial=2 * serial - 1)}
    return FULL | own | {"mobile": f"138000012{serial:02}"} | cells


def sheet(*rows: dict[str, Any], without: Sequence[str] = ()) -> bytes:
    """A workbook of the national form; an empty cell stays empty. ``without``: columns it does not have."""
    form = type(ROSTER_FORM)(
        ROSTER_FORM.code,
        ROSTER_FORM.sheet_name,
        ROSTER_FORM.title,
        tuple(column for column in ROSTER_FORM.columns if column.code not in without),
    )
    return write_form(form, rows, empty="")


def compared(unit: Unit, *rows: dict[str, Any], without: Sequence[str] = (), today: date = TODAY) -> ImportBatch:
    return compare(by=None, unit=unit, files=[("名册.xlsx", sheet(*rows, without=without))], today=today)
