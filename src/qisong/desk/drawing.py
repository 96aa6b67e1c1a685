"""Tables as HTML. Drawn in Python: a county's table has hundreds of cells, and each counts in bytes and in time.

Whatever a cell holds goes through ``escape``.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qisong.desk.tables import Cell, Column, Row, Table


def draw(table: Table) -> SafeString:
    """The table, or what is said when it has no row. On a phone each cell shows its column's label itself."""
    if not table.rows:
        return format_html('<p class="empty">{}</p>', table.empty) if table.empty else SafeString("")
    return format_html(
        '<div class="scroll" role="region" aria-label="{0}" tabindex="0"><table{4}>{1}<thead><tr>{2}</tr></thead>'
        "<tbody>{3}</tbody></table></div>",
        table.caption or table.called or _("Table"),
        format_html("<caption>{}</caption>", table.caption) if table.caption else "",
        format_html_join("", '<th scope="col"{}>{}</th>', heads(table)),
        format_html_join("\n", "<tr{}>{}</tr>", ((strong(row), cells(table, row)) for row in table.rows)),
        classed("figures") if table.figures else "",
    )


def heads(table: Table) -> Iterator[tuple[str, object]]:
    if table.tick:
        yield classed("tick"), format_html('<span class="spoken">{}</span>', _("Tick"))
    for column in table.columns:
        spoken = format_html('<span class="spoken">{}</span>', _("What can be done"))
        yield classed(column.kind), column.label or spoken


def strong(row: Row) -> str:
    return classed("strong") if row.strong else ""


def cells(table: Table, row: Row) -> SafeString:
    first, *others = zip(table.columns, row.cells, strict=True)
    drawn = [ticker(table.tick, row)] if table.tick else []
    drawn.append(f'<th scope="row"{classed(first[0].kind)}>{inside(first[1])}</th>')
    drawn += [data(column, cell) for column, cell in others]
    return SafeString("".join(drawn))


def ticker(name: str, row: Row) -> str:
    if not row.id:
        return '<td class="tick"></td>'
    box = '<td class="tick"><input type="checkbox" name="{}" value="{}" aria-label="{}"></td>'
    return format_html(box, name, row.id, row.cells[0].text)


def data(column: Column, cell: Cell) -> str:
    blank = "" if str(cell.text) or cell.mark or cell.parts else "blank"
    kinds = " ".join(part for part in (column.kind, cell.tone, blank) if part)
    return f'<td{classed(kinds)} data-label="{escape(column.label)}">{inside(cell)}</td>'


def inside(cell: Cell) -> str:
    if cell.parts:
        return "".join(linked(part.label, part.url) for part in cell.parts)
    mark = f' <span class="sign">{cell.mark.value}</span>' if cell.mark else ""
    note = f' <span class="note">{escape(cell.note)}</span>' if cell.note else ""
    return linked(cell.text, cell.url) + mark + note


def linked(text: object, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>' if url else escape(text)


def classed(kinds: str) -> SafeString:
    return format_html(' class="{}"', kinds) if kinds else SafeString("")
