"""A review kept, told and marked."""

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.db import connection

from qisong.org.models import Journal
from qisong.roster import importing
from qisong.roster.keeping import after, before
from qisong.roster.models import ImportBatch, ImportLine, Member
from qisong.roster.tasks import compare_batch
from qisong.words.text import Refusal
from tests.roster.forms import TODAY, compared, person, sheet
from tests.roster.people import number
from tests.world import World

FILES = [("名册.xlsx", sheet(person(1), person(2, standing="开除党籍")))]


def test_compared_batch_is_ready_with_its_lines(world: World) -> None:
    batch = importing.compare(by=world.clerk, unit=world.branch, files=FILES, today=TODAY)
    assert (batch.state, batch.by, batch.unit, batch.on, batch.progress) == (
        "ready",
        world.clerk,
        world.branch,
        TODAY,
        100,
    )
    lines = batch.lines.values_list("number", "file", "sheet", "row", "outcome", "has_error")
    assert list(lines) == [
        (1, "名册.xlsx", "党员基本信息汇总表", 5, "new", False),
        (2, "名册.xlsx", "党员基本信息汇总表", 6, "new", True),
    ]
    assert batch.expires_on == TODAY + timedelta(days=settings.SEALED_UPLOAD_DAYS)


def test_comparing_is_told_without_personal_values(world: World) -> None:
    batch = importing.compare(by=world.clerk, unit=world.branch, files=FILES, today=TODAY)
    told = Journal.objects.last()
    assert told is not None
    assert (told.kind, told.actor, told.unit) == ("import.compared", world.clerk, world.branch)
    assert told.touched == {"batch": [str(batch.pk)]}


def test_kept_review_tells_the_same_as_the_examination(world: World) -> None:
    review = importing.examine(unit=world.branch, files=FILES, today=TODAY)
    batch = ImportBatch.objects.get(pk=importing.keep_review(by=None, review=review).pk)
    assert importing.report(batch) == importing.report(review)
    assert importing.problems_of(batch) == review.problems
    assert [problem.proposal for problem in importing.problems_of(batch)] == [p.proposal for p in review.problems]


def test_no_file_is_refused(world: World) -> None:
    for verb in (importing.compare, importing.receive):
        with pytest.raises(Refusal) as refusal:
            verb(by=None, unit=world.branch, files=[], today=TODAY)
        assert (refusal.value.code, refusal.value.place) == ("no-file", "files")


def test_received_files_are_compared_in_the_background(world: World) -> None:
    batch = importing.receive(by=world.clerk, unit=world.branch, files=FILES, today=TODAY)
    assert (batch.state, batch.lines.count()) == ("comparing", 0)
    compare_batch.call(str(batch.pk))
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"], batch.progress) == ("ready", 2, 100)


def test_batch_that_cannot_be_compared_says_so(world: World) -> None:
    batch = importing.receive(by=None, unit=world.branch, files=FILES, today=TODAY)
    importing.uploads().delete(batch.files[0]["sha256"])
    with pytest.raises(Refusal):
        compare_batch.call(str(batch.pk))
    batch.refresh_from_db()
    assert batch.state == "failed"


def test_batch_discarded_while_it_is_compared_stays_so(world: World) -> None:
    batch, _other = [importing.receive(by=None, unit=world.branch, files=FILES, today=TODAY) for _ in range(2)]
    importing.discard_batch(by=None, batch=ImportBatch.objects.get(pk=batch.pk))
    importing.run(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.files, batch.lines.count()) == ("discarded", [], 0)


def test_batch_given_up_or_compared_meanwhile_stays_so(world: World) -> None:
    batches = [importing.receive(by=None, unit=world.branch, files=FILES, today=TODAY) for _ in range(2)]
    importing.run(ImportBatch.objects.get(pk=batches[0].pk))
    ImportBatch.objects.filter(pk=batches[1].pk).update(state="discarded")
    for batch, state in zip(batches, ("ready", "discarded"), strict=True):
        importing.run(batch)
        batch.refresh_from_db()
        assert (batch.state, batch.lines.count()) == (state, 2 if state == "ready" else 0)


def test_same_files_may_be_compared_again(world: World) -> None:
    first = compared(world.branch, person(1))
    importing.apply_batch(by=None, batch=compared(world.branch, person(1)))
    again = importing.run(importing.receive_again(by=world.clerk, batch=first, today=TODAY))
    assert (again.pk == first.pk, again.counts["same"]) == (False, 1)


def test_nothing_personal_is_kept_in_clear(world: World) -> None:
    importing.apply_batch(by=None, batch=compared(world.branch, person(1)))
    compared(world.branch, person(1, mobile="13900005678"), person(2, identity="110101195803050000"))
    kept = [tuple(row.values()) for model in (ImportBatch, ImportLine) for row in model.objects.values()]
    text = str(kept) + "".join(
        path.read_bytes().decode("latin-1") for path in Path(settings.DATA_DIR, "uploads").rglob("*") if path.is_file()
    )
    secrets = [number(), "13800001201", "13900005678", "110101195803050000", "田守一", "1958-03-05"]
    assert [secret for secret in secrets if secret in text] == []


def test_database_file_holds_no_number(world: World) -> None:
    importing.apply_batch(by=None, batch=compared(world.branch, person(1)))
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
            found.append(str(cursor.fetchall()))
    assert (number() in str(found), "13800001201" in str(found)) == (False, False)


def test_line_knows_what_was_and_what_will_be(world: World) -> None:
    importing.apply_batch(by=None, batch=compared(world.branch, person(1)))
    line = compared(world.branch, person(1, job="退休人员", mobile="13900005678")).lines.get()
    was, will = before(line), after(line)["said"]
    assert (line.fields, line.member) == (["job", "mobile"], Member.objects.get())
    assert (was["values"], will["values"]) == ({"job": "农牧渔业生产人员"}, {"job": "退休人员"})
    assert (was["secrets"]["phone"][2], will["secrets"]) == ("138****01", {"phone": "13900005678"})


def test_workbook_comes_back_with_its_errors(world: World) -> None:
    batch = compared(world.branch, person(1), person(2, standing="开除党籍"))
    rows = list(openpyxl.load_workbook(io.BytesIO(importing.annotated(batch))).active.values)
    assert (rows[3][-1], rows[4][-1], "开除" in rows[5][-1]) == ("错误", None, True)


def test_several_workbooks_come_back_as_one(world: World) -> None:
    files = [("甲.xlsx", sheet(person(1, branch="月亮"))), ("乙.xlsx", sheet(person(2)))]
    review = importing.examine(unit=world.branch, files=files, today=TODAY)
    assert len(openpyxl.load_workbook(io.BytesIO(importing.annotated(review))).worksheets) == 2


def test_workbook_that_has_expired_is_refused(world: World) -> None:
    batch = compared(world.branch, person(1))
    importing.expire_batches(batch.expires_on)
    batch.refresh_from_db()
    assert importing.problems_of(batch) == []
    with pytest.raises(Refusal) as refusal:
        importing.annotated(batch)
    assert refusal.value.code == "expired"
