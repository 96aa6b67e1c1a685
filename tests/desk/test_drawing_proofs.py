"""Cells of a reviewed sheet, as they are drawn."""

from __future__ import annotations

from qisong.desk.drawing_proofs import draw_cell
from qisong.roster.form import ROSTER_FORM
from qisong.roster.proofing import ProofCell
from qisong.sheets.problems import Problem
from qisong.words.text import Text

BORN = ROSTER_FORM.by_code["born"]
WRONG = Problem(
    "a.xlsx", "1", "G5", 5, "出生日期", "<b>", "date-unreadable", "error", Text("看不出<哪>天。", "Which day?")
)


def test_plain_cell_is_one_that_may_be_left_out() -> None:
    assert draw_cell(BORN, ProofCell("1958")) == '<td class="as-is" data-label="出生日期">1958</td>'


def test_cell_that_says_nothing_is_blank() -> None:
    assert draw_cell(BORN, ProofCell()) == '<td class="blank" data-label="出生日期"></td>'


def test_branch_is_never_left_out() -> None:
    drawn = draw_cell(ROSTER_FORM.by_code["branch"], ProofCell("东岭村党支部"))
    assert drawn == '<td data-label="所在党支部">东岭村党支部</td>'


def test_change_shows_what_was_struck_out() -> None:
    assert draw_cell(BORN, ProofCell("1959", "1958")) == (
        '<td data-label="出生日期"><del>1958</del> → <ins>1959</ins></td>'
    )


def test_change_of_nothing_and_to_nothing_shows_a_dash() -> None:
    drawn = [draw_cell(BORN, cell) for cell in (ProofCell("1959", ""), ProofCell("", "1958"))]
    assert ['<span class="muted">—</span> → <ins>1959</ins>' in drawn[0], "<ins>—</ins>" in drawn[1]] == [True, True]


def test_what_people_typed_cannot_become_markup() -> None:
    drawn = draw_cell(BORN, ProofCell("<b>", problems=[WRONG]))
    assert drawn == (
        '<td class="marked error" data-label="出生日期">&lt;b&gt;<p class="said error">'
        '<span class="sign" aria-hidden="true">✗</span> <b>G5</b> 看不出&lt;哪&gt;天。</p></td>'
    )


def test_empty_cell_with_a_problem_says_that_it_is_empty() -> None:
    assert '<span class="muted">空</span>' in draw_cell(BORN, ProofCell(problems=[WRONG]))
