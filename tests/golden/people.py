"""Fictional members as rows of the national form, sound unless a case spoils them."""

from __future__ import annotations

from tests.golden.containers import Sheet

TITLES = (
    *("序号", "姓名", "所在党支部", "公民身份证号", "性别", "民族", "出生日期", "学历", "人员类别", "加入党组织日期"),
    *("转为正式党员日期", "工作岗位", "手机号", "固定电话", "家庭住址", "党籍状态", "是否为失联党员", "失去联系日期"),
    *("是否为流动党员", "外出流向"),
)
HEADING, FIRST = 4, 5  # rows of the national layout
_NAMES = (
    "赵青山",
    "钱秀兰",
    "孙德福",
    "李春梅",
    "周永贵",
    "吴桂芝",
    "郑长林",
    "王玉珍",
    "冯大海",
    "陈丽华",
    "褚卫东",
    "卫淑芬",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(born: str, order: int) -> str:
    """A number of no real place (region 99) for a day of birth ``YYYYMMDD``; an odd order is a man's."""
    first = f"990521{born}{order:03}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def person(number: int = 1, **changes: object) -> dict[str, object]:
    """Member ``number`` by column title; ``changes`` by title replace single cells."""
    born = f"{1950 + number % 40}{number % 12 + 1:02}{number % 28 + 1:02}"
    joined = 1978 + number % 30
    row: dict[str, object] = {
        "序号": number,
        "姓名": _NAMES[(number - 1) % len(_NAMES)],
        "所在党支部": "东岭村党支部",
        "公民身份证号": identity(born, 20 + number),
        "性别": "男" if number % 2 else "女",
        "民族": "汉族",
        "出生日期": f"{born[:4]}年{int(born[4:6])}月{int(born[6:])}日",
        "学历": "大专",
        "人员类别": "正式党员",
        "加入党组织日期": f"{joined}年5月1日",
        "转为正式党员日期": f"{joined + 1}年5月1日",
        "工作岗位": "农牧渔业生产人员",
        "手机号": f"138{number:08}",
        "固定电话": "无",
        "家庭住址": f"东岭村{number}组",
        "党籍状态": "正常",
        "是否为失联党员": "否",
        "失去联系日期": "无",
        "是否为流动党员": "否",
        "外出流向": "无",
    }
    unknown = set(changes) - set(row)
    assert not unknown, unknown
    return row | changes


def people(count: int, start: int = 1) -> list[dict[str, object]]:
    return [person(number) for number in range(start, start + count)]


def row_of(values: dict[str, object], titles: tuple[str, ...] = TITLES) -> dict[int, object]:
    return {column: values.get(title) for column, title in enumerate(titles, start=1)}


def layout(
    rows: list[dict[str, object]],
    titles: tuple[str, ...] = TITLES,
    *,
    below: dict[int, dict[int, object]] | None = None,
) -> dict[int, dict[int, object]]:
    """The national layout: title, unit, note, headings in row 4, people from row 5; ``below`` by absolute row."""
    cells: dict[int, dict[int, object]] = {
        1: {1: "党员基本信息汇总表"},
        2: {1: "填报单位：东岭村党支部"},
        3: {1: "说明：没有的内容填“无”。"},
        HEADING: dict(enumerate(titles, start=1)),
    }
    cells |= {FIRST + offset: row_of(values, titles) for offset, values in enumerate(rows)}
    return cells | (below or {})


def sheet(rows: list[dict[str, object]], **options: object) -> Sheet:
    below = options.pop("below", None)
    return Sheet(layout(rows, below=below), merges=("A1:T1", "A2:T2", "A3:T3"), **options)  # type: ignore[arg-type]


def column(title: str) -> str:
    """The letter of a column in the national layout."""
    return chr(64 + 1 + TITLES.index(title))


def csv_text(rows: list[dict[str, object]], delimiter: str = ",", titles: tuple[str, ...] = TITLES) -> str:
    lines = [titles, *[[str(values.get(title) or "") for title in titles] for values in rows]]
    return "\r\n".join(delimiter.join(line) for line in lines) + "\r\n"


def html_table(rows: list[dict[str, object]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{values[title]}</td>" for title in TITLES) + "</tr>\n" for values in rows)
    heads = "".join(f"<th>{title}</th>" for title in TITLES)
    return f"<table border=1><tr><td colspan=20>党员基本信息汇总表</td></tr><tr>{heads}</tr>{cells}</table>"
