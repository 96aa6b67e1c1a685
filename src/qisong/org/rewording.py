"""A county's own list of a preset's terms: added to, called otherwise, taken out of use; what bears one keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qisong.org import journal
from qisong.org.models import Term
from qisong.org.terms import TermCategory
from qisong.org.words import forget, spellings, terms
from qisong.words.digits import compact, tidy
from qisong.words.text import refuse

if TYPE_CHECKING:
    from qisong.org.models import Account

LONGEST = 60


def add_term(*, by: Account | None, category: TermCategory, zh: str, en: str) -> Term:
    """A new term, after all others."""
    with journal.verb("terms.added", by=by) as entry:
        held = list(Term.objects.select_for_update().filter(category=category).order_by("position"))
        labels = checked_labels(zh, en, held)
        position = held[-1].position + 1 if held else 0
        codes = {one.code for one in held}
        code = next(code for n in range(1, len(held) + 2) if (code := f"own-{n}") not in codes)
        term = Term.objects.create(category=category, code=code, position=position, **labels)
        entry.touch("term", [term.pk])
    forget()
    return term


def reword_term(*, by: Account | None, term: Term, zh: str, en: str) -> Term:
    """Another label; what bears the term bears it still."""
    with journal.verb("terms.reworded", by=by) as entry:
        held = list(Term.objects.select_for_update().filter(category=term.category))
        labels = checked_labels(zh, en, [one for one in held if one.pk != term.pk])
        Term.objects.filter(pk=term.pk).update(**labels)
        entry.touch("term", [term.pk])
    forget()
    term.refresh_from_db()
    return term


def retire_term(*, by: Account | None, term: Term, retired: bool) -> Term:
    """Offered no longer, or offered again."""
    with journal.verb("terms.reworded", by=by) as entry:
        held = Term.objects.select_for_update().get(pk=term.pk)
        held.data = {key: value for key, value in held.data.items() if key != "retired"}
        if retired:
            held.data["retired"] = True
        held.save(update_fields=["data"])
        entry.touch("term", [term.pk])
    forget()
    return held


def offered(category: TermCategory) -> list[Term]:
    """The terms among which somebody chooses."""
    return [term for term in terms(category) if not term.data.get("retired")]


def checked_labels(zh: str, en: str, others: list[Term]) -> dict[str, str]:
    labels = {"zh": tidy(zh), "en": tidy(en) or tidy(zh)}
    taken = {spelling for one in others for spelling in spellings(one)}
    for place, label in labels.items():
        if not 0 < len(label) <= LONGEST:
            raise refuse(
                "bad-label",
                "名称要有 1 到 {n} 个字。",
                "A name has 1 to {n} characters.",
                place=place,
                n=LONGEST,
            )
        if compact(label).casefold() in taken:
            raise refuse("label-taken", "已经有“{label}”。", "There is {label} already.", place=place, label=label)
    return labels
