"""Old records on pages: handed in, asked about, recorded, taken back, and who may see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult

from qisong.desk.pages import history_asking
from qisong.desk.views import history as views
from qisong.ledger.history.importing import begin_recording, questions_of
from qisong.ledger.models import Activity, HistoryBatch, OldWord
from qisong.ledger.tasks import read_history, record_history
from qisong.ledger.terms import HistoryState
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.ledger.history.books import book, meeting, meetings
from tests.world import World


def upload(client: Reader, world: World, *files: tuple[str, bytes], code: str = "B1") -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/units/{world.unit(code).pk}/history/", {"records": sent})


@pytest.fixture
def client(signed_in: SignedIn, world: World) -> Reader:
    return signed_in(world.recorder)


@pytest.fixture
def batch(client: Reader, world: World) -> HistoryBatch:
    """Two meetings, of which one names somebody unknown."""
    content = meetings(meeting(), meeting("2026年4月5日", "东方晓、罗远凡"))
    upload(client, world, ("旧台账.xlsx", content))
    return HistoryBatch.objects.get()


def url_of(batch: HistoryBatch, more: str = "") -> str:
    return f"/history/{batch.pk}/{more}"


def page_of(client: Reader, batch: HistoryBatch, query: str = "") -> Any:
    return client.get(url_of(batch) + query).context["page"]


def test_small_files_are_read_at_once(batch: HistoryBatch, world: World) -> None:
    assert (batch.state, batch.by, batch.counts["new"], batch.counts["open"]) == ("ready", world.recorder, 1, 1)


def test_large_files_are_read_by_the_worker(client: Reader, world: World) -> None:
    rows = "日期,主题,参加人员\n".encode() + "2026-03-05,集中学习,东方晓\n".encode() * 8_000
    upload(client, world, ("旧台账.csv", rows))
    batch = HistoryBatch.objects.get()
    assert (batch.state, DBTaskResult.objects.count()) == ("comparing", 1)
    assert "已读取" in text_of(client.get(url_of(batch), headers={"HX-Request": "true"}))
    read_history.call(str(batch.pk))
    assert client.get(url_of(batch), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_nothing_chosen_is_said_at_the_box(client: Reader, world: World) -> None:
    response = upload(client, world)
    assert (response.status_code, "请选择文件。" in text_of(response)) == (400, True)


def test_review_says_what_would_be_recorded(client: Reader, batch: HistoryBatch) -> None:
    page = page_of(client, batch)
    assert [told.text for told in page.lines] == ["2026-03-05 东岭村党支部：集中学习《学习会》。到场 2 人。"]
    assert [(group.kind, [one.question.word for one in group.askings]) for group in page.groups] == [
        ("person", ["罗远凡"])
    ]
    assert page.to_record == 1


def test_most_similar_name_stands_first(client: Reader, batch: HistoryBatch, world: World) -> None:
    [group] = page_of(client, batch).groups
    choices = [key for key, _label in group.askings[0].bound.field.choices]
    assert choices[:4] == ["", "guest", "leave", str(world.member("罗远帆").pk)]


def test_answer_is_remembered_and_the_files_are_read_again(client: Reader, batch: HistoryBatch, world: World) -> None:
    [question] = questions_of(batch)
    client.post(url_of(batch, "answers/"), {question.key: str(world.member("罗远帆").pk)})
    batch.refresh_from_db()
    assert (batch.counts["new"], OldWord.objects.get().kind) == (2, "person")
    assert page_of(client, batch, "?answered=1").groups[0].askings[0].bound.value() == str(world.member("罗远帆").pk)


def test_all_unknown_names_are_answered_in_one_go(client: Reader, world: World) -> None:
    upload(client, world, ("甲.xlsx", meetings(meeting(present="甲一、乙二、丙三"))))
    batch = HistoryBatch.objects.get()
    client.post(url_of(batch, "answers/"), {"all": "guest"})
    batch.refresh_from_db()
    assert (batch.counts["new"], batch.counts["questions"]) == (1, 0)


def test_answer_out_of_nowhere_is_refused(client: Reader, batch: HistoryBatch, world: World) -> None:
    [question] = questions_of(batch)
    response = client.post(url_of(batch, "answers/"), {question.key: str(world.member("柳随风").pk)})
    assert (response.status_code, OldWord.objects.count()) == (400, 0)


def test_unit_is_typed_where_there_are_many(signed_in: SignedIn, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_asking, "MOST_UNITS", 2)
    client = signed_in(world.office)
    rows = [["日期", "主题", "参加人员"], ["2026.3.5", "集中学习", "西门三"]]
    upload(client, world, ("甲.xlsx", book(*rows)), code="C0")
    batch = HistoryBatch.objects.get()
    [question] = questions_of(batch)
    assert client.post(url_of(batch, "answers/"), {question.key: "哪里"}).status_code == 400
    client.post(url_of(batch, "answers/"), {question.key: "西岭村党支部"})
    batch.refresh_from_db()
    assert batch.counts["new"] == 1


def test_acts_are_recorded_and_taken_back(client: Reader, batch: HistoryBatch) -> None:
    client.post(url_of(batch, "apply/"))
    assert Activity.objects.live().count() == 1
    page = page_of(client, batch)
    assert (page.recorded, page.left, bool(page.revertible_until)) == (1, 1, True)
    assert page.lines[0].act == f"/acts/{Activity.objects.get().pk}/"
    client.post(url_of(batch, "revert/"), {"reason": "传错了"})
    assert (Activity.objects.live().count(), page_of(client, batch).state) == (0, "reverted")


def test_many_acts_are_recorded_by_the_worker(
    client: Reader, batch: HistoryBatch, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "ACTS_AT_ONCE", 0)
    client.post(url_of(batch, "apply/"))
    assert (page_of(client, batch).state, Activity.objects.count()) == ("applying", 0)
    record_history.call(str(batch.pk), world.recorder.pk)
    assert (page_of(client, batch).state, Activity.objects.get().recorded_by) == ("applied", world.recorder)


def test_recording_that_stands_still_may_be_continued(client: Reader, batch: HistoryBatch) -> None:
    begin_recording(batch)
    assert url_of(batch, "apply/") in text_of(client.get(url_of(batch)))
    client.post(url_of(batch, "apply/"))
    assert Activity.objects.count() == 1


def test_rest_is_brought_in_from_the_same_files(client: Reader, batch: HistoryBatch) -> None:
    client.post(url_of(batch, "apply/"))
    client.post(url_of(batch, "again/"))
    fresh = HistoryBatch.objects.exclude(pk=batch.pk).get()
    assert (fresh.counts["same"], fresh.counts["open"]) == (1, 1)


def test_act_is_left_out_and_taken_in_again(client: Reader, batch: HistoryBatch) -> None:
    number = batch.lines.get(finding="new").number
    for decision, to_record in (("leave", 0), ("record", 1)):
        client.post(url_of(batch, "acts/"), {"number": number, "decision": decision})
        assert page_of(client, batch).to_record == to_record


def test_problems_are_gathered_by_kind(client: Reader, world: World) -> None:
    upload(client, world, ("甲.xlsx", meetings(meeting("3月"), meeting("某日"), title="")))
    [kind] = page_of(client, HistoryBatch.objects.get()).kinds
    assert (len(kind.problems), kind.places) == (2, "甲.xlsx Sheet1 B2、甲.xlsx Sheet1 B3")


def test_discarded_batch_shows_nothing_more(client: Reader, batch: HistoryBatch) -> None:
    client.post(url_of(batch, "discard/"))
    page = page_of(client, batch)
    assert (page.state, page.is_open) == (HistoryState.DISCARDED, False)


def test_queries_do_not_grow_with_acts(client: Reader, world: World) -> None:
    counts = []
    for number in (1, 3):
        HistoryBatch.objects.all().delete()
        rows = [meeting(f"2026年{number}月{day}日") for day in range(1, number + 1)]
        upload(client, world, ("甲.xlsx", meetings(*rows)))
        counts.append(client.count(url_of(HistoryBatch.objects.get())))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["outsider", "visitor"])
def test_old_records_of_others_are_not_found(signed_in: SignedIn, world: World, batch: HistoryBatch, role: str) -> None:
    stranger = signed_in(world.account(role))
    assert [stranger.get(url).status_code for url in (url_of(batch), url_of(batch, "marked/"))] == [404, 404]
    assert stranger.get(f"/units/{world.branch.pk}/history/").status_code == 404
