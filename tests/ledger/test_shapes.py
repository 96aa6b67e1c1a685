from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import pytest

from qisong.ledger.shapes import (
    LONGEST_LIST,
    Code,
    Reading,
    Ref,
    client_id,
    clock,
    each,
    identifier,
    iso_day,
    named_code,
    number,
    one_of,
    own_name,
    prose,
    record,
    someone,
    unit_code,
    word,
)
from qisong.ledger.terms import Direction
from qisong.words.dates import PartialDate
from qisong.words.text import Refusal


@dataclass(frozen=True)
class Line:
    at: str
    copies: Annotated[int, number(1, 9)]
    item: Annotated[Code | None, named_code] = None
    lines: Annotated[tuple[int, ...], each(number(1, 9))] = ()


def refused(shape: Any, value: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        shape(Reading(), value, "here")
    return refusal.value.code


def read(value: Any) -> tuple[Line | None, list[tuple[str, str]]]:
    reading = Reading()
    try:
        line = record(Line)(reading, value, "")
    except Refusal as refusal:
        reading.note("", refusal)
        line = None
    return line, [(one.place, one.code) for one in reading.problems]


def test_word_is_tidied_and_limited() -> None:
    assert word(4)(Reading(), " 东岭　村\u200b ", "") == "东岭 村"
    assert refused(word(3), "东岭村委") == "too-long"
    assert refused(word(3, least=1), " ") == "empty"


def test_prose_keeps_its_lines() -> None:
    assert prose(20)(Reading(), "一、学习\r\n  二、讨论\x00 \n", "") == "一、学习\n二、讨论"
    assert refused(prose(3), "一\n二\n三") == "too-long"


@pytest.mark.parametrize("value", [0, 10, -1])
def test_number_outside_its_range_is_refused(value: int) -> None:
    assert refused(number(1, 9), value) == "out-of-range"


@pytest.mark.parametrize("value", [True, 1.0, "1", None, [1]])
def test_number_is_a_whole_number_and_nothing_like_it(value: Any) -> None:
    assert refused(number(1, 9), value) == "wrong-type"


@pytest.mark.parametrize("value", ["a", "0190-x", "记-1", "x" * 64])
def test_client_id_is_any_visible_text(value: str) -> None:
    assert client_id(Reading(), value, "") == value


@pytest.mark.parametrize("value", ["", " ", " a", "a\n", "x" * 65, "a\x00"])
def test_client_id_that_cannot_be_told_again_is_refused(value: str) -> None:
    assert refused(client_id, value) == "wrong-id"


def test_iso_day_reads_one_way_of_writing_only() -> None:
    assert iso_day(Reading(), "2026-05-19", "") == date(2026, 5, 19)
    for value in ("20260519", "2026-5-19", "2026-02-30", "2026-W21-2", "２０２６-05-19", ""):
        assert refused(iso_day, value) == "wrong-date"


def test_clock_is_empty_or_a_time_of_day() -> None:
    assert [clock(Reading(), value, "") for value in ("", "00:00", "23:59")] == ["", "00:00", "23:59"]
    assert [refused(clock, value) for value in ("9:00", "24:00", "09:60")] == ["wrong-time"] * 3


def test_one_of_names_the_choices() -> None:
    assert one_of(Direction)(Reading(), "returned", "") is Direction.RETURNED
    with pytest.raises(Refusal, match="taken、returned"):
        one_of(Direction)(Reading(), "given", "")
    assert refused(one_of(Direction), ["taken"]) == "unknown-choice"


def test_identifier_is_a_uuid() -> None:
    assert identifier(Reading(), "0190c8d2-0000-7000-8000-000000000001", "").version == 7
    assert refused(identifier, "田守一") == "wrong-identifier"


def test_own_name_loses_the_space_that_sets_characters_apart() -> None:
    assert own_name(Reading(), " 张　三 ", "") == "张三"
    assert refused(own_name, "\u3000") == "empty"


def test_unit_code_is_remembered_by_the_reading() -> None:
    reading = Reading()
    assert unit_code(reading, " Ｂ1", "unit") == Code("unit", "B1")
    assert reading.units == {"B1"}


def test_someone_may_be_named_by_unit_and_name() -> None:
    reading = Reading()
    found = someone(reading, {"unit": "B1", "name": "田守一", "born": "1944"}, "present[0]")
    assert found == Ref("present[0]", unit="B1", name="田守一", born=PartialDate(1944))
    assert (reading.refs, reading.units) == ([found], {"B1"})


def test_someone_named_wrongly_says_where() -> None:
    reading = Reading()
    with pytest.raises(Refusal):
        someone(reading, {"unit": "B1", "born": "44"}, "present[0]")
    assert sorted((one.place, one.code) for one in reading.problems) == [
        ("present[0].born", "wrong-date"),
        ("present[0].name", "missing-key"),
    ]
    assert reading.refs == []


def test_record_reads_what_is_given_and_fills_the_rest() -> None:
    assert read({"copies": 2}) == (Line("", 2), [])
    assert read({"copies": 2, "item": None}) == (Line("", 2), [])
    assert read({"copies": 2, "item": "rules", "lines": [1]}) == (Line("", 2, Code("item", "rules"), (1,)), [])


def test_record_without_a_needed_key_is_none() -> None:
    assert read({"item": "rules"}) == (None, [("copies", "missing-key")])
    assert read({"copies": None}) == (None, [("copies", "missing-key")])


def test_record_names_every_problem_at_once() -> None:
    line, found = read({"copies": 0, "item": 5, "lines": [1, 0, "x"], "title": "y"})
    assert line is None
    assert sorted(found) == [
        ("copies", "out-of-range"),
        ("item", "wrong-type"),
        ("lines[1]", "out-of-range"),
        ("lines[2]", "wrong-type"),
        ("title", "unknown-key"),
    ]


def test_record_with_a_wrong_choice_keeps_its_default_and_reads_on() -> None:
    assert read({"copies": 1, "item": 5, "lines": [3, 0]}) == (
        Line("", 1, None, (3,)),
        [("item", "wrong-type"), ("lines[1]", "out-of-range")],
    )


@pytest.mark.parametrize("value", [None, [], "text", 1])
def test_record_that_is_no_object_is_refused(value: Any) -> None:
    assert read(value) == (None, [("", "wrong-type")])


def test_each_refuses_a_list_that_is_too_long_or_too_short() -> None:
    assert refused(each(number(1, 9)), [1] * (LONGEST_LIST + 1)) == "too-many"
    assert refused(each(number(1, 9), least=1), []) == "empty"
    assert refused(each(number(1, 9)), {"0": 1}) == "wrong-type"


def test_problem_speaks_both_languages() -> None:
    reading = Reading()
    with pytest.raises(Refusal) as refusal:
        number(1, 9)(reading, 12, "copies")
    reading.note("copies", refusal.value)
    assert reading.problems[0].as_json() == {
        "place": "copies",
        "code": "out-of-range",
        "message": "应在1到9之间。 / Must be from 1 to 9.",
    }
