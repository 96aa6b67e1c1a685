"""The aspects of problems, in the county's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.casework.counting import problems_by_aspect
from qisong.desk.crumbs import Crumb
from qisong.desk.forms import DeskForm, PlainField
from qisong.desk.tables import Cell, Column, Mark, Row, Table
from qisong.org.models import Term
from qisong.org.rewording import LONGEST
from qisong.org.terms import TermCategory
from qisong.org.words import term_of, terms


class AspectForm(DeskForm):
    zh = PlainField(label=gettext_lazy("Name in Chinese"), max_length=LONGEST)
    en = PlainField(label=gettext_lazy("Name in English"), max_length=LONGEST, required=False)


@dataclass(frozen=True)
class AspectsPage:
    crumbs: Sequence[Crumb]
    table: Table
    form: AspectForm


def aspects_page(form: AspectForm) -> AspectsPage:
    """In the county's order, with how many problems bear each."""
    counts = problems_by_aspect()
    rows = [aspect_row(term, counts.get(term.code, 0)) for term in terms(TermCategory.ASPECT)]
    columns = [Column(_("Aspect")), Column(_("Problems"), "number"), Column(_("Offered"))]
    table = Table("", columns, rows, _("There is no aspect yet."), called=_("Aspects"))
    return AspectsPage([*way(), Crumb(_("Aspects"))], table, form)


def way() -> list[Crumb]:
    return [Crumb(_("Cases"), reverse("desk:my-cases"))]


def aspect_row(term: Term, n: int) -> Row:
    retired = bool(term.data.get("retired"))
    said = Cell(_("no longer offered"), mark=Mark.NONE) if retired else Cell(_("offered"), mark=Mark.DONE)
    return Row([Cell(str(term), reverse("desk:aspect", args=[term.code])), Cell(n), said])


def find_aspect(code: str) -> Term:
    found = term_of(TermCategory.ASPECT, code)
    if found is None:
        raise Http404
    return found
