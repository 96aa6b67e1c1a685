"""Coverage day by day: a slider over the days since the first round began, and a small picture of how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.coverage.counting import Counts
from qisong.coverage.daily import DayCounts, by_day, days_between
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.pages.choosing import Choice, ChoiceForm, choice_of, offered_items
from qisong.desk.pages.unit import count_cell
from qisong.desk.refusing import show_refusal
from qisong.desk.tables import Cell, Column, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Item
from qisong.ledger.programmes import owing_rounds
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right
from qisong.words.text import Refusal

FIGURES = 5  # of a number of days
WIDE, HIGH = 640, 160  # of the picture, in its own units


class DaysForm(ChoiceForm):
    item = forms.ChoiceField(label=gettext_lazy("Item"), required=False)
    field_order = ["item", "on", "tree", "channel", "circumstance", "round"]

    def __init__(self, query: QueryDict, *, today: date, items: Sequence[Item]) -> None:
        super().__init__(query, today=today)
        self.items = items
        self.let_choose("item", [(item.code, str(item)) for item in items])

    def chosen(self) -> list[Item]:
        return [item for item in self.items if item.code == self.value("item")] or list(self.items[:1])


@dataclass(frozen=True)
class Bar:
    """One day of the picture: its place, how high what is owed stands, and how much of that was received."""

    x: int
    width: int
    owed: int
    received: int
    said: str
    chosen: bool

    @property
    def top(self) -> int:
        return HIGH - self.owed

    @property
    def reached(self) -> int:
        return HIGH - self.received


@dataclass(frozen=True)
class Slider:
    """Days after the ``first``: the last, and the one shown; ``others``: the rest of the choice, sent along."""

    first: date
    last: int
    after: int
    others: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class DaysPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    form: DaysForm
    answer: str = ""
    chosen: Sequence[str] = ()
    slider: Slider | None = None
    bars: Sequence[Bar] = ()
    table: Table | None = None
    wide: int = field(default=WIDE)
    high: int = field(default=HIGH)


def days_page(scope: Scope, unit: Unit, query: QueryDict) -> DaysPage:
    first = min((one.starts_on for one in owing_rounds()), default=scope.on)
    sent = slid(query, first, scope.on)
    form = DaysForm(sent, today=scope.on, items=offered_items(sent, scope.on))
    crumbs = way_to(scope, unit.pk, _("Day by day"))
    if not form.is_valid() or not form.chosen():
        return DaysPage(unit, crumbs, form)
    choice, [item] = choice_of(form, scope), form.chosen()
    days = sorted({choice.on, *days_between(first, scope.on)})
    asked = {name: value for name, value in choice.asked().items() if name != "as_of"}
    try:
        found = by_day(unit, [item], days=days, **asked)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return DaysPage(unit, crumbs, form)
    return DaysPage(
        unit=unit,
        crumbs=crumbs,
        form=form,
        answer=answer(item, found, choice),
        chosen=[str(item), *choice.words],
        slider=slider(scope, choice, first, query),
        bars=bars(item, found, choice),
        table=numbers(scope, unit, item, found, choice),
    )


def slid(query: QueryDict, first: date, today: date) -> QueryDict:
    """``after`` is the slider's: so many days after the first, which then decides instead of ``on``."""
    sent, after = query.copy(), str(query.get("after", ""))
    if after.isdecimal() and len(after) <= FIGURES:
        sent["on"] = min(today, first + timedelta(days=int(after))).isoformat()
    return sent


def answer(item: Item, found: Sequence[DayCounts], choice: Choice) -> str:
    counts = next((one.counts[item.code] for one in found if one.on == choice.on), None)
    if counts is None:
        return _("{day}: the unit did not stand that day.").format(day=day(choice.on))
    said = _("{day}, {item}: {owed} owed, {received} reached, {missing} missing.")
    return said.format(
        day=day(choice.on), item=item, owed=counts.owed, received=counts.received, missing=counts.missing
    )


def slider(scope: Scope, choice: Choice, first: date, query: QueryDict) -> Slider | None:
    """None on a day before the first: no place of the slider would say it."""
    if choice.on < first:
        return None
    others = [(name, value) for name, values in query.lists() for value in values if name not in {"on", "after"}]
    return Slider(first, (scope.on - first).days, (choice.on - first).days, others)


def bars(item: Item, found: Sequence[DayCounts], choice: Choice) -> list[Bar]:
    counts = [one.counts[item.code] for one in found]
    most = max((one.owed for one in counts), default=0)
    if not most:
        return []
    step = WIDE // max(len(found), 1)
    return [
        Bar(
            x=place * step + 1,
            width=max(step - 2, 1),
            owed=HIGH * own.owed // most,
            received=received_high(own, most),
            said=f"{day(one.on)} {own.received}/{own.owed}",
            chosen=one.on == choice.on,
        )
        for place, (one, own) in enumerate(zip(found, counts, strict=True))
    ]


def received_high(counts: Counts, most: int) -> int:
    """A line stays open at the top as long as anybody is missing, and something is filled where anybody received."""
    high, full = HIGH * counts.received // most, HIGH * counts.owed // most
    return max(0, min(max(high, 1 if counts.received else 0), full - 1 if counts.missing else full))


def numbers(scope: Scope, unit: Unit, item: Item, found: Sequence[DayCounts], choice: Choice) -> Table:
    names = reverse("desk:names", args=[unit.pk]) if scope.allows(Right.NAMES, unit) else ""
    rows = [row(one.on, item, one.counts[item.code], names, choice) for one in reversed(found)]
    return Table(_("received / owed; ✓ all reached, — does not apply"), [Column(_("Day")), Column(str(item))], rows)


def row(on: date, item: Item, counts: Counts, names: str, choice: Choice) -> Row:
    query = Choice(on, choice.today, choice.tree, choice.channel, choice.circumstance, choice.round).query
    return Row([Cell(day(on)), count_cell(item, counts, names, query)], strong=on == choice.on)
