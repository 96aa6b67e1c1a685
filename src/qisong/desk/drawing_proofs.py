"""Cells of a reviewed sheet as HTML. Drawn in Python like other tables: a page of them has hundreds."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qisong.desk.drawing import classed
from qisong.desk.refusing import said
from qisong.roster.proofing import ProofCell
from qisong.sheets.columns import Column
from qisong.sheets.problems import Problem

SIGNS = {"error": "✗", "warning": "!"}


def draw_cell(column: Column, cell: ProofCell) -> SafeString:
    return format_html('<td{} data-label="{}">{}</td>', classed(kinds(column, cell)), column.title, draw_inside(cell))


def kinds(column: Column, cell: ProofCell) -> str:
    """``as-is`` may be left out where there is little room and the row is shown for the sake of other cells."""
    if cell.problems:
        return f"marked {cell.severity}"
    if not cell:
        return "blank"
    return "" if cell.before is not None or column.code == "branch" else "as-is"


def draw_inside(cell: ProofCell) -> SafeString:
    """What is said and what it was, then the problems: where, what, and how to mend it."""
    return draw_said(cell) + format_html_join("", "{}", ((draw_problem(problem),) for problem in cell.problems))


def draw_said(cell: ProofCell) -> SafeString:
    if cell.before is None:
        return format_html("{}", cell.said) if cell.said or not cell.problems else muted(_("empty"))
    before = format_html("<del>{}</del>", cell.before) if cell.before else muted("—")
    hidden = format_html(' <span class="note">{}</span>', _("behind the mask")) if cell.before == cell.said else ""
    return format_html("{} → <ins>{}</ins>{}", before, cell.said or "—", hidden)


def draw_problem(problem: Problem) -> SafeString:
    return format_html(
        '<p class="said {}"><span class="sign" aria-hidden="true">{}</span> {} {}</p>',
        problem.severity,
        SIGNS[problem.severity],
        format_html("<b>{}</b>", problem.cell) if problem.cell else "",
        said(problem.text),
    )


def muted(text: str) -> SafeString:
    return format_html('<span class="muted">{}</span>', text)
