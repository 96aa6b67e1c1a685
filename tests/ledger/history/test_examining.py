"""Whatever stands in a file, the answer is acts, questions and problems."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qisong.ledger.history.examining import examine
from tests.golden.containers import xlsx
from tests.ledger.history.books import (
    MEETING_HEADINGS,
    REGISTER_HEADINGS,
    book,
    handed,
    meeting,
    meetings,
    register,
    sheet,
    signing,
)
from tests.ledger.history.conftest import Read
from tests.world import World

WRITTEN = st.sampled_from(
    ["田守一", "东方晓、何渺", "2026.3.5", "3月5日", "2026年3月", "党章2本", "√", "无", "上门", "党员大会", "合计",
     "请假（因病）", "（", "：", "、、"]
)  # fmt: skip
CELLS = st.one_of(
    st.none(), WRITTEN, st.text(max_size=20), st.integers(-5, 60_000), st.floats(0, 3000, allow_nan=False)
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=12), max_size=6)


def test_workbook_may_hold_all_shapes(read: Read) -> None:
    content = xlsx(
        sheet(MEETING_HEADINGS, meeting(), name="会议"),
        sheet(REGISTER_HEADINGS, handed("2026-04-06"), name="发放"),
        sheet(["时间：2026年5月5日"], ["序号", "姓名", "签名"], [1, "田守一", "√"], name="签到"),
    )
    assert [(line.draft.shape, line.finding) for line in read(content).lines] == [
        ("meetings", "new"),
        ("register", "new"),
        ("sign-in", "new"),
    ]


def test_sheet_without_a_known_heading_is_named(read: Read) -> None:
    content = xlsx(sheet(MEETING_HEADINGS, meeting(), name="会议"), sheet(["随手记"], ["买菜"], name="杂"))
    review = read(content)
    assert [(one.sheet, one.code, one.severity) for one in review.problems] == [("杂", "heading-missing", "warning")]
    assert review.counts["new"] == 1


def test_two_columns_of_one_kind_stop_their_sheet(read: Read) -> None:
    rows = [["日期", "主题", "参会人员", "到会人员"], ["2026.3.5", "集中学习", "田守一", "何渺"]]
    review = read(book(*rows))
    assert ([one.code for one in review.problems], review.counts["wrong"]) == (["column-twice"], 1)


def test_illness_is_never_kept(read: Read) -> None:
    [line] = read(meetings(meeting(请假="何渺（因病住院）"))).lines
    assert "病" not in str(line.draft.document)


def test_whoever_had_died_is_asked_about(read: Read, world: World) -> None:
    world.member("田守一").died_on = "2026-01-01"
    world.member("田守一").save()
    assert read(meetings(meeting())).counts["open"] == 1


def test_queries_do_not_grow_with_the_acts(read: Read, django_assert_max_num_queries: Any) -> None:
    for number in (2, 12):
        with django_assert_max_num_queries(75):
            read(meetings(*(meeting(f"2026年3月{day}日") for day in range(1, number + 1))))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS, shape=st.sampled_from([MEETING_HEADINGS, REGISTER_HEADINGS, ("序号", "姓名", "签名", "备注", "支部")])
)
def test_any_cells_are_told_about_and_never_fail(world: World, rows: list[list[Any]], shape: tuple[str, ...]) -> None:
    told = book(["东岭村党支部"], shape, *([clean(cell) for cell in row] for row in rows))
    review = examine(by=world.office, scope=world.scope("office"), unit=world.branch, files=[("甲.xlsx", told)])
    assert sum(review.counts[one] for one in ("new", "open", "wrong", "doubtful", "same")) == len(review.lines)


def clean(cell: object) -> object:
    """What XML can hold."""
    return "".join(one for one in cell if one.isprintable()) if isinstance(cell, str) else cell


def test_sign_in_title_gives_the_subject(read: Read) -> None:
    above = [["东岭村党支部清明主题党日签到表"], ["时间：2026年4月5日"]]
    [line] = read(signing([1, "田守一", "√"], above=above)).lines
    assert (line.draft.document["subject"], line.draft.document["parts"]) == (
        "清明主题党日",
        [{"kind": "meeting", "meeting": "theme-day"}],
    )


def test_register_row_of_a_stranger_asks_once(read: Read) -> None:
    review = read(register(handed(name="某人甲"), handed("2026-04-05", "某人甲")))
    assert [(one.word, one.count) for one in review.questions] == [("某人甲", 2)]


MEETING_FORM = (
    "主题 活动召开时间 活动结束时间 地点 主持人 记录人 到会指导人员 参与人员 应到人数 实到人数 签到率 迟到人数 "
    "缺席人员 迟到人员 活动纪要 活动决议 活动图片"
)
PLAIN_MEETING_FORM = "会议名称 时间 地点 主持人 出席 列席 缺席（原因） 记录人 议题 决议"
REGISTER_FORM = "序号 党支部 党员姓名 类别 送学日期 送学方式 送达物品及数量 党课题目 送学人 签收方式 党员意见 备注"


@pytest.mark.parametrize("form", [MEETING_FORM, PLAIN_MEETING_FORM, REGISTER_FORM])
def test_customary_forms_raise_no_question_about_their_columns(read: Read, form: str) -> None:
    headings = form.split()
    review = read(book(headings, ["1"] * len(headings)))
    assert [one.word for one in review.questions if one.kind == "column"] == []
    assert len(review.lines) == 1
