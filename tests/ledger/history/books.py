"""Old records as villages keep them, built in code: every shape, with what makes them ugly."""

from __future__ import annotations

from collections.abc import Sequence

from tests.golden.containers import Sheet, xlsx

MEETING_HEADINGS = (
    "序号",
    "活动时间",
    "会议名称",
    "会议类型",
    "地点",
    "主持人",
    "记录人",
    "出席",
    "请假",
    "列席",
    "内容",
    "决议",
)
REGISTER_HEADINGS = ("序号", "日期", "姓名", "所在支部", "物品", "数量", "送学方式", "送学人", "签收方式", "备注")

Cells = Sequence[object]


def rows_of(*rows: Cells, first: int = 1) -> dict[int, dict[int, object]]:
    return {
        number: {column: cell for column, cell in enumerate(cells, start=1) if cell is not None}
        for number, cells in enumerate(rows, start=first)
    }


def sheet(*rows: Cells, name: str = "Sheet1", merges: tuple[str, ...] = ()) -> Sheet:
    return Sheet(rows_of(*rows), name=name, merges=merges)


def book(*rows: Cells, name: str = "Sheet1", merges: tuple[str, ...] = ()) -> bytes:
    return xlsx(sheet(*rows, name=name, merges=merges))


def meeting(on: object = "2026年3月5日", present: object = "东方晓、田守一", **cells: object) -> list[object]:
    told = {"活动时间": on, "会议名称": "学习会", "会议类型": "集中学习", "地点": "村部", "出席": present} | cells
    return [told.get(heading) for heading in MEETING_HEADINGS]


def meetings(*rows: Cells, title: str = "东岭村党支部会议记录") -> bytes:
    """A title over the table, the heading, one row a meeting, a total and a signature."""
    width = "ABCDEFGHIJKL"[len(MEETING_HEADINGS) - 1]
    above: list[Cells] = [[title]] if title else []
    below: list[Cells] = [["合计", f"{len(rows)}次"], ["填表人：某甲"]]
    return book(*above, MEETING_HEADINGS, *rows, *below, merges=(f"A1:{width}1",) if title else ())


def handed(on: object = "2026-03-05", name: object = "田守一", item: object = "党章", **cells: object) -> list[object]:
    told = {"日期": on, "姓名": name, "物品": item, "数量": 1, "送学方式": "上门", "送学人": "东方晓"} | cells
    return [told.get(heading) for heading in REGISTER_HEADINGS]


def register(*rows: Cells, title: str = "东岭村党支部发放登记") -> bytes:
    return book([title], REGISTER_HEADINGS, *rows, merges=("A1:J1",))


def signing(*rows: Cells, above: Sequence[Cells] = ()) -> bytes:
    notes = above or (
        ["东岭村党支部党员大会签到册"],
        ["时间：2026年3月5日 15:00", None, "地点：村部"],
        ["主持人：东方晓"],
    )
    return book(*notes, ("序号", "姓名", "签名", "备注"), *rows, merges=("A1:D1",))
