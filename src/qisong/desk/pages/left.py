"""Who left the roster of a unit, and the way back for somebody who never did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.forms import DeskForm, PlainField
from qisong.desk.furniture import lazy_word
from qisong.desk.tables import Cell, Column, Row, Table, page_of
from qisong.desk.templatetags.desk import day
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.roster.models import Affiliation
from qisong.roster.returning import leavings
from qisong.roster.terms import Leaving

LEFT_BY: dict[str, str | Promise] = {Leaving.DEATH: gettext_lazy("Died"), Leaving.DEPARTURE: gettext_lazy("Left")}


class ReasonForm(DeskForm):
    reason = PlainField(label=gettext_lazy("What was the mistake?"), max_length=200)


@dataclass(frozen=True)
class LeftPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    table: Table
    numbers: Page[Any]


def left_page(unit: Unit, scope: Scope, number: str | None) -> LeftPage:
    kept = [one for one in scope.tree.subtree(unit.pk) if scope.allows(Right.ROSTER, one)]
    numbers = page_of(leavings(kept).select_related("member__person", "unit"), number)
    columns = [Column(_("Name")), Column(lazy_word("unit")), Column(_("Left on")), Column(_("Why")), Column("", "verb")]
    rows = [left_row(tie) for tie in numbers]
    table = Table("", columns, rows, empty=_("Nobody has left."), called=_("Who left"))
    return LeftPage(unit, way_to(scope, unit.pk, _("Who left")), table, numbers)


def left_row(tie: Affiliation) -> Row:
    back = Cell(_("That was a mistake"), url=reverse("desk:take-back", args=[tie.pk]))
    return Row([Cell(str(tie.member)), Cell(tie.unit.name), Cell(day(tie.valid_to)), Cell(LEFT_BY[tie.left_by]), back])


def find_leaving(scope: Scope, pk: int) -> Affiliation:
    """How somebody left a unit whose roster the reader keeps; 404 otherwise."""
    tie = Affiliation.objects.within(scope).select_related("member__person", "unit").filter(pk=pk).first()
    if tie is None or tie.left_by not in LEFT_BY or not scope.allows(Right.ROSTER, tie.unit_id):
        raise Http404
    return tie
