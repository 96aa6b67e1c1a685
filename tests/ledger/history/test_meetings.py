"""A row a meeting: what the workbook says is what the act says."""

from __future__ import annotations

from typing import Any

import pytest

from qisong.ledger.history.examining import Review
from qisong.ledger.models import Absence, Activity, Guests, Participant, Receipt
from tests.ledger.history.books import MEETING_HEADINGS, book, meeting, meetings
from tests.ledger.history.conftest import Bring, Read
from tests.world import World


def only(review: Review) -> dict[str, Any]:
    assert [(one.cell, one.code) for one in review.problems if one.severity == "error"] == []
    [line] = review.lines
    return line.draft.document


def names_present(act: Activity) -> set[str]:
    rows = Receipt.objects.filter(activity=act, item=None)
    return set(rows.values_list("member__person__name", flat=True))


def test_meeting_becomes_an_act(bring: Bring, world: World) -> None:
    row = meeting(
        "2026年3月5日 15:00-17:30", "东方晓、田守一，罗远帆", 会议类型="党员大会", 主持人="东方晓",
        记录人="某大学生村官",        请假="何渺（因公）", 列席="高远行", 内容="一、学文件\n二、议事", 决议="同意",
    )  # fmt: skip
    bring(meetings(row))
    act = Activity.objects.get()
    assert (act.on.isoformat(), act.unit, act.subject, act.place) == ("2026-03-05", world.branch, "学习会", "村部")
    assert [(part.kind, part.meeting) for part in act.parts.all()] == [("meeting", "members")]
    assert names_present(act) == {"东方晓", "田守一", "罗远帆"}
    absence = Absence.objects.get()
    assert (absence.member.person.name, absence.reason) == ("何渺", "work")
    assert [(one.whence, one.count) for one in Guests.objects.all()] == [("", 1)]
    told = {(one.task, one.person and one.person.name, one.name) for one in Participant.objects.all()}
    assert told == {("chair", "东方晓", ""), ("recorder", None, "某大学生村官")}
    assert act.minutes == {"agenda": "一、学文件\n二、议事", "decisions": "同意", "starts": "15:00", "ends": "17:30"}


def test_total_and_signature_are_no_meetings(read: Read) -> None:
    assert read(meetings(meeting(), meeting("2026年4月5日"))).counts["new"] == 2


def test_lesson_title_makes_a_lesson(read: Read) -> None:
    rows = [["日期", "主题", "参加人员", "党课题目"], ["2026.3.5", "春学", "田守一", "第一课"]]
    assert only(read(book(*rows)))["parts"] == [{"kind": "lesson", "subject": "第一课"}]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("支部党员大会", [{"kind": "meeting", "meeting": "members"}]),
        ("主题党日暨党课", [{"kind": "meeting", "meeting": "theme-day"}, {"kind": "lesson"}]),
    ],
)
def test_kind_is_known_by_what_its_cell_contains(read: Read, written: str, parts: list[Any]) -> None:
    assert only(read(meetings(meeting(会议类型=written))))["parts"] == parts


def test_kind_that_is_not_said_is_told(read: Read) -> None:
    review = read(meetings(meeting(会议类型=None), title=""), name="甲.xlsx")
    assert [one.code for one in review.problems] == ["kind-not-said"]
    assert only(review)["parts"] == [{"kind": "meeting", "meeting": "study"}]


def test_day_takes_its_year_from_the_title(read: Read) -> None:
    review = read(meetings(meeting("3月5日"), title="东岭村党支部2025年会议记录"))
    assert only(review)["on"] == "2025-03-05"


@pytest.mark.parametrize(
    ("written", "code"), [("2025年3月", "day-needed"), ("3月5日", "date-unreadable"), (None, "required-empty")]
)
def test_day_is_never_invented(read: Read, written: object, code: str) -> None:
    review = read(meetings(meeting(written)))
    assert [(one.cell, one.code) for one in review.problems] == [("B3", code)]
    assert review.counts["wrong"] == 1


def test_other_count_than_names_is_told(read: Read) -> None:
    rows = [["日期", "主题", "参加人员", "实到人数"], ["2026.3.5", "集中学习", "田守一、东方晓", 3]]
    [problem] = read(book(*rows)).problems
    assert (problem.cell, problem.code, problem.severity) == ("D2", "other-count", "warning")


def test_unit_of_each_row_is_found_by_name_or_code(read: Read) -> None:
    rows = [
        ["日期", "主题", "支部", "参加人员"],
        ["2026.3.5", "集中学习", "西岭村", "西门三"],
        ["2026.3.6", "集中学习", "B1", "何渺"],
    ]
    review = read(book(*rows), code="D1")
    assert [line.draft.document["unit"] for line in review.lines] == ["B2", "B1"]


@pytest.mark.parametrize("where", ["sheet", "file", "title"])
def test_unit_is_found_in_the_name_of_sheet_or_file(read: Read, where: str) -> None:
    rows = [["日期", "主题", "参加人员"], ["2026.3.5", "集中学习", "西门三"]]
    title = [["东岭镇党委西岭村党支部会议记录"]] if where == "title" else []
    content = book(*title, *rows, name="西岭村" if where == "sheet" else "Sheet1")
    review = read(content, code="D1", name="西岭村2026.xlsx" if where == "file" else "记录.xlsx")
    assert [line.draft.document["unit"] for line in review.lines] == ["B2"]


def test_unit_outside_is_asked_for_and_not_found(read: Read) -> None:
    rows = [["日期", "主题", "支部", "参加人员"], ["2026.3.5", "集中学习", "柳河村党支部", "柳随风"]]
    review = read(book(*rows), code="D1", role="clerk")
    assert ([one.kind for one in review.questions], review.counts["open"]) == (["unit"], 1)


def test_recorder_reads_only_the_own_unit(read: Read) -> None:
    assert read(meetings(meeting()), role="recorder").counts["new"] == 1
    assert (
        read(meetings(meeting(present="西门三"), title="西岭村党支部"), code="B2", role="recorder").counts["new"] == 0
    )


def test_headings_over_two_rows_are_read(read: Read) -> None:
    rows = [
        ["日期", "主题", "人员", None],
        [None, None, "参加人员", "请假"],
        ["2026.3.5", "集中学习", "田守一", "何渺"],
    ]
    document = only(read(book(*rows, merges=("A1:A2", "B1:B2", "C1:D1"))))
    assert (len(document["present"]), len(document["absent"])) == (1, 1)


def test_csv_in_gb18030_is_read(read: Read) -> None:
    text = "\n".join(
        ",".join(str(cell or "") for cell in row) for row in (MEETING_HEADINGS, meeting(present="东方晓、田守一"))
    )
    assert len(only(read(text.encode("gb18030"), name="旧台账.csv"))["present"]) == 2
