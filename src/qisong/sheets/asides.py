"""Rows among the data that are no data: totals, signatures, notes, examples. Told by what they say, never by place.

A wrong guess here would lose a person, so a row that carries an identity number or a date of its own is always data.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from qisong.sheets.columns import NULLS, Column
from qisong.sheets.grid import Cell
from qisong.words.digits import compact

_TOTAL = re.compile(
    r"(?:本页|以上|全部|党员|人数|支部|本支部|各支部)*(?:合计|总计|小计|共计|累计|总数|总人数)(?:人数|数)?[:,]?(?:(?:共|计|党员)*[0-9]+[人名个]?)?[。.]?|"
    r"(?:以上|全部|本支部|本页)?共(?:计|有)?(?:党员)?[0-9]+[人名](?:党员)?[。.]?"
)
_ROLES = (
    "填表人|填报人|填报单位|填表单位|填表日期|填表时间|填报日期|填报时间|制表人|制表|制表日期|制表单位|审核人|审核|审批人|"
    "复核人|复核|初核人|初核|负责人|单位负责人|主要负责人|联系人|经办人|录入人|采集人|信息采集员|采集员|党支部书记|支部书记|党委书记|"
    "总支书记|书记|党员|党员本人|本人|基层党委|党委|党总支|党支部|报送单位|报送人|报送时间|单位|日期|填表"
)
_SIGNED = r"\((?:签字|签名|签章|盖章|公章|签字盖章|签字或盖章|印章)\)"
_SIGNATURE = re.compile(rf"(?:{_ROLES})(?:{_SIGNED}:?|:).*|(?:填表人|填报人|制表人|审核人|复核人|经办人)|{_SIGNED}.*")
_NOTE = re.compile(r"(?:注|备注|说明|填表说明|填写说明|填报说明|注意|注意事项|提示|要求|附注|附)(?:[:,.、0-9(]|$).*")
_EXAMPLE = re.compile(r"\(?(?:示例|样例|例|例如|举例|填写示例|范例|填写范例)[:)]?.{0,12}")
_HINT = re.compile(r"\(?(?:必填|选填|必填项|选填项|可不填|文本|日期|下拉选择|文本格式|日期格式|下拉)\)?")
_ORDINAL = re.compile(r"\(?(?:[0-9]{1,3}|[A-Z])\)?")
_COUNT = re.compile(r"[0-9]+[人名个次场]?")
_LONG_NOTE, _LONG_NAME = 8, 30


def aside(cells: list[Cell], columns: dict[int, Column]) -> str:
    """Why a row is no data row (``blank``, ``total``, ``signature``, ``note``, ``example``, ``numbers``), or ""."""
    if _is_plainly_data(cells, columns):
        return ""
    texts = {number: text for number, cell in enumerate(cells, start=1) if (text := _said(cell))}
    mapped = {number: text for number, text in texts.items() if number in columns}
    if all(columns[number].ordinal for number in mapped) and not any(map(_speaks, texts.values())):
        return "blank"
    if _is_ruled(list(texts.values())):
        return "numbers"
    key = next((mapped[n] for n, column in columns.items() if column.required and n in mapped), "")
    first = next(iter(texts.values()))
    if _is_example(first, key, texts):
        return "example"
    if _has_evidence(cells, columns):
        return ""
    return _named_aside(first, key, list(texts.values())) or ("" if key or _holds_data(mapped, columns) else "note")


def _said(cell: Cell) -> str:
    text = "" if cell is None else compact(cell)
    return "" if text in NULLS else text


def _speaks(text: str) -> bool:
    """Whether it is more than a running number set before an empty row."""
    return not _ORDINAL.fullmatch(text)


def _is_plainly_data(cells: list[Cell], columns: dict[int, Column]) -> bool:
    """The usual row, told quickly: an identity text, and a number or nothing before the name."""
    for number, column in columns.items():
        cell = cells[number - 1] if number <= len(cells) else None
        if column.ordinal and isinstance(cell, str) and not cell.isdigit():
            return False
        if column.required and (not isinstance(cell, str) or not 2 <= len(cell) <= 4 or cell[0] in "例示样范("):
            return False
        if column.kind == "identity":
            return isinstance(cell, str) and len(cell) == 18
    return False


def _is_ruled(texts: list[str]) -> bool:
    """A row that numbers the columns: 1, 2, 3 or A, B, C."""
    if len(texts) < 3 or not all(_ORDINAL.fullmatch(text) for text in texts):
        return False
    bare = [text.strip("()") for text in texts]
    ranks = [int(text) if text.isdigit() else ord(text) for text in bare]
    return all(later - earlier == 1 for earlier, later in pairwise(ranks))


def _is_example(first: str, key: str, texts: dict[int, str]) -> bool:
    if all(_HINT.fullmatch(text) for text in texts.values()):
        return True
    marked = _EXAMPLE.fullmatch(first) or _EXAMPLE.fullmatch(key)
    # 例某 is a family name too: alone it is no mark, with a bracket, colon or the full word it is.
    return bool(marked) and not re.fullmatch(r"例[^如:)].{0,2}", first if first == key else key or first)


def _has_evidence(cells: list[Cell], columns: dict[int, Column]) -> bool:
    """An identity number, or a date beside a name: such a row is about a person, whatever it is called."""
    held = {number: cells[number - 1] for number in columns if number <= len(cells)}
    if any(_is_number(cell) for number, cell in held.items() if columns[number].kind == "identity"):
        return True
    key = next((text for number, cell in held.items() if columns[number].required and (text := _said(cell))), "")
    if not key or _SIGNATURE.fullmatch(key) or _SIGNATURE.fullmatch(_first(cells)):
        return False
    return any(_is_day(cell) for number, cell in held.items() if columns[number].kind == "date")


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return len(_said(cell)) >= 15 and re.search("[0-9]{6}", _said(cell)) is not None
    return isinstance(cell, float | int) and cell > 1e14


def _first(cells: list[Cell]) -> str:
    return next((text for cell in cells if (text := _said(cell))), "")


def _is_day(cell: Cell) -> bool:
    return isinstance(cell, date) or (isinstance(cell, str) and bool(re.search("[0-9]{4}", cell)))


def _named_aside(first: str, key: str, texts: list[str]) -> str:
    if _TOTAL.fullmatch(first) or _TOTAL.fullmatch(key):
        return "total" if not key or _TOTAL.fullmatch(key) or _COUNT.fullmatch(key) else ""
    if _SIGNATURE.fullmatch(first) or _SIGNATURE.fullmatch(key):
        return "signature"
    if not key and any(_SIGNATURE.fullmatch(text) for text in texts):
        return "signature"
    if _NOTE.fullmatch(first) or (len(texts) == 1 and len(key) > _LONG_NAME):
        return "note"
    if not key and len(texts) <= 2 and len(first) >= _LONG_NOTE:
        return "note"
    return ""


def _holds_data(mapped: dict[int, str], columns: dict[int, Column]) -> bool:
    return any(not columns[number].ordinal for number in mapped)
