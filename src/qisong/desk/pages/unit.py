"""Coverage of a unit and of each of its children: a row a child in tree order, a column an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qisong.coverage.counting import Counts, table
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.choosing import Choice, ChoiceForm, choice_of, owed_items, recipient_of
from qisong.desk.pages.custody import Held, held_by
from qisong.desk.pages.deadlines import DueLine, due_lines
from qisong.desk.pages.exemptions import exempt_link
from qisong.desk.refusing import show_refusal
from qisong.desk.tables import Cell, Column, Link, Mark, Row, Table
from qisong.ledger.models import Item
from qisong.ledger.terms import Recipient
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.org.tree import Tree
from qisong.org.words import word
from qisong.words.text import Refusal


@dataclass(frozen=True)
class UnitPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    form: ChoiceForm
    answer: str
    table: Table | None
    held: Held | None
    query: str
    chosen: Sequence[str]
    links: Sequence[Link]
    may_record: bool
    due: Sequence[DueLine] = ()


def unit_page(scope: Scope, unit: Unit, form: ChoiceForm) -> UnitPage:
    answer, shown, held, query, chosen = "", None, None, "", []
    due: Sequence[DueLine] = ()
    if form.is_valid():
        choice = choice_of(form, scope)
        try:
            items, tree = owed_items(choice.on), choice.shown_tree(scope)
            counted = table(unit, items, **choice.asked())
            shown = of_items(items, coverage_rows(scope, unit, counted=counted, items=items, choice=choice, tree=tree))
            answer, held = lacking(items, counted[unit.pk]), held_by(unit, items, choice.on, tree)
            query, chosen = choice.query, choice.words
            due = due_lines(scope, unit, items) if not query else ()
        except Refusal as refusal:
            show_refusal(form, refusal)
    return UnitPage(
        unit=unit,
        crumbs=way_to(scope, unit.pk),
        form=form,
        answer=answer,
        table=shown,
        held=held,
        query=query,
        chosen=chosen,
        links=links_of(scope, unit),
        may_record=scope.allows(Right.RECORD, unit),
        due=due,
    )


def coverage_rows(
    scope: Scope,
    unit: Unit,
    *,
    counted: Mapping[int, Mapping[str, Counts]],
    items: Sequence[Item],
    choice: Choice,
    tree: Tree,
) -> list[Row]:
    """A row for each unit counted; hundreds of cells, so each row finds its two addresses once."""
    rows = []
    for one, counts in counted.items():
        own = one == unit.pk
        page = at("desk:unit", one, choice.query) if not own and scope.allows(Right.FIGURES, one) else ""
        names = reverse("desk:names", args=[one]) if scope.allows(Right.NAMES, one) else ""
        cells = [count_cell(item, counts[item.code], names, choice.query) for item in items]
        rows.append(Row([Cell(tree.nodes[one].name, url=page), *cells], strong=own))
    return rows


def of_items(items: Sequence[Item], rows: Sequence[Row], empty: str = "") -> Table:
    """A column an item under a legend that says what the signs mean."""
    columns = [Column(lazy_word("unit")), *(Column(str(item)) for item in items)]
    legend = _("received / owed; ✓ all reached, — does not apply")
    return Table(legend, columns, rows, empty=empty, figures=True)


def count_cell(item: Item, counts: Counts, names: str, query: str) -> Cell:
    """``21/28``, linked to the names behind it; ✓ when nobody is missing, — when nobody is owed."""
    if not counts.applies:
        return Cell("", mark=Mark.NONE)
    url = f"{names}?item={item.code}{query and '&'}{query}" if names and counts.owed else ""
    return Cell(f"{counts.received}/{counts.owed}", url=url, mark=Mark.DONE if counts.full else None)


def at(url_name: str, unit: int, *query: str) -> str:
    """The address of a page of a unit with the parts of its query that say anything."""
    said = "&".join(part for part in query if part)
    return reverse(url_name, args=[unit]) + (f"?{said}" if said else "")


def lacking(items: Sequence[Item], counts: Mapping[str, Counts]) -> str:
    """How many people, or units, lack what; those of different items are never added."""
    short = [lacked(item, counts[item.code].missing) for item in items if counts[item.code].missing]
    if not short:
        return _("Nobody is missing.")
    return _("Still missing: {said}.").format(said=pgettext("between clauses", ", ").join(short))


def lacked(item: Item, missing: int) -> str:
    recipient = recipient_of(item)
    if recipient is Recipient.UNIT:
        return _("{n} {units} without {item}").format(n=missing, units=word("units"), item=item)
    if recipient is Recipient.HOUSEHOLD:
        return _("{n} {households} without {item}").format(n=missing, households=word("households"), item=item)
    return _("{people} without {item}").format(people=missing, item=item)


def links_of(scope: Scope, unit: Unit) -> list[Link]:
    """Further pages of the unit that the reader may open."""
    links = []
    if scope.allows(Right.NAMES, unit):
        links.append(Link(_("All names"), reverse("desk:names", args=[unit.pk])))
        links.append(Link(_("This week"), reverse("desk:friday", args=[unit.pk])))
        links.append(Link(_("Roster"), reverse("desk:roster", args=[unit.pk])))
    if scope.allows(Right.ROSTER, unit):
        links.append(Link(_("Bring in old records"), reverse("desk:history", args=[unit.pk])))
    if scope.allows(Right.CASES, unit):
        links.append(Link(_("Cases"), reverse("desk:unit-cases", args=[unit.pk])))
    links.append(Link(_("By way, circumstance and day"), reverse("desk:pivot", args=[unit.pk])))
    links.append(Link(_("Day by day"), reverse("desk:days", args=[unit.pk])))
    links += exempt_link(scope, unit)
    links.append(Link(word("briefing"), f"{reverse('desk:briefing')}?unit={unit.pk}"))
    links.append(Link(_("Posts and contacts"), reverse("desk:ties", args=[unit.pk])))
    if scope.allows(Right.TREE, unit):
        links.append(Link(_("Change the tree"), reverse("desk:changes", args=[unit.pk])))
    return links
