"""The roster's sheet of this county: the national form, or one whose headings and labels its preset gives."""

from __future__ import annotations

from dataclasses import replace

from qisong.org import words
from qisong.org.models import Term
from qisong.org.terms import TermCategory
from qisong.roster.form import ROSTER_FORM, RosterForm
from qisong.sheets.columns import Column

# The label of a standing in a preset → whether it suspends the membership.
STANDINGS = {"usual": False, "suspended": True}
OPEN = frozenset({"ethnicity", "education", "category"})  # an unknown label is kept, not refused


def own_form() -> RosterForm:
    columns = words.terms(TermCategory.COLUMN)
    return form_of(columns, words.text_of(TermCategory.WORD, "roster-form").zh) if columns else ROSTER_FORM


def form_of(columns: list[Term], title: str) -> RosterForm:
    spellings = {term.code: term.data.get("choices", {}) for term in columns}
    return RosterForm(
        ROSTER_FORM.code,
        title,
        title,
        tuple(column_of(term) for term in columns),
        categories=meanings(spellings["category"]),
        suspends={label: STANDINGS[code] for label, code in meanings(spellings.get("standing", {})).items()},
    )


def meanings(choices: dict[str, list[str]]) -> dict[str, str]:
    """Label → code; the labels are the first spelling of each."""
    return {labels[0]: code for code, labels in choices.items()}


def column_of(term: Term) -> Column:
    """A column of the national form under the county's own heading."""
    column = replace(ROSTER_FORM.by_code[term.code], title=term.zh, aliases=tuple(term.data.get("aliases", [])))
    if "choices" in term.data:
        spelt = list(term.data["choices"].values())
        synonyms = {other: labels[0] for labels in spelt for other in labels[1:]}
        return replace(column, choices=tuple(labels[0] for labels in spelt), synonyms=synonyms)
    if "labels" in term.data:
        return replace(column, choices=tuple(term.data["labels"]), synonyms={})
    return column
