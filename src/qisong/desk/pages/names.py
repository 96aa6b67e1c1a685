"""The names behind a figure: who lacks what, since when, and what their life asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Page
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qisong.coverage.gaps import GapList, GapName, gap_list
from qisong.coverage.terms import Lack
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.furniture import lazy_label, lazy_word
from qisong.desk.pages.choosing import Choice, ItemsForm, choice_of, offered_items
from qisong.desk.pages.deadlines import claimed
from qisong.desk.pages.reaching import how
from qisong.desk.refusing import show_refusal
from qisong.desk.tables import Cell, Column, Link, Row, Table, page_of
from qisong.desk.templatetags.desk import day
from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory, TreeView
from qisong.org.words import label
from qisong.roster.models import Member
from qisong.roster.terms import OUT_OF_CONTACT
from qisong.roster.ways import ways_for
from qisong.words.text import Refusal

NAMES_A_PAGE = 100


class Show(StrEnum):
    """Which of the missing: those to reach, and apart from them those who cannot be asked of anybody now."""

    TO_DO = "to-do"
    LOST = "lost"
    LATER = "later"
    DECLINED = "declined"


LABELS: dict[Show, str | Promise] = {
    Show.TO_DO: gettext_lazy("Not yet reached"),
    Show.LOST: lazy_label(TermCategory.CIRCUMSTANCE, OUT_OF_CONTACT),
    Show.LATER: gettext_lazy("Asked to wait"),
    Show.DECLINED: gettext_lazy("Declined"),
}


class NamesForm(ItemsForm):
    show = forms.ChoiceField(choices=list(LABELS.items()), required=False, widget=forms.HiddenInput)
    field_order = ["item", "on", "tree", "channel", "circumstance", "round", "show"]


@dataclass(frozen=True)
class NamesPage:
    unit: Unit
    crumbs: Sequence[Crumb]
    form: NamesForm
    answer: str = ""
    chosen: Sequence[str] = ()
    tabs: Sequence[Link] = ()
    table: Table | None = None
    numbers: Page[GapName] | None = None
    record_url: str = ""  # where the ticked are sent, if they can be
    print_url: str = ""


def names_page(scope: Scope, unit: Unit, query: QueryDict) -> NamesPage:
    """Refusals, such as a day on which the unit did not stand, are shown at the day."""
    form = NamesForm(query, today=scope.on, items=offered_items(query, scope.on))
    page = NamesPage(unit, way_to(scope, unit.pk, _("Names")), form)
    if not form.is_valid():
        return page
    choice, items = choice_of(form, scope), form.chosen()
    try:
        gaps = gap_list(unit, items, **choice.asked())
    except Refusal as refusal:
        show_refusal(form, refusal)
        return page
    return filled(page, scope, gaps, choice, query.get("page"))


def filled(page: NamesPage, scope: Scope, gaps: GapList, choice: Choice, number: str | None) -> NamesPage:
    form, unit = page.form, page.unit
    sorted_out = sort_out(gaps.names)
    shown = Show(form.value("show") or Show.TO_DO)
    numbers = page_of(sorted_out[shown], number, NAMES_A_PAGE)
    alone = unit.pk not in choice.shown_tree(scope).children
    recordable = alone and shown is not Show.DECLINED and choice.on == scope.on and choice.tree is TreeView.THEN
    may_record = recordable and scope.allows(Right.RECORD, unit)
    return NamesPage(
        unit=unit,
        crumbs=page.crumbs,
        form=form,
        answer=answer(gaps, form.chosen() if form.value("item") else []),
        chosen=choice.words,
        tabs=[tab(form, choice, show, len(names), current=show is shown) for show, names in sorted_out.items()],
        table=names_table(list(numbers), scope, choice.on, with_unit=not alone, tick=may_record),
        numbers=numbers,
        record_url=reverse("desk:record-act", args=[unit.pk]) if may_record and list(numbers) else "",
        print_url=reverse("desk:print-paper", args=[unit.pk]) if scope.allows(Right.RECORD, unit) else "",
    )


def sort_out(names: Sequence[GapName]) -> dict[Show, list[GapName]]:
    found: dict[Show, list[GapName]] = {show: [] for show in Show}
    for name in names:
        found[show_of(name)].append(name)
    return found


def show_of(name: GapName) -> Show:
    state = name.state
    if state is Lack.LATER:
        return Show.LATER
    if state is Lack.DECLINED:
        return Show.DECLINED
    return Show.LOST if name.out_of_contact else Show.TO_DO


def answer(gaps: GapList, items: Sequence[Item]) -> str:
    what = _(", ").join(str(item) for item in items) or _("All items together")
    if not gaps.missing:
        return _("{what}: everybody is reached.").format(what=what)
    said = _("{what}: {owed} owed, {received} reached, {missing} missing.")
    return said.format(what=what, owed=gaps.owed, received=gaps.received, missing=gaps.missing)


def tab(form: NamesForm, choice: Choice, show: Show, names: int, *, current: bool) -> Link:
    items = urlencode([("item", code) for code in form.value("item")])
    query = "&".join(part for part in (items, choice.query, f"show={show.value}") if part)
    return Link(_("{label} {names}").format(label=LABELS[show], names=names), f"?{query}", current=current)


def names_table(names: Sequence[GapName], scope: Scope, on: date, *, with_unit: bool, tick: bool) -> Table:
    ways = ways_for([name.member for name in names if name.member], on, told=scope.confidential)
    others = names_of(names, scope)
    columns = [Column(_("Name")), Column(_("Lacks")), Column(_("Owed since")), Column(_("Waited"))]
    columns += [Column(_("Circumstance")), Column(_("How to reach them"))]
    if with_unit:
        columns.insert(1, Column(lazy_word("unit")))
    rows = []
    for name in names:
        reached = how(ways[name.member]) if name.member else ""
        rows.append(name_row(name, on, reached, together(name, others), with_unit=with_unit))
    return Table("", columns, rows, empty=_("Nobody."), tick="for" if tick else "")


def names_of(names: Sequence[GapName], scope: Scope) -> dict[UUID, str]:
    """Those who live with somebody of the list, as far as the reader may know them by name."""
    wanted = [one for name in names for one in name.household]
    found = Member.objects.within(scope).filter(pk__in=wanted).values_list("pk", "person__name") if wanted else ()
    return dict(found)


def together(name: GapName, others: dict[UUID, str]) -> str:
    said = sorted(others[one] for one in name.household if one in others)
    if hidden := len(name.household) - len(said):
        said.append(ngettext("one more", "{n} more", hidden).format(n=hidden))
    return _("together with {names}").format(names=_(", ").join(said)) if said else ""


def name_row(name: GapName, on: date, reached: str, others: str, *, with_unit: bool) -> Row:
    url = reverse("desk:member", args=[name.member]) if name.member else ""
    cells = [
        Cell(name.name, url=url, note=others),
        Cell(lacked_by(name)),
        Cell(day(name.since)),
        Cell(waited(name.since, on)),
        Cell(_(", ").join(label(TermCategory.CIRCUMSTANCE, kind) for kind in name.circumstances)),
        Cell(reached),
    ]
    if with_unit:
        cells.insert(1, Cell(name.unit.name))
    return Row(cells, id=str(name.member) if name.member else "")


def lacked_by(name: GapName) -> str:
    """The items lacked; those left over from a round that is over, each with its round."""
    old = [claim for claim in name.claims if claim.carried]
    new = {claim.item for claim in name.claims if not claim.carried}
    return _(", ").join([*map(claimed, old), *(str(item) for item in name.items if item in new)])


def waited(since: date, on: date) -> str:
    days = (on - since).days
    return ngettext("{days} day", "{days} days", days).format(days=days)
