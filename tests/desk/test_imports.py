"""Rosters handed in by pages: at once or by the worker, what is refused, the history, and who may see it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qisong.roster.importing import compare, receive
from qisong.roster.models import ImportBatch
from qisong.roster.tasks import compare_batch
from qisong.roster.terms import BatchState
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.desk.rosters import TODAY, page_of, review_of, url_of
from tests.golden.containers import xlsx
from tests.golden.people import person, sheet
from tests.world import World

GOLDEN = Path(__file__).parent.parent / "golden" / "roster"


def upload(client: Reader, world: World, *files: tuple[str, bytes]) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/units/{world.committee.pk}/imports/", {"rosters": sent})


def test_small_files_are_compared_at_once(signed_in: SignedIn, world: World) -> None:
    response = upload(signed_in(world.clerk), world, ("名册.xlsx", xlsx(sheet([person()]))))
    batch = ImportBatch.objects.get()
    assert (response.status_code, response["Location"]) == (302, url_of(batch))
    assert (batch.state, batch.by, batch.counts["new"]) == (BatchState.READY, world.clerk, 1)


def test_large_files_are_compared_by_the_worker(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    upload(client, world, ("名册.csv", "姓名,性别\n".encode() + "云中客,男\n".encode() * 15_000))
    batch = ImportBatch.objects.get()
    assert (batch.state, DBTaskResult.objects.get().status) == (BatchState.COMPARING, TaskResultStatus.READY)
    assert "已核对" in text_of(client.get(url_of(batch)))


def test_waiting_page_asks_again_until_the_review_is_there(signed_in: SignedIn, world: World) -> None:
    files = [("名册.xlsx", xlsx(sheet([person()])))]
    batch = receive(by=world.clerk, unit=world.committee, files=files, today=TODAY)
    client, asking = signed_in(world.clerk), {"HX-Request": "true"}
    asked = text_of(client.get(url_of(batch), headers=asking))
    assert ("0 %" in asked, "<html" in asked) == (True, False)
    compare_batch.call(str(batch.pk))
    assert client.get(url_of(batch), headers=asking).headers["HX-Refresh"] == "true"


def test_several_files_are_one_review(signed_in: SignedIn, world: World) -> None:
    files = [(f"{n}.xlsx", xlsx(sheet([person(n)]))) for n in (1, 2)]
    upload(signed_in(world.clerk), world, *files)
    assert ImportBatch.objects.get().counts["new"] == 2


@pytest.mark.parametrize(("size", "said"), [(0, "请选择文件。"), (3, "这些文件一共 3 MB，一次最多 2 MB。")])
def test_nothing_and_too_much_are_said_at_the_box(
    signed_in: SignedIn, world: World, settings: Any, size: int, said: str
) -> None:
    settings.UPLOAD_LIMIT = 2 * 2**20
    files = [("名册.xlsx", b"x" * size * 2**20)] if size else []
    response = upload(signed_in(world.clerk), world, *files)
    assert (response.status_code, said in text_of(response)) == (400, True)
    assert not ImportBatch.objects.exists()


def test_files_that_are_no_roster_are_named_with_what_to_do(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    upload(client, world, ("名册.xls", (GOLDEN / "i04-pdf.xls").read_bytes()), ("空.csv", b""))
    page = page_of(client, ImportBatch.objects.get())
    assert [(problem.file, problem.code) for problem in page.of_whole_sheets] == [
        ("名册.xls", "file-not-a-sheet"),
        ("空.csv", "file-empty"),
    ]
    assert page.may_apply is False


def test_history_shows_imports_of_the_unit_and_beneath(signed_in: SignedIn, world: World) -> None:
    for unit in (world.committee, world.branch, world.other_committee):
        compare(by=world.office, unit=unit, files=[("名册.xlsx", xlsx(sheet([person()])))], today=TODAY)
    rows = signed_in(world.clerk).get(f"/units/{world.committee.pk}/imports/").context["page"].table.rows
    assert [(row.cells[1].text, row.cells[2].text, row.cells[3].text) for row in rows] == [
        ("东岭村党支部", "秦书琴", "新增 1 · 名册里没有 5"),
        ("东岭镇党委", "秦书琴", "新增 1 · 名册里没有 7"),
    ]


def test_history_queries_do_not_grow(signed_in: SignedIn, world: World) -> None:
    client, counts = signed_in(world.clerk), []
    for n in range(3):
        review_of(world, [person(n + 1)])
        counts.append(client.count(f"/units/{world.committee.pk}/imports/"))
    assert len(set(counts)) == 1


def test_marked_workbook_goes_back_to_whoever_handed_it_in(signed_in: SignedIn, world: World) -> None:
    batch = review_of(world, [person(1, 性别="1")])
    response = signed_in(world.clerk).get(url_of(batch, "marked/"))
    book = openpyxl.load_workbook(BytesIO(response.content)).active
    assert "这一列只能填：男、女" in str(book["U5"].value)
    assert signed_in(world.office).get(url_of(batch, "marked/")).status_code == 404
    assert signed_in(world.office).get(url_of(batch)).context["page"].is_mine is False


@pytest.mark.parametrize("page", ["", "marked/", "revert/"])
def test_import_of_others_is_not_found(signed_in: SignedIn, world: World, page: str) -> None:
    batch = compare(by=world.office, unit=world.other_branch, files=[("a.xlsx", xlsx(sheet([person()])))], today=TODAY)
    assert signed_in(world.clerk).get(url_of(batch, page)).status_code == 404
    assert signed_in(world.outsider).get(url_of(batch, page)).status_code == 404
