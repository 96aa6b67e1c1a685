"""A programme as it is set up: what is delivered, to whom, in which round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qisong.desk.crumbs import Crumb
from qisong.desk.furniture import lazy_word
from qisong.desk.pages.rounds import rounds_table
from qisong.desk.tables import Cell, Column, Link, Row, Table
from qisong.desk.templatetags.desk import day
from qisong.ledger.catalogue import Catalogue, is_open
from qisong.ledger.models import Audience, Item, Programme
from qisong.ledger.programmes import find_programme
from qisong.ledger.terms import CountedBy, Recipient
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory
from qisong.org.words import label
from qisong.words.text import Refusal

COUNTED: dict[str, str | Promise] = {
    CountedBy.COPIES: gettext_lazy("copies handed over"),
    CountedBy.ACTS: gettext_lazy("acts held"),
}
RECIPIENTS: dict[str, str | Promise] = {
    Recipient.MEMBER: lazy_word("members"),
    Recipient.HOUSEHOLD: lazy_word("households"),
    Recipient.UNIT: lazy_word("units"),
}
CATEGORIES: dict[str, str | Promise] = {"full": lazy_word("full"), "probationary": lazy_word("probationary")}


@dataclass(frozen=True)
class Part:
    """One kind of thing of the programme, and where another of it is added."""

    heading: str | Promise
    table: Table
    add_url: str = ""


@dataclass(frozen=True)
class ProgrammePage:
    programme: Programme
    crumbs: Sequence[Crumb]
    answer: str
    parts: Sequence[Part]
    links: Sequence[Link]


def find(code: str) -> Programme:
    try:
        return find_programme(code)
    except Refusal as unknown:
        raise Http404 from unknown


def programmes_table(scope: Scope) -> Table:
    columns = [Column(_("Name")), Column(_("Part of")), Column(_("From")), Column(_("State"))]
    catalogue = Catalogue.load()
    names = {programme.pk: str(programme) for programme in catalogue.programmes}
    rows = [
        Row(
            [
                Cell(str(one), url=reverse("desk:programme", args=[one.code])),
                Cell(names.get(one.parent_id or 0, "")),
                Cell(day(one.starts_on)),
                Cell(_("running") if is_open(one, scope.on) else _("not running")),
            ]
        )
        for one in catalogue.programmes
    ]
    return Table("", columns, rows, empty=_("There is no programme yet."))


def programme_page(scope: Scope, code: str) -> ProgrammePage:
    programme = find(code)
    prefetch_related_objects(
        [programme],
        "rounds",
        "audiences__chosen",
        "items__titles",
        "items__obligations__audience",
        "items__obligations__round",
    )
    items = list(programme.items.all())
    may_change = scope.allows(Right.PROGRAMMES)
    add = {thing: reverse("desk:new-thing", args=[code, thing]) if may_change else "" for thing in THINGS}
    add["round"] = reverse("desk:open-round", args=[code]) if may_change else ""
    parts = [
        Part(THINGS["obligation"], obligations_table(code, items, may_change=may_change), add["obligation"]),
        Part(THINGS["item"], items_table(items), add["item"]),
        Part(THINGS["title"], titles_table(items), add["title"]),
        Part(THINGS["audience"], audiences_table(programme), add["audience"]),
        Part(THINGS["round"], rounds_table(programme, may_change=may_change), add["round"]),
    ]
    said = _("Runs from {first} on.") if programme.ends_on is None else _("Runs from {first} until before {last}.")
    return ProgrammePage(
        programme,
        [Crumb(_("Programmes"), reverse("desk:programmes")), Crumb(str(programme))],
        said.format(first=day(programme.starts_on), last=day(programme.ends_on)),
        parts,
        [Link(_("Who is exempt?"), reverse("desk:exemptions"))] if scope.names else [],
    )


# What a programme consists of, in the order of its page; the keys stand in addresses.
THINGS: dict[str, str | Promise] = {
    "obligation": gettext_lazy("Who is owed what"),
    "item": gettext_lazy("Items"),
    "title": gettext_lazy("Titles"),
    "audience": gettext_lazy("Audiences"),
    "round": gettext_lazy("Rounds"),
}


def obligations_table(code: str, items: Sequence[Item], *, may_change: bool) -> Table:
    columns = [Column(_("Item")), Column(_("Round")), Column(_("Audience")), Column(_("How many"), "number")]
    if may_change:
        columns.append(Column("", "verb"))
    rows = []
    for item in items:
        for one in item.obligations.all():
            cells = [Cell(str(item)), Cell(str(one.round)), Cell(str(one.audience))]
            cells.append(Cell(_("{quantity} {measure}").format(quantity=one.quantity, measure=item.measure)))
            if may_change:
                cells.append(Cell(_("Lift it"), url=reverse("desk:lift", args=[code, one.pk])))
            rows.append(Row(cells))
    return Table("", columns, rows, empty=_("Nothing is owed yet."), called=THINGS["obligation"])


def items_table(items: Sequence[Item]) -> Table:
    columns = [Column(_("Item")), Column(_("Measure word")), Column(_("Its figure counts")), Column(_("Theme"))]
    columns += [Column(_("Goes with")), Column(_("Received by being there"))]
    rows = [
        Row(
            [
                Cell(str(item)),
                Cell(item.measure),
                Cell(COUNTED[item.counted_by]),
                Cell(label(TermCategory.THEME, item.theme) if item.theme else ""),
                Cell(label(TermCategory.PART, item.part_kind) if item.part_kind else ""),
                Cell(_("yes") if item.by_presence else _("no")),
            ]
        )
        for item in items
    ]
    return Table("", columns, rows, empty=_("No items yet."), called=THINGS["item"])


def titles_table(items: Sequence[Item]) -> Table:
    rows = [Row([Cell(str(title)), Cell(str(item))]) for item in items for title in item.titles.all()]
    return Table("", [Column(_("Title")), Column(_("Item"))], rows, empty=_("No titles yet."), called=THINGS["title"])


def audiences_table(programme: Programme) -> Table:
    rows = [
        Row([Cell(str(one)), Cell(RECIPIENTS[one.recipient]), Cell(conditions(one))])
        for one in programme.audiences.all()
    ]
    columns = [Column(_("Audience")), Column(_("Recipient")), Column(_("Conditions"))]
    return Table("", columns, rows, empty=_("No audiences yet."), called=THINGS["audience"])


def conditions(audience: Audience) -> str:
    """Every condition in words; all of them must hold."""
    named = [
        (TermCategory.ROLE, audience.roles),
        (TermCategory.CIRCUMSTANCE, audience.circumstances),
        (TermCategory.TRAIT, audience.traits),
        (TermCategory.UNIT_KIND, audience.kinds),
    ]
    said = [_(" or ").join(label(category, code) for code in codes) for category, codes in named if codes]
    if audience.categories:
        said.append(_(" or ").join(str(CATEGORIES[code]) for code in audience.categories))
    if audience.chosen_only:
        said.append(_("{units} chosen units").format(units=len(audience.chosen.all())))
    return _("; ").join(said) or _("none")
