"""The coverage table of a unit as a workbook: two columns of numbers an item, so that it can be reckoned with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from qisong.coverage.counting import table
from qisong.desk.pages.choosing import Choice, owed_items
from qisong.desk.templatetags.desk import day
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.words import word
from qisong.sheets.writing import Cell, Table, write_table


def unit_workbook(scope: Scope, unit: Unit, choice: Choice) -> bytes:
    items = owed_items(choice.on)
    tree = choice.shown_tree(scope)
    headings = [_("Code"), word("unit")]
    for item in items:
        headings += [_("{item}: reached").format(item=item), _("{item}: owed").format(item=item)]
    rows: list[list[Cell]] = []
    for one, counts in table(unit, items, **choice.asked()).items():
        numbers: list[Cell] = [n for item in items for n in (counts[item.code].received, counts[item.code].owed)]
        rows.append([tree.nodes[one].code, tree.nodes[one].name, *numbers])
    title = _("Who is still missing in {unit}?").format(unit=unit)
    return write_table(
        Table(title, headings, rows, unit=str(unit), day=day(choice.on), widths=[10, 28, *[9] * 2 * len(items)])
    )
