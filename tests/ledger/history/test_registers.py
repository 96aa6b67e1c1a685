"""A row a person and what was handed over: rows of one day, unit, channel and giver are one act."""

from __future__ import annotations

import pytest

from qisong.ledger.models import Activity, Receipt
from tests.ledger.history.books import book, handed, register
from tests.ledger.history.conftest import Bring, Read
from tests.world import World

Receipts = list[tuple[str, str, int, str]]


def receipts() -> Receipts:
    rows = Receipt.objects.order_by("member__person__name", "item__code")
    return list(rows.values_list("member__person__name", "item__code", "copies", "channel"))


def test_rows_of_one_day_channel_and_giver_are_one_act(bring: Bring, world: World) -> None:
    bring(register(handed(), handed(name="何渺"), handed(name="罗远帆", 送学方式="微信"), handed("2026-03-06")))
    assert Activity.objects.count() == 3
    assert receipts() == [
        ("何渺", "constitutions", 1, "visit"),
        ("田守一", "constitutions", 1, "visit"),
        ("田守一", "constitutions", 1, "visit"),
        ("罗远帆", "constitutions", 1, "wechat"),
    ]
    act = Activity.objects.filter(on="2026-03-05", receipts__channel="visit").first()
    assert act
    assert [(one.task, one.person) for one in act.participants.all()] == [("led", world.recorder.person)]


@pytest.mark.parametrize(
    ("item", "number", "found"),
    [
        ("《党章》", 2, [("田守一", "constitutions", 2, "visit")]),
        ("党章", "3本", [("田守一", "constitutions", 3, "visit")]),
        ("党章1本、党规两册", None, [("田守一", "constitutions", 1, "visit"), ("田守一", "rules", 2, "visit")]),
        ("党章、党规", 2, [("田守一", "constitutions", 1, "visit"), ("田守一", "rules", 1, "visit")]),
        ("农村支部工作示例手册", 1, [("田守一", "skills", 1, "visit")]),
    ],
)
def test_things_are_read_with_their_numbers(bring: Bring, item: str, number: object, found: Receipts) -> None:
    bring(register(handed(item=item, 数量=number)))
    assert receipts() == found


def test_column_for_each_item_is_read(bring: Bring) -> None:
    rows = [
        ["日期", "姓名", "党徽", "党章（本）", "送学方式"],
        ["2026.3.5", "何渺", "√", "2本", "上门"],
        ["2026.3.5", "田守一", None, 1, "上门"],
    ]
    bring(book(*rows))
    assert receipts() == [
        ("何渺", "badges", 1, "visit"),
        ("何渺", "constitutions", 2, "visit"),
        ("田守一", "constitutions", 1, "visit"),
    ]


def test_lesson_brought_is_received(bring: Bring) -> None:
    rows = [["日期", "姓名", "党课题目", "送学方式"], ["2026.3.5", "何渺", "第一课", "光盘"]]
    bring(book(*rows))
    assert (receipts(), Activity.objects.get().subject) == ([("何渺", "lessons", 1, "disc")], "第一课")


@pytest.mark.parametrize(
    ("item", "number", "cell", "code"),
    [
        ("党章", "若干", "F3", "number-needed"),
        ("党章、党规", 5, "F3", "how-many-of-each"),
        (None, None, "E3", "nothing-handed"),
    ],
)
def test_what_cannot_be_counted_is_told_at_its_cell(
    read: Read, item: object, number: object, cell: str, code: str
) -> None:
    review = read(register(handed(item=item, 数量=number)))
    assert [(one.cell, one.code) for one in review.problems] == [(cell, code)]
    assert review.counts["wrong"] == 1


def test_same_thing_twice_for_one_person_is_wrong(read: Read) -> None:
    review = read(register(handed(), handed(数量=2)))
    assert [(one.cell, one.code) for one in review.problems] == [("C4", "received-twice")]
