"""The review of an import: looked through, decided, applied, taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import HttpResponse

from qisong.org.models import Journal
from qisong.roster.editing import add_member
from qisong.roster.importing import expire_batches
from qisong.roster.models import ImportBatch, Member
from qisong.roster.terms import BatchState
from tests.desk.conftest import SignedIn
from tests.desk.reading import Reader, text_of
from tests.desk.rosters import cells, decide, held, lines_of, page_of, review_of, state_of, url_of
from tests.golden.containers import number
from tests.golden.people import identity, person
from tests.world import BEGINNING, World


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


def test_candidate_elsewhere_is_not_told_of(signed_in: SignedIn, world: World) -> None:
    number_ = identity("19700101", 11)
    add_member(by=None, unit=world.other_branch, on=BEGINNING, name="云中客", category="full", identity=number_)
    rows = [person(1, 姓名="云中客", 性别="男", 出生日期="1970-01-01", 公民身份证号=number_)]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    [line] = lines_of(client, batch, "?show=doubtful")
    assert (line.choices, world.other_branch.name in text_of(client.get(url_of(batch)))) == ([], False)


def decide_all(client: Reader, batch: ImportBatch, show: str, **sent: str) -> HttpResponse:
    return client.post(url_of(batch, f"lines/?show={show}"), sent, follow=True)


def test_all_of_a_list_are_decided_at_once(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    missing = [line.number for line in lines_of(client, batch, "?show=missing")]
    assert page_of(client, batch, "?show=missing").remedy.count == len(missing) > 1
    before = Journal.objects.count()
    decide_all(client, batch, "missing", decision="keep")
    assert set(batch.lines.filter(number__in=missing).values_list("decision", flat=True)) == {"keep"}
    assert set(batch.lines.exclude(number__in=missing).values_list("decision", flat=True)) == {""}
    assert Journal.objects.count() == before + 1


def test_all_of_a_list_may_leave_on_one_day(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    refused = decide_all(client, batch, "missing", decision="departed")
    assert (refused.status_code, batch.lines.exclude(decision="").count()) == (400, 0)
    decide_all(client, batch, "missing", decision="departed", on="2026-05-01")
    client.post(url_of(batch, "apply/"))
    assert world.member("田守一").affiliations.get().valid_to == date(2026, 5, 1)


def test_what_does_not_suit_a_row_leaves_it_undecided(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [held("何渺", "女", ""), held("田守一", "男", "")])
    doubtful = {line.proof.name: line.number for line in lines_of(client, batch, "?show=doubtful")}
    decide(client, batch, "何渺", show="doubtful", decision="new")
    page = decide_all(client, batch, "missing", decision="sole")
    assert "已处理 0 行" in text_of(page)
    assert list(batch.lines.exclude(decision="").values_list("number", flat=True)) == [doubtful["何渺"]]


def test_only_namesakes_are_taken_for_those_on_the_roster(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [held("何渺", "女", ""), held("田守一", "男", "")])
    decide_all(client, batch, "doubtful", decision="sole")
    decided = {line.proof.name: line.proof.line.decision for line in lines_of(client, batch, "?show=doubtful")}
    assert decided == {name: f"same:{world.member(name).pk}" for name in ("何渺", "田守一")}


def test_two_rows_are_not_taken_for_the_same_member_together(signed_in: SignedIn, world: World) -> None:
    rows = [held("何渺", "女", "", 加入党组织日期=day) for day in ("2001-07-01", "2003-07-01")]
    client, batch = signed_in(world.clerk), review_of(world, rows)
    page = decide_all(client, batch, "doubtful", decision="sole")
    assert "已处理 1 行。另有 1 行不能这样处理" in text_of(page)


def test_decided_for_all_after_applying_is_carried_out_at_once(signed_in: SignedIn, world: World) -> None:
    client, batch = signed_in(world.clerk), review_of(world, [person(1)])
    client.post(url_of(batch, "apply/"))
    decide_all(client, batch, "missing", decision="departed", on="2026-05-01")
    assert world.member("田守一").affiliations.get().valid_to == date(2026, 5, 1)
