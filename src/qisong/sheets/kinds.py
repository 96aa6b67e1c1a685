"""One cell by the kind of its column: a typed value, or why it has none.

A reader returns the value; a ``CellFault`` says what is wrong; a ``CellNote`` carries a value together with a
warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from qisong.sheets.columns import Column, fold_label, is_null
from qisong.sheets.grid import NOT_COMPUTED, CellError, MonthCell
from qisong.sheets.rows import Value
from qisong.words.dates import DateFault, PartialDate, parse_date
from qisong.words.digits import clean, compact, tidy, tidy_name
from qisong.words.identity import is_mask, normalise_identity
from qisong.words.text import Text

_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE | re.ASCII)
_NUMBER_MONTH = re.compile(r"[0-9]{4}\.1", re.ASCII)
_PHONE = re.compile(
    r"1[3-9][0-9]{9}|(?:0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4}", re.ASCII
)
_SEVERAL = re.compile(r"[/,;、，；|]| {1}(?=1[3-9][0-9]{9})")
_COUNTRY = re.compile(r"^(?:\+|00)86[- ]?(?=[0-9])")
_SHORT = 8  # characters; no way of saying "nothing" is longer, and folding every long text would be slow
_YES = frozenset({"是", "有", "y", "yes", "true", "√", "✓", "✔", "对"})
_NO = frozenset({"否", "不是", "没有", "n", "no", "false", "×", "✗", "✘", "x", "非"})


class CellFault(Exception):  # noqa: N818 - an answer about the input
    """The cell has no usable value."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code, self.text = code, text


class CellNote(CellFault):
    """The cell has a value, and something to look at."""

    def __init__(self, code: str, text: Text, value: Value) -> None:
        super().__init__(code, text)
        self.value = value


class Reader:
    """Reads cells of one sheet: knows today, the epoch, and whether cells have types."""

    def __init__(self, *, today: date, epoch1904: bool, typed: bool) -> None:
        self._today, self._epoch1904, self._typed = today, epoch1904, typed
        self._kinds: dict[str, Callable[[object, Column], Value]] = {
            "text": _text,
            "name": _name,
            "date": self._date,
            "identity": _identity,
            "phone": _phone,
            "choice": _choice,
            "yesno": _yes_or_no,
            "integer": _integer,
        }

    def read(self, cell: object, column: Column) -> Value:
        """The value of a cell; raises ``CellFault`` or ``CellNote``."""
        if cell is None or (isinstance(cell, str) and len(cell) < _SHORT and is_null(cell)):
            return None
        if isinstance(cell, CellError):
            raise _cell_error(cell)
        return self._kinds[column.kind](cell, column)

    def _date(self, cell: object, _column: Column) -> PartialDate:
        value: object = cell
        if isinstance(cell, MonthCell):
            value = PartialDate.from_text(cell)
        elif not self._typed and isinstance(cell, str) and _NUMBER_MONTH.fullmatch(cell.strip()):
            value = float(cell)  # a text file writes the number 1958.10 as 1958.1
        try:
            return parse_date(value, epoch1904=self._epoch1904, today=self._today)
        except DateFault as fault:
            raise CellFault(fault.code, fault.text) from None


def _cell_error(cell: CellError) -> CellFault:
    if cell == NOT_COMPUTED:
        text = Text(
            "这一格是公式，文件里没有它的结果。请用 Excel 或 WPS 打开、保存一次再传，或直接填写内容。",
            "This cell is a formula and the file does not hold its result. Open and save it in Excel or WPS, or type "
            "the value.",
        )
    else:
        text = Text(
            f"单元格里是公式错误 {cell}。请直接填写内容，或把公式改对。",
            f"The cell shows the formula error {cell}. Type the value, or mend the formula.",
        )
    return CellFault("cell-error", text)


def _text(cell: object, _column: Column) -> str | None:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return tidy(cell) or None


def _name(cell: object, _column: Column) -> str | None:
    if not isinstance(cell, str):
        raise CellFault(
            "name-not-text",
            Text("姓名应当是文字。请检查是不是填错了列。", "A name is text. Is this the right column?"),
        )
    return tidy_name(cell) or None


def _identity(cell: object, _column: Column) -> str | None:
    if not isinstance(cell, str):
        raise CellFault(
            "identity-number-cell",
            Text(
                "这一格是数字格式，Excel 只保留 15 位，后几位已经丢失。请先把整列设为“文本”格式，再重新粘贴证号。",
                "This cell is a number; Excel keeps only 15 digits and the last ones are lost. Set the column to text, "
                "then paste the numbers again.",
            ),
        )
    number = normalise_identity(cell)
    if _SCIENTIFIC.fullmatch(compact(cell)) or "E+" in number:
        raise CellFault(
            "identity-scientific",
            Text(
                "证号变成了科学计数法，后几位已经丢失。请先把整列设为“文本”格式，再从原件重新粘贴证号。",
                "The number has turned into scientific notation and its last digits are lost. Set the column to text, "
                "then paste the numbers again from the original.",
            ),
        )
    return number or None


def _phone(cell: object, _column: Column) -> str | None:
    if isinstance(cell, bool | date) or (isinstance(cell, float) and not cell.is_integer()):
        raise _bad_phone()
    number = _COUNTRY.sub("", clean(cell).replace("—", "-").replace("–", "-"))
    if not number.strip("0-. "):
        return None
    if _SCIENTIFIC.fullmatch(number):
        raise _bad_phone()
    first, *others = [part for part in (compact(part) for part in _SEVERAL.split(number)) if part]
    if others and not is_mask(number):
        raise CellNote(
            "phone-several",
            Text(
                "这一格有几个号码，只导入第一个。其余的请另填一列，或不填。",
                "The cell holds several numbers; only the first is imported. Put the others into another column.",
            ),
            _phone_digits(first),
        )
    digits = _phone_digits(first)
    if is_mask(digits) or _PHONE.fullmatch(digits):
        return digits
    raise CellNote(
        "phone-unusual",
        Text(
            "不像手机号或固定电话（区号-电话）。照原样导入；请核对有没有多一位、少一位。",
            "This does not look like a mobile or fixed number (area code-number). It is imported as it is; check its "
            "digits.",
        ),
        digits,
    )


def _phone_digits(text: str) -> str:
    """Eleven digits of a mobile number without the dashes some people set; other numbers keep theirs."""
    bare = text.replace("-", "").replace("(", "").replace(")", "-" if text.startswith("(") else "")
    return bare if re.fullmatch("1[3-9][0-9]{9}", bare) else text.replace("(", "").replace(")", "-")


def _bad_phone() -> CellFault:
    return CellFault(
        "phone-unreadable",
        Text(
            "号码变成了小数、日期或科学计数法。请把这一格设为“文本”格式，重新填写。",
            "The number has turned into a decimal, a date or scientific notation. Set the cell to text and type it "
            "again.",
        ),
    )


def _choice(cell: object, column: Column) -> str | None:
    if isinstance(cell, str):
        label = column.labels.get(cell) or column.labels.get(fold_label(cell))
        if label is not None:
            return label
    written = tidy(cell)
    if column.open_choices and not column.remark_unknown:
        return written
    if column.open_choices and isinstance(cell, str):
        raise CellNote(
            "choice-unknown",
            Text(
                "不在常用说法里，照原样导入。请看一眼有没有写错。",
                "This label is not among the usual ones; it is imported as it is. See whether it is meant.",
            ),
            written,
        )
    labels = "、".join(column.choices)
    raise CellFault(
        "choice-invalid",
        Text(
            f"这一列只能填：{labels}。请用文字填写，不要用代码。",
            f"This column takes only: {', '.join(column.choices)}. Write the word, not a code.",
        ),
    )


def _yes_or_no(cell: object, _column: Column) -> bool | None:
    if isinstance(cell, bool):
        return cell
    word = compact(cell).casefold() if isinstance(cell, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise CellFault(
        "yesno-invalid",
        Text("这一列只能填“是”或“否”。", "This column takes only 是 (yes) or 否 (no)."),
    )


def _integer(cell: object, column: Column) -> int | None:
    digits = compact(cell)
    if re.fullmatch(r"[+-]?[0-9]{1,15}", digits, re.ASCII):
        return int(digits)
    if column.ordinal:
        return None
    raise CellFault("integer-invalid", Text("这里要填整数，例如 12。", "A whole number is wanted here, such as 12."))
