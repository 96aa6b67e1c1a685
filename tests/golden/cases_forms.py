"""The traps of the national form and the other shapes that arrive instead."""

from __future__ import annotations

from collections.abc import Iterator

from tests.golden.case import Case
from tests.golden.containers import Sheet, xls, xlsx
from tests.golden.people import FIRST, person, sheet

JOINED, FULL = "加入党组织日期", "转为正式党员日期"


def circumstances() -> Iterator[Case]:
    rows = [
        person(1, 是否为失联党员="否", 失去联系日期="不记得", 外出流向="外省"),
        person(2, 是否为失联党员="是", 失去联系日期="2024年6月", 是否为流动党员="是", 外出流向="外省"),
        person(3, 是否为失联党员="是", 失去联系日期="不记得"),
        person(4, 是否为失联党员="√", 失去联系日期="无"),
        person(5, 是否为流动党员="在外地"),
    ]
    read = {
        "5 lost_since": None,
        "5 destination": None,
        "6 lost_since": "2024-06",
        "6 destination": "外省",
        "8 lost": True,
    }
    yield Case(
        "f01-lost-and-away.xlsx",
        "dates and places are read only where the flag says yes",
        xlsx(sheet(rows)),
        rows=5,
        problems=(("R7", "!date-unreadable"), ("S9", "!yesno-invalid")),
        cells=read,
    )


def labels() -> Iterator[Case]:
    rows = [
        person(1, 人员类别="农牧渔业生产人员", 工作岗位="无"),
        person(2, 人员类别="预备", 转为正式党员日期="无"),
        person(3, 人员类别="退休人员", 工作岗位="其他从业人员"),
    ]
    read = {"5 category": None, "5 job": "农牧渔业生产人员", "6 category": "预备党员", "7 job": "其他从业人员"}
    yield Case(
        "f02-job-as-category.xlsx",
        "人员类别 holds the job",
        xlsx(sheet(rows)),
        rows=3,
        problems=(("I5", "category-not-known"), ("I7", "category-not-known")),
        cells=read,
    )
    codes = [person(1, 性别=1), person(2, 性别="2"), person(3, 党籍状态="01"), person(4, 性别="女性")]
    yield Case(
        "f02-codes.xlsx",
        "numbers in place of words",
        xlsx(sheet(codes)),
        rows=4,
        problems=(("E5", "!choice-invalid"), ("E6", "!choice-invalid"), ("P7", "!choice-invalid")),
        cells={"8 sex": "女"},
    )
    loose = [
        person(1, 民族="汉", 学历="大学本科"),
        person(2, 民族="穿青人", 学历="私塾"),
        person(3, 学历="省(区,市)委党校大专"),
    ]
    yield Case(
        "f02-loose-labels.xlsx",
        "short and unusual labels",
        xlsx(sheet(loose)),
        rows=3,
        problems=(("F6", "choice-unknown"), ("H6", "choice-unknown")),
        cells={
            "5 ethnicity": "汉族",
            "5 education": "大学",
            "6 ethnicity": "穿青人",
            "7 education": "省（区、市）委党校大专",
        },
    )


def phones() -> Iterator[Case]:
    rows = [
        person(1, 手机号=13800000001),
        person(2, 手机号=0),
        person(3, 手机号="无", 固定电话="0469-5551234"),
        person(4, 手机号="138-0000-0004"),
        person(5, 手机号="13800000005/13900000005"),
        person(6, 手机号="1380000006"),
        person(7, 手机号=1.5),
        person(8, 手机号="+86 13800000008"),
        person(9, 手机号="0469-5551234"),
    ]
    read = {"5 mobile": "13800000001", "6 mobile": None, "8 mobile": "13800000004", "9 mobile": "13800000005"}
    yield Case(
        "f03-phones.xlsx",
        "numeric, zero, none, dashed, two at once, short, broken, with country code",
        xlsx(sheet(rows)),
        rows=9,
        problems=(
            ("M6", "phone-none"),
            ("M9", "phone-several"),
            ("M10", "phone-unusual"),
            ("M11", "!phone-unreadable"),
            ("M11", "phone-none"),
        ),
        cells=read | {"7 landline": "0469-5551234", "12 mobile": "13800000008", "13 mobile": "0469-5551234"},
    )


def joining() -> Iterator[Case]:
    bounds = [
        "1928年6月18日",
        "1945年4月22日",
        "1969年4月1日",
        "1977年8月11日",
        "1970年5月",
        "1921年7月1日",
        "1923年6月9日",
    ]
    rows = [person(n, **{JOINED: day, FULL: day}) for n, day in enumerate(bounds, start=1)]
    yield Case("f04-no-probation.xlsx", "both dates equal when there was no probation", xlsx(sheet(rows)), rows=7)
    outside = ["1928年6月17日", "1945年4月23日", "1969年3月31日", "1977年8月12日", "2001年7月1日"]
    rows = [person(n, **{JOINED: day, FULL: day}) for n, day in enumerate(outside, start=1)]
    problems = tuple((f"K{FIRST + n}", "joined-equals-full") for n in range(len(outside)))
    yield Case("f04-equal-dates.xlsx", "both dates equal in other years", xlsx(sheet(rows)), rows=5, problems=problems)
    turned = [
        person(1, **{JOINED: "1986年5月1日", FULL: "1985年5月1日"}),
        person(2, **{JOINED: "1986年5月", FULL: "1986年5月20日"}),
        person(3, **{JOINED: "1986年5月2日", FULL: "1986年4月"}),
    ]
    yield Case(
        "f04-joined-later.xlsx",
        "joined after becoming full; a month and a day in it agree",
        xlsx(sheet(turned)),
        rows=3,
        problems=(("K5", "!joined-after-full"), ("K7", "!joined-after-full")),
    )


def nulls() -> Iterator[Case]:
    empty = ("民族", "学历", "家庭住址", "固定电话", "工作岗位")
    rows = [person(n, **dict.fromkeys(empty, value)) for n, value in enumerate(("无", "—", "", " 无 ", "——"), start=1)]
    read = {f"{row} {code}": None for row in range(5, 10) for code in ("ethnicity", "education", "address", "job")}
    yield Case("f05-nulls.xlsx", "all the ways of saying nothing", xlsx(sheet(rows)), rows=5, cells=read)


ENTERPRISE = {
    "序号": 1,
    "姓名": "赵青山",
    "性别": "男",
    "民族": "汉",
    "出生\n年月": "1951.02",
    "年龄": 75,
    "参加工作\n时间": "1970.03",
    "学历": "大专",
    "毕业院校": "无",
    "入党\n时间": "1979.05",
    "转正\n时间": "1980.05",
    "正式/预备党员": "正式",
    "所在部门": "一车间",
    "职务": "班长",
    "职称/职业\n技能": "无",
    "身份证号": person(1)["公民身份证号"],
    "所在单位": "柳河机械厂",
    "在岗情况": "在岗",
}
CENTRAL = {
    "集团员工编码": "E001",
    "企业名称": "柳河机械厂",
    "党员唯一标识": "P001",
    "姓名": "赵青山",
    "性别": "男",
    "公民身份号码": person(1)["公民身份证号"],
    "出生日期": "1951-02-02",
    "学历": "大专",
    "学位": "无",
    "民族": "汉族",
    "工作岗位": "退休人员",
    "新社会阶层类型": "无",
    "从事专业技术职务": "无",
    "是否农民工": "否",
    "手机号码": "13800000001",
    "组织关系所在党支部": "柳河机械厂党支部",
    "户籍所在地": "无",
    "现居住地": "柳河镇",
    "入党日期": "1979-05-01",
    "转正日期": "1980-05-01",
    "党龄": 46,
    "更新时间戳": "2026-01-01 00:00:00",
    "操作党组织": "无",
}
PROVINCIAL = {
    "姓名": "赵青山",
    "公民身份号码": person(1)["公民身份证号"],
    "性别": "男",
    "民族": "汉族",
    "出生日期": "1951-02-02",
    "人员类别": "正式党员",
    "所在党支部": "东岭村党支部",
    "入党日期": "1979-05-01",
    "联系电话": "13800000001",
    "是否失联党员": "否",
    "是否流动党员": "否",
    "党员增加信息": "无",
    "党员减少信息": "无",
    "入党类型": "无",
}


def _table(values: dict[str, object], top: dict[int, dict[int, object]]) -> dict[int, dict[int, object]]:
    heading = max(top, default=0) + 1
    return top | {heading: dict(enumerate(values, start=1)), heading + 1: dict(enumerate(values.values(), start=1))}


def other_shapes() -> Iterator[Case]:
    top: dict[int, dict[int, object]] = {1: {1: "柳河机械厂党员花名册"}, 2: {1: "时间：2026年1月"}}
    table = _table(ENTERPRISE, top)
    read = {"4 born": "1951-02", "4 joined": "1979-05", "4 category": "正式党员", "4 ethnicity": "汉族"}
    unknown = (("", "columns-unknown"),)
    yield Case(
        "f06-enterprise.xlsx",
        "an enterprise roster",
        xlsx(Sheet(table, name="花名册")),
        rows=1,
        problems=unknown,
        cells=read,
    )
    yield Case(
        "f06-enterprise.xls",
        "the same in an old workbook",
        xls(table, name="花名册"),
        rows=1,
        problems=unknown,
        cells=read,
    )
    central = Sheet(_table(CENTRAL, {}), name="党员")
    read = {"2 branch": "柳河机械厂党支部", "2 address": "柳河镇", "2 mobile": "13800000001"}
    yield Case(
        "f06-central.xlsx",
        "the interface of central enterprises",
        xlsx(central),
        rows=1,
        problems=unknown,
        cells=read,
    )
    provincial = Sheet(_table(PROVINCIAL, {}), name="导出")
    read = {"2 category": "正式党员", "2 lost": False, "2 mobile": "13800000001"}
    yield Case(
        "f06-provincial.xlsx",
        "a provincial platform",
        xlsx(provincial),
        rows=1,
        problems=unknown,
        cells=read,
    )


def cases() -> Iterator[Case]:
    for group in (circumstances, labels, phones, joining, nulls, other_shapes):
        yield from group()
