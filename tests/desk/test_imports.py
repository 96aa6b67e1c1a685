"""Rosters in by pages: handed in, looked through, decided, applied, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qisong.desk.pages.review_lines import ReviewLine
from qisong.org.models import Account, Journal
from qisong.roster.editing import add_member
from qisong.roster.importing import compare, expire_batches, receive
from qisong.roster.models import ImportBatch, Member
from qisong.roster.tasks import compare_batch
from qisong.roster.terms import BatchState
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.golden.containers import number, xlsx
from tests.golden.people import identity, person, sheet
from tests.world import BEGINNING, World

GOLDEN = Path(__file__).parent.parent / "golden" / "roster"
TODAY = date(2026, 5, 19)
Row = dict[str, object]


def held(name: str, sex: str, born: str, **changes: object) -> Row:
    """A row that says of a member of the world no more than is held."""
    nothing = dict.fromkeys(("公民身份证号", "加入党组织日期", "转为正式党员日期", "工作岗位", "手机号", "家庭住址"))
    return person(**{"姓名": name, "性别": sex, "出生日期": born, **nothing, **changes})


def upload(client: Reader, world: World, *files: tuple[str, bytes]) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/units/{world.committee.pk}/imports/", {"rosters": sent})


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


# Handed in


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


# Looked through


def test_errors_stand_at_their_cells_with_advice(signed_in: SignedIn, world: World) -> None:
    rows = [person(1, 出生日期="58.3.5"), person(2), person(3, 公民身份证号=number("990521195304043"))]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    page = page_of(client, batch)
    assert cells(page, "born")[0] == ("58.3.5", None, ["date-two-digit-year"])
    assert [line.proof.line.row for line in lines_of(client, batch)] == [5, 7]
    text = text_of(client.get(url_of(batch)))
    assert ("<b>G5</b>" in text, "年份要写四位数" in text, "整列设为“文本”" in text) == (True, True, True)


def test_problems_are_listed_by_kind_and_lead_to_their_rows(signed_in: SignedIn, world: World) -> None:
    rows = [person(1, 性别="1"), person(2, 性别="2"), person(3, 出生日期="不记得")]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    kinds = page_of(client, batch).kinds
    assert [(kind.column, kind.gist, kind.count, kind.url) for kind in kinds] == [
        ("性别", "这一列只能填：男、女", 2, "?problem=choice-invalid.sex"),
        ("出生日期", "看不出这是哪一天", 1, "?problem=date-unreadable.born"),
    ]
    assert [line.proof.line.row for line in lines_of(client, batch, kinds[0].url)] == [5, 6]


def test_changed_rows_show_what_was_and_what_will_be(signed_in: SignedIn, world: World) -> None:
    rows = [held("罗远帆", "男", "1979-04-08", 手机号="13900001234", 是否为流动党员="否")]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    page = page_of(client, batch, "?show=changed")
    assert cells(page, "mobile") == [("139****34", "138****34", [])]
    assert cells(page, "away") == [("否", "是", [])]
    assert cells(page, "born") == [("1979-04-08", None, [])]


def test_changed_number_behind_an_equal_mask_is_told(signed_in: SignedIn, world: World) -> None:
    rows = [held("罗远帆", "男", "1979-04-08", 手机号="13877771234", 是否为流动党员="是", 外出流向="外省务工")]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    assert cells(page_of(client, batch, "?show=changed"), "mobile") == [("138****34", "138****34", [])]
    assert "号码不同，已遮盖" in text_of(client.get(url_of(batch) + "?show=changed"))


def test_moved_rows_show_both_branches(signed_in: SignedIn, world: World) -> None:
    add_member(
        by=None, unit=world.sibling, on=BEGINNING, name="云中客", category="full", identity=identity("19700101", 11)
    )
    rows = [person(1, 姓名="云中客", 性别="男", 出生日期="1970-01-01", 公民身份证号=identity("19700101", 11))]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    assert cells(page_of(client, batch, "?show=moved"), "branch") == [("东岭村党支部", "西岭村党支部", [])]


def test_numbers_are_masked_everywhere(signed_in: SignedIn, world: World) -> None:
    rows = [person(1), held("罗远帆", "男", "1979-04-08", 手机号="13912345678")]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    texts = "".join(text_of(client.get(url_of(batch) + f"?show={show}")) for show in ("new", "changed", "missing"))
    whole = [identity("19510202", 21), "13912345678", "13800001234", "13800000001"]
    assert [one in texts for one in whole] == [False] * 4


def test_rows_are_paged(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(n) for n in range(1, 31)])
    assert [len(page_of(client, batch, query).sheets[0].lines) for query in ("?show=new", "?show=new&page=2")] == [
        25,
        5,
    ]


def test_review_queries_do_not_grow(signed_in: SignedIn, world: World) -> None:
    client = signed_in(world.clerk)
    batches = [review_of(world, [person(n, 性别="1") for n in range(1, rows + 1)]) for rows in (1, 3)]
    for query in ("?show=error", "?show=new", "?show=missing"):
        assert len({client.count(url_of(batch) + query) for batch in batches}) == 1


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


# Decided


def test_doubtful_row_is_the_one_on_the_roster(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [held("何渺", "女", "", 工作岗位="农牧渔业生产人员")])
    [line] = lines_of(client, batch, "?show=doubtful")
    assert [choice.label for choice in line.choices] == ["是这个人", "另一个人，按新增记"]
    response = decide(client, batch, "何渺", show="doubtful", decision=f"same:{world.member('何渺').pk}")
    assert response["Location"] == f"{url_of(batch)}?show=doubtful#line-1"
    assert page_of(client, batch).changes == "变更 1 人"
    client.post(url_of(batch, "apply/"))
    assert Member.objects.get(person__name="何渺").job == "农牧渔业生产人员"


def test_doubtful_row_is_somebody_new(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [held("何渺", "女", "")])
    decide(client, batch, "何渺", show="doubtful", decision="new")
    assert page_of(client, batch).changes == "新增 1 人"
    client.post(url_of(batch, "apply/"))
    assert Member.objects.filter(person__name="何渺").count() == 2


def test_doubt_settled_after_applying_is_carried_out_at_once(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1), held("何渺", "女", "")])
    client.post(url_of(batch, "apply/"))
    assert (state_of(batch), page_of(client, batch).waiting) == (BatchState.APPLIED, "存疑 1 行、名册里没有 6 人")
    decide(client, batch, "何渺", show="doubtful", decision="new")
    assert Member.objects.filter(person__name="何渺").count() == 2


def test_missing_member_left_on_a_day(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    decide(client, batch, "田守一", show="missing", decision="departed", on="2026-05-01")
    client.post(url_of(batch, "apply/"))
    assert world.member("田守一").affiliations.get().valid_to == date(2026, 5, 1)


@pytest.mark.parametrize(("on", "said"), [("", "请填哪一天"), ("2019-01-01", "离开日期要在"), ("去年", "看不出")])
def test_missing_member_without_a_sound_day_is_told_so(signed_in: SignedIn, world: World, on: str, said: str) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    response = decide(client, batch, "田守一", show="missing", decision="departed", on=on)
    assert response.status_code == 400
    assert not batch.lines.exclude(decision="").exists()


def test_nothing_is_to_be_decided_while_the_file_must_be_mended(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1, 性别="1"), held("何渺", "女", "")])
    forms = [line.form for show in ("doubtful", "missing") for line in lines_of(client, batch, f"?show={show}")]
    assert (len(forms), set(forms)) == (7, {None})


def test_decision_is_taken_back(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    for decision in ("keep", ""):
        decide(client, batch, "田守一", show="missing", decision=decision)
        assert set(batch.lines.values_list("decision", flat=True)) == {"", decision}


def test_decision_that_does_not_fit_is_refused(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    assert client.post(url_of(batch, "lines/1/"), {"decision": "keep"}).status_code == 400
    assert client.post(url_of(batch, "lines/999/"), {"decision": "keep"}).status_code == 404


# Applied, taken back, given up


def test_errors_keep_the_whole_review_from_being_applied(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1), person(2, 性别="1")])
    page = page_of(client, batch)
    assert (page.may_apply, page.heading) == (False, "这份名册哪里要改？")
    response = client.post(url_of(batch, "apply/"))
    assert (response.status_code, "一行也没有写入" in text_of(response)) == (400, True)
    assert state_of(batch) == BatchState.READY


def test_apply_says_before_and_after_what_is_done(signed_in: SignedIn, world: World) -> None:
    client, batch = (
        signed_in(world.clerk),
        review_of(world, [person(1), held("田守一", "男", "1944-10", 工作岗位="退休")]),
    )
    assert "点“应用”将写入：新增 1 人、变更 1 人。" in text_of(client.get(url_of(batch)))
    assert client.post(url_of(batch, "apply/"))["Location"] == url_of(batch)
    assert "已写入：新增 1 人、变更 1 人。" in text_of(client.get(url_of(batch)))
    assert Member.objects.get(person__name="田守一").job == "退休"


def test_same_roster_again_has_nothing_to_apply(signed_in: SignedIn, world: World) -> None:
    client, rows = signed_in(world.clerk), [person(1)]
    client.post(url_of(review_of(world, rows), "apply/"))
    page = page_of(client, review_of(world, rows))
    assert (page.batch.counts["same"], page.changes, page.may_apply) == (1, "", False)


def test_stale_review_is_compared_again(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    add_member(by=None, unit=world.branch, on=BEGINNING, name="云中客", category="full")
    response = client.post(url_of(batch, "apply/"))
    assert (response.status_code, "重新核对" in text_of(response)) == (400, True)
    client.post(url_of(batch, "again/"))
    fresh = ImportBatch.objects.get(state=BatchState.READY)
    assert (state_of(batch), client.post(url_of(fresh, "apply/")).status_code) == (BatchState.DISCARDED, 302)


def test_revert_puts_everything_back_for_a_reason(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    client.post(url_of(batch, "apply/"))
    assert client.post(url_of(batch, "revert/"), {"reason": " "}).status_code == 400
    assert client.post(url_of(batch, "revert/"), {"reason": "传错了文件"}).status_code == 302
    assert (state_of(batch), Member.objects.filter(person__name="钱秀兰").exists()) == (BatchState.REVERTED, False)
    assert Journal.objects.latest("seq").reason == "传错了文件"


def test_revert_after_somebody_edited_names_them(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    client.post(url_of(batch, "apply/"))
    added = Member.objects.latest("pk")
    client.post(f"/members/{added.pk}/circumstance/", {"kind": "frail", "on": "2026-05-19"})
    response = client.post(url_of(batch, "revert/"), {"reason": "传错了文件"})
    assert (response.status_code, added.person.name in text_of(response)) == (400, True)


def test_revert_is_offered_for_thirty_days(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    client.post(url_of(batch, "apply/"))
    assert "撤销（" in text_of(client.get(url_of(batch)))
    batch.refresh_from_db()
    assert batch.applied_at is not None
    ImportBatch.objects.filter(pk=batch.pk).update(applied_at=batch.applied_at - timedelta(days=31))
    assert "撤销（" not in text_of(client.get(url_of(batch)))


def test_discarded_review_is_forgotten(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    assert client.post(url_of(batch, "discard/"))["Location"] == f"/units/{world.committee.pk}/imports/"
    text = text_of(client.get(url_of(batch)))
    assert (state_of(batch), person(1)["姓名"] in text, "新增 1" in text) == (BatchState.DISCARDED, False, True)


def test_expired_import_keeps_its_counts_alone(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    client.post(url_of(batch, "apply/"))
    expire_batches(batch.expires_on)
    page = page_of(client, batch)
    assert (page.is_open, page.is_mine, page.revertible_until, page.summary) == (
        False, False, None, "新增 1 · 名册里没有 7",
    )  # fmt: skip


def test_failed_comparison_says_so(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.FAILED, report="")
    text = text_of(client.get(url_of(batch)))
    assert ("没有核对成" in text, "作废" in text) == (True, True)


@pytest.mark.parametrize("page", ["", "marked/", "revert/"])
def test_import_of_others_is_not_found(signed_in: SignedIn, world: World, page: str) -> None:
    batch = compare(by=world.office, unit=world.other_branch, files=[("a.xlsx", xlsx(sheet([person()])))], today=TODAY)
    assert signed_in(world.clerk).get(url_of(batch, page)).status_code == 404
    assert signed_in(world.outsider).get(url_of(batch, page)).status_code == 404


def test_candidate_elsewhere_is_not_told_of(signed_in: SignedIn, world: World) -> None:
    number_ = identity("19700101", 11)
    add_member(by=None, unit=world.other_branch, on=BEGINNING, name="云中客", category="full", identity=number_)
    rows = [person(1, 姓名="云中客", 性别="男", 出生日期="1970-01-01", 公民身份证号=number_)]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    [line] = lines_of(client, batch, "?show=doubtful")
    assert (line.choices, world.other_branch.name in text_of(client.get(url_of(batch)))) == ([], False)
