"""What stands in a cell: I8 to I12."""

from __future__ import annotations

from collections.abc import Iterator

from tests.golden.case import Case
from tests.golden.containers import CUSTOM_MONTH, DAY, MONTH, Raw, Sheet, number, xls, xlsx
from tests.golden.people import TITLES, csv_text, identity, layout, people, person, sheet

BORN, ID = "出生日期", "公民身份证号"


def born(*values: object) -> list[dict[str, object]]:
    """Members without identity numbers, so that only the date of birth speaks."""
    return [person(n, 公民身份证号=None, 出生日期=value) for n, value in enumerate(values, start=1)]


def expect(*dates: str | None) -> dict[str, object]:
    return {f"{row} born": text for row, text in enumerate(dates, start=5)}


def dates() -> Iterator[Case]:
    written = born(
        "1958年3月5日",
        "1958年3月",
        "1958.3",
        "195803",
        "19580305",
        "1958/3/5",
        "1958-03-05 00:00:00",
        "1958.10",
        "一九五八年三月五日",
        "1958",
    )
    read = expect(
        "1958-03-05",
        "1958-03",
        "1958-03",
        "1958-03",
        "1958-03-05",
        "1958-03-05",
        "1958-03-05",
        "1958-10",
        "1958-03-05",
        "1958",
    )
    yield Case("i08-written.xlsx", "dates as people write them", xlsx(sheet(written)), rows=10, cells=read)
    numbers = born(1958.3, 195803, 19580305, 21257, number(21249, DAY), 1958.12, 198010, 1958)
    read = expect("1958-03", "1958-03", "1958-03-05", "1958-03-13", "1958-03-05", "1958-12", "1980-10", "1958")
    yield Case("i08-numbers.xlsx", "dates as numbers", xlsx(sheet(numbers)), rows=8, cells=read)
    mac = born(number(19787, DAY), 19787)
    yield Case(
        "i08-epoch-1904.xlsx",
        "serials counted from 1904",
        xlsx(sheet(mac), epoch1904=True),
        rows=2,
        cells=expect("1958-03-05", "1958-03-05"),
    )
    old = [
        person(1, 公民身份证号=None, 出生日期=number(19787, DAY)),
        person(2, 公民身份证号=None, 出生日期=number(19800, DAY)),
    ]
    yield Case(
        "i08-epoch-1904.xls",
        "the same in an old workbook",
        xls(layout(old), epoch1904=True),
        rows=2,
        cells=expect("1958-03-05", "1958-03-18"),
    )
    months = born(number(21245, MONTH), number(21245, CUSTOM_MONTH), number(21249, CUSTOM_MONTH), number(21245, DAY))
    yield Case(
        "i08-months-shown.xlsx",
        "date cells that show no day",
        xlsx(sheet(months)),
        rows=4,
        cells=expect("1958-03", "1958-03", "1958-03-05", "1958-03-01"),
    )
    firsts = layout(born(number(21245, DAY), number(21276, DAY)))
    yield Case(
        "i08-months-shown.xls",
        "an old workbook with first days only",
        xls(firsts),
        rows=2,
        cells=expect("1958-03", "1958-04"),
    )


def wrong_dates() -> Iterator[Case]:
    spoiled = {
        "2030年1月1日": "!date-future",
        "1958年2月30日": "!date-impossible",
        "58.3.5": "!date-two-digit-year",
        "农历1958年三月初五": "!date-lunar",
        "约1958年": "!date-unreadable",
        "3/5/1958": "!date-ambiguous",
        "19583": "!date-ambiguous",
        "1958-03-00": "!date-impossible",
        "不详": "!date-unreadable",
        "1958-03-04T16:00:00.000Z": "!date-ambiguous",
    }
    problems = tuple((f"G{row}", code) for row, code in enumerate(spoiled.values(), start=5))
    yield Case(
        "i08-unreadable.xlsx",
        "dates that are none, or two",
        xlsx(sheet(born(*spoiled))),
        rows=10,
        problems=problems,
        cells=expect(None),
    )
    numbers = born(1958.1, 0, number(1958, DAY), 580305, number(50000, DAY), -1)
    codes = (
        "!date-ambiguous",
        "!date-impossible",
        "!date-ambiguous",
        "!date-two-digit-year",
        "!date-future",
        "!date-impossible",
    )
    yield Case(
        "i08-wrong-numbers.xlsx",
        "1958.1, 0, a year in a date cell, the future",
        xlsx(sheet(numbers)),
        rows=6,
        problems=tuple((f"G{row}", code) for row, code in enumerate(codes, start=5)),
    )
    text = csv_text(born("1958.1", "1958.10", "21249"))
    yield Case(
        "i08-csv.csv",
        "in a text file 1958.1 may have been 1958.10",
        text.encode(),
        rows=3,
        problems=(("G2", "!date-ambiguous"),),
        cells={"3 born": "1958-10", "4 born": "1958-03-05"},
    )


def digits() -> Iterator[Case]:
    sound = str(person(1)[ID])
    wide = sound.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)} | {ord("X"): "ｘ"})
    rows = [person(1, 公民身份证号=wide, 手机号="１３８００００００１１", 出生日期="１９５１年２月２日")]
    yield Case(
        "i09-full-width.xlsx",
        "full-width digits",
        xlsx(sheet(rows)),
        rows=1,
        cells={"5 identity": sound, "5 mobile": "13800000011", "5 born": "1951-02-02"},
    )
    spaced = f"{sound[:6]} {sound[6:14]}\xa0{sound[14:]}"
    hidden = f"\u200b{sound[:9]}\ufeff{sound[9:]}\u200e"
    quoted = f"'{sound}"
    variants = [person(1, 公民身份证号=value, 序号=n) for n, value in enumerate((spaced, hidden, quoted), start=1)]
    twice = tuple((f"D{row}", "!identity-twice") for row in (5, 6, 7))
    yield Case(
        "i09-invisible.xlsx",
        "spaces, invisible characters, an apostrophe: one number",
        xlsx(sheet(variants)),
        rows=3,
        problems=twice,
        cells={"5 identity": sound, "6 identity": sound, "7 identity": sound},
    )
    lower = next(value for order in range(1, 500, 2) if (value := identity("19510202", order)).endswith("X"))
    yield Case(
        "i09-lower-x.xlsx",
        "a small x at the end",
        xlsx(sheet([person(1, 公民身份证号=lower.lower())])),
        rows=1,
        cells={"5 identity": lower},
    )
    spaced_names = [person(1, 姓名="张　三"), person(2, 姓名="阿依古丽·买买提"), person(3, 姓名=" 李 四 ")]
    yield Case(
        "i09-names.xlsx",
        "names spaced to equal width",
        xlsx(sheet(spaced_names)),
        rows=3,
        cells={"5 name": "张三", "6 name": "阿依古丽·买买提", "7 name": "李四"},
    )


def damaged_identities() -> Iterator[Case]:
    rounded = [person(n, 公民身份证号=number(str(person(n)[ID])[:15] + "000")) for n in range(1, 6)]
    cells = tuple((f"D{row}", "!identity-number-cell") for row in range(5, 10))
    yield Case(
        "i10-number-cells.xlsx",
        "numbers that Excel has rounded",
        xlsx(sheet(rounded)),
        rows=5,
        problems=cells,
        cells={"5 identity": None},
    )
    scientific = [person(1, 公民身份证号="9.90521E+17"), person(2, 公民身份证号=number("9.90521195103036E+17"))]
    yield Case(
        "i10-scientific.xlsx",
        "scientific notation, as text and as number",
        xlsx(sheet(scientific)),
        rows=2,
        problems=(("D5", "!identity-scientific"), ("D6", "!identity-number-cell")),
    )
    yield Case(
        "i10-scientific.csv",
        "the same in a text file",
        csv_text([person(1, 公民身份证号="9.90521E+17")]).encode(),
        rows=1,
        problems=(("D2", "!identity-scientific"),),
    )
    old = layout([person(1, 公民身份证号=990521195102020000.0)])
    yield Case(
        "i10-number-cells.xls",
        "a rounded number in an old workbook",
        xls(old),
        rows=1,
        problems=(("D5", "!identity-number-cell"),),
    )
    ending = [
        value
        for order in range(0, 1000, 100)
        for day in range(1, 29)
        if (value := identity(f"195102{day:02}", order)).endswith("000")
    ]
    texts = [
        person(2 * n, 公民身份证号=value, 出生日期=f"1951年2月{int(value[12:14])}日", 性别="女")
        for n, value in enumerate(ending[:4], start=1)
    ]
    problems = tuple(
        (f"D{row}", code) for code in ("identity-rounded", "!identity-rounded-many") for row in range(5, 9)
    )
    yield Case(
        "i10-zeroes.xlsx",
        "rounded numbers turned into text whose check character happens to fit",
        xlsx(sheet(texts)),
        rows=4,
        problems=problems,
    )


def wrong_identities() -> Iterator[Case]:
    sound = str(person(1)[ID])
    changed = sound[:16] + ("3" if sound[16] != "3" else "5") + sound[17]
    short, letters = sound[:17], "9905211951O202021X"
    rows = [
        person(1, 公民身份证号=value) for value in (changed, short, letters, sound[:10] + "1332" + sound[14:], "张三")
    ]
    codes = ("checksum", "length", "length", "birthday", "characters")
    yield Case(
        "i10-wrong.xlsx",
        "wrong check, too short, letters, no such day, a name",
        xlsx(sheet(rows)),
        rows=5,
        problems=tuple((f"D{row}", f"!identity-{code}") for row, code in enumerate(codes, start=5)),
    )
    fifteen = sound[:6] + sound[8:17]
    yield Case(
        "i10-fifteen.xlsx",
        "an old number of 15 digits",
        xlsx(sheet([person(1, 公民身份证号=fifteen)])),
        rows=1,
        problems=(("D5", "identity-fifteen"),),
        cells={"5 identity": fifteen},
    )
    both = sheet([person(1, 公民身份证号=fifteen), person(1)])
    yield Case(
        "i10-fifteen-and-eighteen.xlsx",
        "one person by both numbers",
        xlsx(both),
        rows=2,
        problems=(("D5", "identity-fifteen"), ("D5", "!identity-twice"), ("D6", "!identity-twice")),
    )
    sheets = xlsx(sheet(people(2), name="东岭村"), sheet([person(1)], name="柳河村"))
    yield Case(
        "i10-twice-in-sheets.xlsx",
        "one number in two sheets",
        sheets,
        rows=3,
        problems=(("D5", "!identity-twice"), ("D5", "!identity-twice")),
    )
    yield Case(
        "i10-sex.xlsx",
        "sex and number disagree",
        xlsx(sheet([person(1, 性别="女")])),
        rows=1,
        problems=(("E5", "!identity-sex"),),
    )
    late = [person(1, 出生日期="1951年3月2日"), person(2, 出生日期="1952年3月"), person(3, 出生日期="1954年")]
    yield Case(
        "i10-birthday.xlsx",
        "date of birth and number disagree, or one knows less",
        xlsx(sheet(late)),
        rows=3,
        problems=(("G5", "identity-born"), ("G7", "identity-born")),
    )
    masked = sheet([person(1, 公民身份证号="****************" + sound[-2:], 手机号="138****01")])
    yield Case(
        "i10-masked.xlsx",
        "our own export with masked numbers",
        xlsx(masked),
        rows=1,
        cells={"5 identity": "*" * 16 + sound[-2:], "5 mobile": "138****01"},
    )


def same_names() -> Iterator[Case]:
    names = [person(n, 姓名="王伟" if n % 2 else "张桂珍") for n in range(1, 41)]
    yield Case("i11-same-names.xlsx", "forty people with two names", xlsx(sheet(names)), rows=40)
    bare = [person(n, 姓名="王伟", 公民身份证号=None, 出生日期=None) for n in range(1, 4)]
    yield Case("i11-same-names-bare.xlsx", "three 王伟 with nothing to tell them apart", xlsx(sheet(bare)), rows=3)


def formulas() -> Iterator[Case]:
    texts = ('=HYPERLINK("http://x.example","点")', "+8613800000000转", "-1+2", "@SUM(1)", "＝1+1", "\t=1", "'=1")
    rows = [person(n, 家庭住址=text) for n, text in enumerate(texts, start=1)]
    read = dict(zip((f"{row} address" for row in range(5, 12)), (*texts[:5], "=1", "'=1"), strict=True))
    yield Case("i12-formula-texts.xlsx", "texts that would be formulas", xlsx(sheet(rows)), rows=7, cells=read)
    quoted = csv_text(
        [
            person(1, 家庭住址="'=1+1"),
            person(2, 家庭住址="''引号", 公民身份证号=f"'{person(2)[ID]}"),
            person(3, 手机号='="13800000003"'),
        ]
    )
    yield Case(
        "i12-apostrophes.csv",
        "apostrophes that keep texts from being formulas",
        quoted.encode(),
        rows=3,
        cells={"2 address": "=1+1", "3 address": "'引号", "4 mobile": "13800000003"},
    )
    computed = sheet(
        [
            person(1, 姓名=Raw("赵青山", "str", formula='A1&"山"')),
            person(2, 民族=Raw("", formula="B1")),
            person(3, 学历=Raw("#REF!", "e", formula="B1")),
        ]
    )
    yield Case(
        "i12-formula-cells.xlsx",
        "real formulas: with a result, without one, broken",
        xlsx(computed),
        rows=3,
        problems=(("F6", "!cell-error"), ("H7", "!cell-error")),
        cells={"5 name": "赵青山"},
    )
    wrong_type = Sheet(layout([person(1, 姓名=12345)]))
    yield Case(
        "i12-name-number.xlsx", "a number under 姓名", xlsx(wrong_type), rows=1, problems=(("B5", "!name-not-text"),)
    )
    assert TITLES.index(BORN) == 6


def cases() -> Iterator[Case]:
    for group in (dates, wrong_dates, digits, damaged_identities, wrong_identities, same_names, formulas):
        yield from group()
