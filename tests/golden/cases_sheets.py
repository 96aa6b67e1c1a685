"""How a sheet is laid out: I7, and rows that are no members."""

from __future__ import annotations

from collections.abc import Iterator

from tests.golden.case import Case
from tests.golden.containers import Sheet, xls, xlsx
from tests.golden.people import FIRST, HEADING, TITLES, column, csv_text, layout, people, person, row_of, sheet


def headings() -> Iterator[Case]:
    bare = Sheet({1: dict(enumerate(TITLES, start=1)), 2: row_of(person(1))})
    yield Case("i07-bare.xlsx", "heading in row 1, one member", xlsx(bare), rows=1)
    broken = {
        n: "\n".join([title[:2], title[2:]]) if len(title) > 2 else f" {title[0]}　{title[1]} "
        for n, title in enumerate(TITLES, start=1)
    }
    lines = sheet(people(2))
    lines.rows[HEADING] = broken
    yield Case("i07-line-breaks.xlsx", "headings broken over lines and spaced out", xlsx(lines), rows=2)
    starred = sheet(people(2))
    starred.rows[HEADING] = {n: f"*{title}（必填）" for n, title in enumerate(TITLES, start=1)}
    yield Case("i07-required-marks.xlsx", "headings marked as required", xlsx(starred), rows=2)
    hints = sheet(people(2))
    hints.rows[HEADING] |= {
        4: "公民身份证号（18位）",
        7: "出生日期(年月日)",
        13: "联系电话（手机号）",
        14: "联系电话（固定电话）",
    }
    yield Case("i07-bracketed-hints.xlsx", "hints in brackets after the heading", xlsx(hints), rows=2)
    notes = Sheet(
        layout(people(2))
        | {1: {1: "附件4"}, 2: {1: "党员基本信息汇总表"}, 3: {1: "填报单位：东岭村党支部", 10: "日期：2026年1月"}}
    )
    yield Case("i07-notes-above.xlsx", "attachment number, title, unit and date above", xlsx(notes), rows=2)


def tall_headings() -> Iterator[Case]:
    two = sheet(people(2))
    two.rows = {row + (row > HEADING): cells for row, cells in two.rows.items()}
    two.rows[HEADING] = {n: title for n, title in enumerate(TITLES, start=1) if title not in {"手机号", "固定电话"}} | {
        13: "联系方式"
    }
    two.rows[HEADING + 1] = {13: "手机号", 14: "固定电话"}
    two.merges = ("M4:N4", *(f"{chr(64 + n)}4:{chr(64 + n)}5" for n in range(1, 21) if n not in {13, 14}))
    yield Case(
        "i07-two-rows.xlsx",
        "a heading of two rows, 联系方式 above two columns",
        xlsx(two),
        rows=2,
        cells={"6 mobile": "13800000001"},
    )
    three = sheet(people(2))
    three.rows = {row + 2 * (row > HEADING): cells for row, cells in three.rows.items()}
    three.rows[HEADING] = {1: "基本情况", 9: "党内情况", 12: "工作与联系", 16: "状态"}
    three.rows[HEADING + 1] = {n: title for n, title in enumerate(TITLES, start=1) if n not in {10, 11}} | {
        10: "党组织日期"
    }
    three.rows[HEADING + 2] = {10: "加入党组织日期", 11: "转为正式党员日期"}
    three.merges = (
        "A4:H4",
        "I4:K4",
        "L4:O4",
        "P4:T4",
        "J5:K5",
        *(f"{chr(64 + n)}5:{chr(64 + n)}6" for n in range(1, 21) if n not in {10, 11}),
    )
    yield Case("i07-three-rows.xlsx", "a heading of three rows", xlsx(three), rows=2, cells={"7 joined": "1979-05-01"})
    joined = sheet(people(1))
    joined.rows = {row + (row > HEADING): cells for row, cells in joined.rows.items()}
    joined.rows[HEADING] |= {10: "加入党组织", 11: "转为正式党员"}
    joined.rows[HEADING + 1] = {10: "日期", 11: "日期"}
    yield Case(
        "i07-parent-and-child.xlsx",
        "加入党组织 above 日期",
        xlsx(joined),
        rows=1,
        cells={"6 became_full": "1980-05-01"},
    )


def columns() -> Iterator[Case]:
    shuffled = tuple(reversed(TITLES))
    yield Case(
        "i07-shuffled.xlsx",
        "the columns the other way round",
        xlsx(Sheet(layout(people(2), shuffled))),
        rows=2,
        cells={"5 name": "赵青山"},
    )
    few = ("姓名", "性别", "手机号")
    yield Case("i07-few-columns.xlsx", "name, sex and telephone only", xlsx(Sheet(layout(people(3), few))), rows=3)
    extra = sheet(people(2))
    extra.rows[HEADING] |= {21: "血型", 22: "备注"}
    extra.rows[FIRST] |= {21: "A", 22: "常年在外"}
    yield Case(
        "i07-unknown-columns.xlsx",
        "two columns that the form does not have",
        xlsx(extra),
        rows=2,
        problems=(("", "columns-unknown"),),
    )
    nameless = tuple(title for title in TITLES if title != "姓名")
    yield Case(
        "i07-no-name-column.xlsx",
        "the name column is missing",
        xlsx(Sheet(layout(people(2), nameless))),
        problems=(("", "!column-missing"),),
    )
    double = sheet(people(1))
    double.rows[HEADING] |= {21: "姓名"}
    yield Case(
        "i07-column-twice.xlsx", "two columns called 姓名", xlsx(double), rows=1, problems=(("U4", "!column-twice"),)
    )
    beside = sheet(people(1))
    beside.rows[HEADING] |= {21: "联系电话"}
    yield Case(
        "i07-column-beside.xlsx",
        "手机号 and 联系电话 side by side",
        xlsx(beside),
        rows=1,
        problems=(("U4", "column-beside"),),
    )
    synonyms = tuple(
        {"公民身份证号": "证件号码", "加入党组织日期": "入党时间", "转为正式党员日期": "转正时间"}.get(t, t)
        for t in TITLES
    )
    renamed = sheet(people(2))
    renamed.rows[HEADING] = dict(enumerate(synonyms, start=1))
    yield Case(
        "i07-synonyms.xlsx", "证件号码, 入党时间, 转正时间", xlsx(renamed), rows=2, cells={"5 joined": "1979-05-01"}
    )


def no_heading() -> Iterator[Case]:
    headless = Sheet({row: row_of(values) for row, values in enumerate(people(3), start=1)})
    yield Case("i07-no-heading.xlsx", "people without a heading", xlsx(headless), problems=(("", "!heading-missing"),))
    other = Sheet({1: {1: "物品", 2: "数量", 3: "单价"}, 2: {1: "党徽", 2: 30, 3: 2.5}}, name="库存")
    yield Case(
        "i07-other-table.xlsx", "a table about something else", xlsx(other), problems=(("", "!heading-missing"),)
    )
    yield Case(
        "i07-text.csv",
        "a letter, not a table",
        "同志们：\r\n请尽快上报。\r\n".encode(),
        problems=(("", "!heading-missing"),),
    )


def sheets() -> Iterator[Case]:
    first, second = sheet(people(2), name="东岭村"), sheet(people(2, start=3), name="柳河村")
    notes = Sheet({1: {1: "填写说明"}, 2: {1: "一、请如实填写。"}}, name="说明")
    yield Case("i07-several-sheets.xlsx", "two branches and a page of notes", xlsx(notes, first, second), rows=4)
    hidden = sheet(people(1, start=3), name="旧表", state="hidden")
    yield Case(
        "i07-hidden-sheet.xlsx",
        "a hidden sheet with one more member",
        xlsx(first, hidden),
        rows=3,
        problems=(("", "sheet-hidden"),),
    )
    partial = Sheet({1: {1: "性别", 2: "民族", 3: "学历"}, 2: {1: "男", 2: "汉族", 3: "大专"}}, name="统计")
    yield Case(
        "i07-sheet-without-names.xlsx",
        "a second sheet that counts",
        xlsx(first, partial),
        rows=2,
        problems=(("", "sheet-skipped"),),
    )


def hidden() -> Iterator[Case]:
    rows = sheet(people(4), hidden_rows=(6, 7))
    yield Case("i07-hidden-rows.xlsx", "two rows are hidden", xlsx(rows), rows=4, problems=(("", "rows-hidden"),))
    places = sheet(people(2), hidden_columns=(4, 13, 30))
    yield Case(
        "i07-hidden-columns.xlsx", "two columns are hidden", xlsx(places), rows=2, problems=(("D4", "columns-hidden"),)
    )


def totals() -> Iterator[Case]:
    after = FIRST + 3
    total = {after: {1: "合计", 2: "3人"}, after + 1: {1: "填表人：李四", 8: "审核人：王五", 15: "2026年1月5日"}}
    yield Case(
        "i07-total-and-signatures.xlsx",
        "a total and signatures below",
        xlsx(sheet(people(3), below=total)),
        rows=3,
        skipped=((8, "total"), (9, "signature")),
    )
    named = {
        after: {2: "总计：3人"},
        after + 1: {2: "党员（签字）"},
        after + 2: {1: "党支部书记（签字）：", 10: "2026年1月5日"},
    }
    yield Case(
        "i07-total-under-name.xlsx",
        "totals and signatures in the name column",
        xlsx(sheet(people(3), below=named)),
        rows=3,
        skipped=((8, "total"), (9, "signature"), (10, "signature")),
    )
    between = sheet(people(2))
    between.rows |= {7: {1: "小计", 2: 2}, 8: row_of(person(3)), 9: {1: "总计", 2: 3}}
    yield Case(
        "i07-subtotal.xlsx", "a subtotal between members", xlsx(between), rows=3, skipped=((7, "total"), (9, "total"))
    )
    tricky = [
        person(1, 姓名="合明"),
        person(2, 姓名="总秀英"),
        person(3, 姓名="注志国"),
        person(4, 姓名="例小军"),
        person(5, 姓名="合计"),
    ]
    yield Case(
        "i07-names-like-totals.xlsx",
        "members called 合明, 总秀英, 注志国, 例小军 and even 合计",
        xlsx(sheet(tricky)),
        rows=5,
    )
    bare = [
        person(1, 姓名="合明", 公民身份证号=None, 出生日期=None),
        person(2, 姓名="总秀英", 公民身份证号="无", 出生日期="—"),
    ]
    yield Case("i07-names-like-totals-bare.xlsx", "the same without identity numbers", xlsx(sheet(bare)), rows=2)
    signed = {after: {1: "填表人", 2: "张三", 6: "负责人", 7: "李四"}, after + 1: {1: "单位（盖章）"}}
    yield Case(
        "i07-signatures-in-cells.xlsx",
        "role and name in cells of their own",
        xlsx(sheet(people(3), below=signed)),
        rows=3,
        skipped=((8, "signature"), (9, "signature")),
    )
    yield Case("i07-last-row-counts.xlsx", "no total: the last row is a member", xlsx(sheet(people(12))), rows=12)


def asides() -> Iterator[Case]:
    notes = {FIRST + 2: {1: "注：1.失联党员填写失去联系日期。"}, FIRST + 3: {1: "以上信息经党员本人确认，情况属实。"}}
    yield Case(
        "i07-notes-below.xlsx",
        "notes below the members",
        xlsx(sheet(people(2), below=notes)),
        rows=2,
        skipped=((7, "note"), (8, "note")),
    )
    again = sheet(people(2))
    again.rows |= {8: dict(enumerate(TITLES, start=1)), 9: row_of(person(3))}
    yield Case(
        "i07-repeated-heading.xlsx",
        "the heading again on the second page",
        xlsx(again),
        rows=3,
        skipped=((8, "heading"),),
    )
    moved = sheet(people(1))
    other = ("姓名", "性别", "公民身份证号", "手机号")
    moved.rows |= {8: dict(enumerate(other, start=1)), 9: row_of(person(2), other)}
    yield Case(
        "i07-second-table.xlsx",
        "a second table with other columns below",
        xlsx(moved),
        rows=2,
        skipped=((8, "heading"),),
        cells={"9 name": "钱秀兰"},
    )
    example = sheet([person(1, 序号="示例"), *people(2, start=2)])
    yield Case(
        "i07-example.xlsx",
        "the example row of the template is still there",
        xlsx(example),
        rows=2,
        problems=(("", "row-example"),),
        skipped=((5, "example"),),
    )
    ruled = sheet(people(2))
    ruled.rows = {row + (row > HEADING): cells for row, cells in ruled.rows.items()} | {5: {n: n for n in range(1, 21)}}
    yield Case(
        "i07-numbered-columns.xlsx", "a row that numbers the columns", xlsx(ruled), rows=2, skipped=((5, "numbers"),)
    )
    filled = sheet(people(2), below={FIRST + n: {1: n + 1} for n in range(2, 30)})
    yield Case("i07-numbers-ahead.xlsx", "running numbers down to 30, two members", xlsx(filled), rows=2)
    blanks = sheet([])
    blanks.rows |= {5: row_of(person(1)), 8: row_of(person(2)), 9: {3: " ", 5: "　"}, 11: row_of(person(3))}
    yield Case("i07-blank-rows.xlsx", "empty rows and rows of spaces between members", xlsx(blanks), rows=3)
    nobody = sheet([person(1), person(2, 姓名=None)])
    yield Case(
        "i07-name-missing.xlsx", "a member without a name", xlsx(nobody), rows=2, problems=(("B6", "!required-empty"),)
    )


def shared_cells() -> Iterator[Case]:
    merged = sheet([person(1), *[person(n, 所在党支部=None) for n in (2, 3)]])
    merged.merges += ("C5:C7",)
    yield Case(
        "i07-merged-branch.xlsx",
        "one branch name merged over three rows",
        xlsx(merged),
        rows=3,
        cells={"7 branch": "东岭村党支部"},
    )
    ditto = sheet([person(1), person(2, 所在党支部="同上", 民族="〃"), person(3, 所在党支部="同上")])
    yield Case(
        "i07-ditto.xlsx", "同上 and 〃", xlsx(ditto), rows=3, cells={"7 branch": "东岭村党支部", "6 ethnicity": "汉族"}
    )
    yield Case(
        "i07-total.csv",
        "a total at the end of a text file",
        (csv_text(people(2)) + "合计,2人\r\n").encode(),
        rows=2,
        skipped=((4, "total"),),
    )
    below = {8: {1: "合计", 2: "3人"}}
    yield Case(
        "i07-total.xls",
        "a total in an old workbook",
        xls(layout(people(3), below=below)),
        rows=3,
        skipped=((8, "total"),),
    )
    twice = sheet([person(1), person(2, 公民身份证号="同上")])
    yield Case(
        "i07-ditto-identity.xlsx",
        "同上 where each has a number of their own",
        xlsx(twice),
        rows=2,
        problems=((f"{column('公民身份证号')}6", "!identity-characters"),),
    )


def cases() -> Iterator[Case]:
    for group in (headings, tall_headings, columns, no_heading, sheets, hidden, totals, asides, shared_cells):
        yield from group()
