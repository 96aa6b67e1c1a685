from contextlib import suppress
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qisong.words.dates import EARLIEST_YEAR, DateFault, PartialDate, parse_date

TODAY = date(2026, 3, 10)
READ = {
    "1958-03-05": [
        *("1958年3月5日", "1958年03月05日", "1958年3月5号", "1958年3月5", "1958 年 3 月 5 日", "1958\n年3月5日"),
        *("1958-3-5", "1958-03-05", "1958/3/5", "1958/03/05", "1958.3.5", "1958.03.05", "1958.03.05.", "1958、3、5"),
        *(
            "1958。3。5",
            "1958,3,5",
            "1958 3 5",
            "1958—3—5",
            "19580305",
            "19580305.0",
            "１９５８．３．５",
            "'1958-03-05",
        ),
        *("1958-03-05 00:00:00", "1958/3/5 0:00", "1958-03-05T00:00:00", "1958-03-05T08:00:00+08:00", "5 March 1958"),
        *(
            "1958年3月5日 上午12:00:00",
            "1958年3月5日星期三",
            "一九五八年三月五日",
            "一九五八年3月五日",
            "Mar 5, 1958",
            "21249",
        ),
        *(19580305, 19580305.0, 21249, 21249.75, 1958.0305, date(1958, 3, 5), datetime(1958, 3, 5, 8)),  # noqa: DTZ001
    ],
    "1958-03": [
        *(
            "1958年3月",
            "1958年03月",
            "1958年3月份",
            "1958.3",
            "1958.03",
            "1958-3",
            "1958/03",
            "195803",
            "3/1958",
            "一九五八年三月",
        ),
        *(1958.3, 1958.03, 195803, 195803.0, "195803.0", PartialDate(1958, 3)),
    ],
    "1958": ["1958", "1958年", "一九五八年", "１９５８", 1958, 1958.0],
    "1958-10": ["1958.10", "1958年十月", "195810", 195810],
    "1958-12": [1958.12, "1958.12", "一九五八年十二月"],
    "1980-10": [198010, "198010", "1980.10"],
    "1958-01": ["1958.1", "1958年元月", "1958.01", 1958.01],
    "2016-05-19": [
        "二〇一六年五月十九日",
        "二○一六年五月十九日",
        "二零一六年五月十九日",
        "5/19/2016",
        "19/5/2016",
        42509,
        "May 19, 2016",
    ],
    "2005-05-05": ["5/5/2005"],
    "1958-12-25": ["一九五八年十二月廿五日", "一九五八年十二月二十五日"],
    "1958-10-31": ["一九五八年十月卅一日", "一九五八年十月三十一日"],
    "2026-03-10": [TODAY, "2026年3月10日", 46091],
    "2026-03": ["2026.3", 202603],
}
REFUSED = {
    "date-empty": [None, "", "  ", "\u200b"],
    "date-unreadable": [
        "不详",
        "约1958年",
        "1958年左右",
        "十九年",
        "1958--3",
        "1958.3-5",
        True,
        b"1958",
        "1" * 61,
        "May 1958 ?",
        "无",
    ],
    "date-ambiguous": [
        *(1958.1, 1958.031, 1958.305, "3/5/2016", "19583", "1958-03-04T16:00:00.000Z", "2016-05-19 00:00:00-05:00"),
        *(date(1905, 5, 11), datetime(1905, 5, 11), 9803, 190305, "190305", 2100),  # noqa: DTZ001
    ],
    "date-impossible": [
        *(
            0,
            0.0,
            -1,
            float("nan"),
            float("inf"),
            1e9,
            "2016-02-30",
            "1958年13月",
            "1958年3月32日",
            "1958-03-00",
            "195813",
        ),
        *(
            "1958-00-00",
            "1899-12-31",
            date(1850, 1, 1),
            "3000000000",
            "203001",
            1958.13,
            1958.1332,
            "0",
            100,
            "012345",
            2027.3,
        ),
    ],
    "date-future": ["2026年3月11日", date(2026, 3, 11), "2026.4", 46092, 202701, datetime(2026, 4, 1)],  # noqa: DTZ001
    "date-two-digit-year": ["58.3.5", "16/5/19", "58年3月", 580305, "580305", "19-May-16", "5.19"],
    "date-lunar": ["农历1958年三月初五", "1958年正月", "1958年腊月", "1958年闰三月"],
}


@pytest.mark.parametrize(("text", "value"), [(text, value) for text, values in READ.items() for value in values])
def test_date_is_read(text: str, value: object) -> None:
    assert str(parse_date(value, today=TODAY)) == text


@pytest.mark.parametrize(("code", "value"), [(code, value) for code, values in REFUSED.items() for value in values])
def test_date_is_refused(code: str, value: object) -> None:
    with pytest.raises(DateFault) as caught:
        parse_date(value, today=TODAY)
    assert caught.value.code == code


def test_at_least_forty_forms_are_read() -> None:
    assert sum(len(values) for values in READ.values()) >= 40


def test_serial_follows_the_epoch() -> None:
    assert str(parse_date(19787, epoch1904=True, today=TODAY)) == "1958-03-05"
    assert str(parse_date("19790", epoch1904=True, today=TODAY)) == "1958-03-08"


def test_year_typed_into_a_date_cell_is_refused_in_both_epochs() -> None:
    for epoch1904, day in ((False, date(1905, 5, 11)), (True, date(1909, 5, 12))):
        with pytest.raises(DateFault, match="date-ambiguous"):
            parse_date(day, epoch1904=epoch1904, today=TODAY)


def test_fault_says_what_to_do_in_both_languages() -> None:
    with pytest.raises(DateFault) as caught:
        parse_date("不详", today=TODAY)
    assert caught.value.text.zh.startswith("看不出这是哪一天。请改成文本格式的")
    assert caught.value.text.en.endswith("when the day is not known.")


@given(st.dates(date(1927, 6, 1), TODAY), st.booleans())
def test_every_serial_is_its_day(day: date, epoch1904: bool) -> None:  # noqa: FBT001 - drawn by name
    serial = (day - (date(1904, 1, 1) if epoch1904 else date(1899, 12, 30))).days
    if serial >= 10_000:
        assert parse_date(serial, epoch1904=epoch1904, today=TODAY).first == day


@given(st.dates(date(EARLIEST_YEAR, 1, 1), TODAY))
def test_written_days_are_read_the_same(day: date) -> None:
    known = PartialDate.of(day)
    forms = (str(known), known.chinese, f"{day:%Y%m%d}", f"{day:%Y/%m/%d}", f"{day.year}.{day.month}.{day.day}")
    assert {parse_date(form, today=TODAY) for form in forms} == {known}


@given(st.integers(EARLIEST_YEAR, 2025), st.integers(1, 12))
def test_months_get_no_day(year: int, month: int) -> None:
    forms: list[object] = [f"{year}年{month}月", f"{year}.{month:02}", f"{year}-{month}", float(f"{year}.{month:02}")]
    if month == 10:
        forms.pop()
    assert {parse_date(form, today=TODAY) for form in forms} == {PartialDate(year, month)}


@given(
    st.one_of(st.text(), st.text("0123456789年月日.-/ 一二三十〇"), st.floats(), st.integers(), st.binary(), st.dates())
)
def test_anything_is_a_date_or_a_fault(value: object) -> None:
    with suppress(DateFault):
        assert date(EARLIEST_YEAR, 1, 1) <= parse_date(value, today=TODAY).first <= TODAY


def test_partial_dates_are_ordered_the_unknown_first() -> None:
    dates = [PartialDate(1958, 3, 5), PartialDate(1958), PartialDate(1959), PartialDate(1958, 3)]
    assert [str(day) for day in sorted(dates)] == ["1958", "1958-03", "1958-03-05", "1959"]


@pytest.mark.parametrize(
    ("text", "chinese", "first", "last"),
    [
        ("1958-03-05", "1958年3月5日", date(1958, 3, 5), date(1958, 3, 5)),
        ("1960-02", "1960年2月", date(1960, 2, 1), date(1960, 2, 29)),
        ("1958", "1958年", date(1958, 1, 1), date(1958, 12, 31)),
    ],
)
def test_partial_date_knows_its_bounds(text: str, chinese: str, first: date, last: date) -> None:
    day = PartialDate.from_text(text)
    assert (str(day), day.chinese, day.first, day.last, day.is_full) == (text, chinese, first, last, len(text) == 10)


@pytest.mark.parametrize(
    "text", ["", "58", "1958-3", "1958-13", "1958-02-30", "1958-00", "1958-03-00", "1958-03-05 ", "１９５８"]
)
def test_stored_form_is_strict(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate.from_text(text)


def test_day_without_month_is_no_date() -> None:
    with pytest.raises(ValueError):
        PartialDate(1958, 0, 5)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("1958-03-05", "1958-03", True),
        ("1958-03", "1958", True),
        ("1958-03", "1958-04-01", False),
        ("1958", "1959-01", False),
    ],
)
def test_agreement_is_as_far_as_both_are_known(one: str, other: str, agree: bool) -> None:  # noqa: FBT001 - a column of the table
    first, second = PartialDate.from_text(one), PartialDate.from_text(other)
    assert (first.agrees(second), second.agrees(first)) == (agree, agree)


def test_time_of_another_zone_object_keeps_its_own_day() -> None:
    moment = datetime(2016, 5, 19, 23, tzinfo=timezone(timedelta(hours=8)))
    assert str(parse_date(moment, today=TODAY)) == "2016-05-19"
