"""Cells of several names or things: every way of writing them that villages use."""

from __future__ import annotations

from datetime import date

import pytest

from qisong.ledger.history.cells import day_in, read_copies, read_names, read_things, times_in, year_in

KNOWN = {"张三", "李四", "王五", "欧阳锋"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张三、李四，王五", ["张三", "李四", "王五"]),
        ("张三 李四\n王五", ["张三", "李四", "王五"]),
        ("张 三、李　四", ["张三", "李四"]),
        ("张 三 李 四", ["张三", "李四"]),
        ("欧阳 锋", ["欧阳锋"]),
        ("张三（主持）、李四(记录)", ["张三", "李四"]),
        ("张三；李四;王五。", ["张三", "李四", "王五"]),
        ("参加人员：张三、李四", ["张三", "李四"]),
        ("张三、李四，共2人", ["张三", "李四"]),
        ("无", []),
        (None, []),
    ],
)
def test_names_are_told_apart(text: object, names: list[str]) -> None:
    assert read_names(text, KNOWN.__contains__).present == names


def test_notes_set_the_absent_and_the_listening_apart() -> None:
    found = read_names("张三、李四（请假）、赵六（列席）；缺席：王五", KNOWN.__contains__)
    assert (found.present, found.absent, found.observers) == (["张三"], [("李四", "请假"), ("王五", "缺席")], ["赵六"])


def test_people_without_names_are_counted() -> None:
    found = read_names("张三、李四等12人，群众3人", KNOWN.__contains__)
    assert (found.present, found.guests, found.others) == (["张三", "李四"], [("群众", 3)], True)


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("《手册》1本、读本2册", [("手册", 1), ("读本", 2)]),
        ("手册*3", [("手册", 3)]),
        ("手册一本", [("手册", 1)]),
        ("学习读本", [("学习读本", None)]),
        ("无", []),
    ],
)
def test_things_are_read_with_numbers(text: str, things: list[tuple[str, int | None]]) -> None:
    assert read_things(text) == things


@pytest.mark.parametrize(
    ("cell", "copies"), [(2, 2), ("２本", 2), ("√", 1), ("无", None), (None, None), (0, None), (1.0, 1)]
)
def test_copies(cell: object, copies: int | None) -> None:
    assert read_copies(cell) == copies


def test_copies_that_are_no_number_are_refused() -> None:
    with pytest.raises(ValueError, match="若干"):
        read_copies("若干")


@pytest.mark.parametrize(
    ("cell", "year", "day"),
    [
        ("2025年3月5日上午9:00-11:00", None, "2025-03-05"),
        ("2025.3.5 下午", None, "2025-03-05"),
        ("3月5日", 2025, "2025-03-05"),
        ("3.5", 2025, "2025-03-05"),
        ("3月5日", None, None),
        ("2025年3月5日、2025年3月6日", None, None),
        ("13月5日", 2025, None),
    ],
)
def test_day_in_a_text(cell: str, year: int | None, day: str | None) -> None:
    found = day_in(cell, year, date(2026, 11, 22))
    assert (str(found) if found else None) == day


@pytest.mark.parametrize(
    ("cell", "times"),
    [("2025年3月5日 9:00-11:30", ("09:00", "11:30")), ("下午3:00", ("15:00", "")), ("2025-03-05", ("", ""))],
)
def test_times_in_a_text(cell: str, times: tuple[str, str]) -> None:
    assert times_in(cell) == times


def test_year_is_taken_only_where_there_is_one() -> None:
    assert (year_in("二月", "2025年记录"), year_in("2024-2025年"), year_in("3月5日")) == (2025, None, None)
