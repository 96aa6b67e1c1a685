"""S2, S9: what stands on the last day: units by trait, and who is paired with whom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from qisong.org import words
from qisong.org.models import Pairing
from qisong.org.terms import TermCategory
from qisong.reporting.indicators import UNITS, Found, Indicator, registers
from qisong.reporting.spans import Span
from qisong.reporting.terms import Dimension, RowKind
from qisong.words.text import Text


def find_units(span: Span, trait: str) -> Iterator[Found]:
    """Units of a trait that stand on the last day."""
    for unit in span.tree.with_trait(trait):
        if span.holds(unit):
            yield Found(RowKind.UNIT, span.tree.nodes[unit].code, who=unit)


def find_partners(span: Span) -> Iterator[Found]:
    """Units paired with a place, each once."""
    for pk, partner, _place in pairings(span):
        if span.holds(partner):
            yield Found(RowKind.PAIRING, pk, who=partner)


def find_paired(span: Span, trait: str) -> Iterator[Found]:
    """Places of a trait that have a partner, each once."""
    for pk, _partner, place in pairings(span):
        if span.holds(place) and place in span.tree.nodes and trait in span.tree.nodes[place].traits:
            yield Found(RowKind.PAIRING, pk, who=place)


def pairings(span: Span) -> list[tuple[int, int, int]]:
    return list(Pairing.objects.on(span.last).values_list("pk", "partner_id", "unit_id"))


@registers
def of_the_tree(_span: Span) -> Iterator[Indicator]:
    """For every trait that the county names, unless it is confidential."""
    yield Indicator("partners", "S9", Text("结对单位", "Paired units"), UNITS, Dimension.UNITS, find_partners)
    for term in words.terms(TermCategory.TRAIT):
        if not term.data.get("confidential"):
            label = Text(term.zh, term.en)
            find, paired = partial(find_units, trait=term.code), partial(find_paired, trait=term.code)
            yield Indicator(f"units:{term.code}", "S2", label, UNITS, Dimension.UNITS, find)
            label = Text(f"结对的{term.zh}", f"Paired: {term.en}")
            yield Indicator(f"paired:{term.code}", "S9", label, UNITS, Dimension.UNITS, paired)
