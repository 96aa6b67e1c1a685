"""Sign-in sheets: the title and the notes above say what, when and where; whoever signed was there."""

from __future__ import annotations

from qisong.ledger.models import Absence, Activity, Receipt
from tests.ledger.history.books import book, signing
from tests.ledger.history.conftest import Bring, Read

NAMES = ([1, "东方晓", "东方晓"], [2, "田守一", "√"], [3, "罗远帆", None], [4, "何渺", None, "请假"])


def test_whoever_signed_was_there(bring: Bring) -> None:
    bring(signing(*NAMES))
    act = Activity.objects.get()
    assert (act.on.isoformat(), act.place, [part.meeting for part in act.parts.all()]) == (
        "2026-03-05",
        "村部",
        ["members"],
    )
    assert set(Receipt.objects.values_list("member__person__name", flat=True)) == {"东方晓", "田守一"}
    assert [(one.member.person.name, one.reason) for one in Absence.objects.all()] == [("何渺", "leave")]
    assert [one.person and one.person.name for one in act.participants.all()] == ["东方晓"]


def test_leave_written_as_signature_is_no_presence(bring: Bring) -> None:
    bring(signing([1, "东方晓", "东方晓"], [2, "何渺", "请假"]))
    assert (Receipt.objects.count(), Absence.objects.count()) == (1, 1)


def test_two_blocks_side_by_side_are_one_meeting_each_read(bring: Bring) -> None:
    heading = ["序号", "姓名", "签名", "序号", "姓名", "签名"]
    rows = [["时间：2026年3月5日"], heading, [1, "东方晓", "√", 3, "罗远帆", "√"], [2, "田守一", "√", 4, "何渺", None]]
    bring(book(*rows))
    assert set(Receipt.objects.values_list("member__person__name", flat=True)) == {"东方晓", "田守一", "罗远帆"}


def test_day_that_stands_nowhere_is_asked_for(read: Read) -> None:
    review = read(signing(*NAMES, above=[["签到册"]]))
    assert [one.code for one in review.problems] == ["day-needed"]


def test_sign_in_of_a_meeting_told_as_well_is_doubtful(read: Read) -> None:
    rows = [["日期", "主题", "参加人员"], ["2026.3.5", "党员大会", "东方晓"]]
    assert [line.finding for line in read(book(*rows), signing(*NAMES)).lines] == ["new", "doubtful"]
