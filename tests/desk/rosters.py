"""Rosters handed in for a committee, for the tests of the import's pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from qisong.desk.pages.review_lines import ReviewLine
from qisong.org.models import Account
from qisong.roster.importing import compare
from qisong.roster.models import ImportBatch
from tests.desk.reading import Reader
from tests.golden.containers import xlsx
from tests.golden.people import person, sheet
from tests.world import World

TODAY = date(2026, 5, 19)
Row = dict[str, object]


def held(name: str, sex: str, born: str, **changes: object) -> Row:
    """A row that says of a member of the world no more than is held."""
    nothing = dict.fromkeys(("公民身份证号", "加入党组织日期", "转为正式党员日期", "工作岗位", "手机号", "家庭住址"))
    return person(**{"姓名": name, "性别": sex, "出生日期": born, **nothing, **changes})


def review_of(world: World, rows: Sequence[Row], by: Account | None = None) -> ImportBatch:
    files = [("名册.xlsx", xlsx(sheet(list(rows))))]
    return compare(by=by or world.clerk, unit=world.committee, files=files, today=TODAY)


def url_of(batch: ImportBatch, further: str = "") -> str:
    return f"/imports/{batch.pk}/{further}"


def page_of(client: Reader, batch: ImportBatch, query: str = "") -> Any:
    return client.get(url_of(batch) + query).context["page"]


def cells(page: Any, column: str) -> list[tuple[str, str | None, list[str]]]:
    """What each line shows under a column: what it says, what it was, and the codes of its problems."""
    shown = [line.proof.cells[column] for one in page.sheets for line in one.lines]
    return [(cell.said, cell.before, [problem.code for problem in cell.problems]) for cell in shown]


def lines_of(client: Reader, batch: ImportBatch, query: str = "") -> list[ReviewLine]:
    return [line for one in page_of(client, batch, query).sheets for line in one.lines]


def state_of(batch: ImportBatch) -> str:
    return ImportBatch.objects.get(pk=batch.pk).state


def decide(client: Reader, batch: ImportBatch, name: str, **sent: str) -> Any:
    [line] = [line for line in lines_of(client, batch, f"?show={sent.pop('show')}") if line.proof.name == name]
    return client.post(url_of(batch, f"lines/{line.number}/?show=doubtful"), sent)
