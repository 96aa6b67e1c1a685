"""One sheet of paper a branch and week: at most three things to do, or that nothing is left to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qisong.coverage.gaps import GapName, gap_list
from qisong.coverage.terms import Lack
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.pages.choosing import owed_items
from qisong.desk.pages.custody import on_hand
from qisong.desk.tables import Link
from qisong.ledger.expecting import AWAY, HOME, HOMEBOUND, group_of
from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory, TreeView
from qisong.org.words import terms

LOST = "lost"
MOST_THINGS, MOST_NAMES = 3, 8
MOST_SHEETS = 60  # more are printed committee by committee


@dataclass(frozen=True)
class Sheet:
    unit: str
    things: Sequence[str]


@dataclass(frozen=True)
class FridayPage:
    """``parts`` leads to the sheets of the units beneath where there are too many for one pile."""

    unit: Unit
    on: date
    crumbs: Sequence[Crumb]
    sheets: Sequence[Sheet]
    parts: Sequence[Link]


def friday_page(unit: Unit, scope: Scope) -> FridayPage:
    tree, crumbs = scope.tree, way_to(scope, unit.pk, _("This week"))
    branches = [one for one in tree.subtree(unit.pk) if one not in tree.children and one in scope.names]
    if len(branches) > MOST_SHEETS:
        beneath = [one for one in tree.children[unit.pk] if one in scope.names]
        parts = [Link(tree.nodes[one].name, reverse("desk:friday", args=[one])) for one in beneath]
        return FridayPage(unit, scope.on, crumbs, [], parts)
    return FridayPage(unit, scope.on, crumbs, list(sheets(unit, scope, branches)), [])


def sheets(unit: Unit, scope: Scope, branches: Sequence[int]) -> Iterator[Sheet]:
    items = owed_items(scope.on)
    names: defaultdict[int, list[GapName]] = defaultdict(list)
    for name in gap_list(unit, items, as_of=scope.on, tree=TreeView.THEN).names:
        if name.member and name.state is Lack.MISSING:
            names[name.unit.id].append(name)
    held = on_hand(branches, scope.on)
    for branch in branches:
        copies = {item: held[branch, item.pk] for item in items if held.get((branch, item.pk), 0) > 0}
        yield Sheet(scope.tree.nodes[branch].name, list(things(names[branch], copies))[:MOST_THINGS])


def things(names: Sequence[GapName], held: Mapping[Item, int]) -> Iterator[str]:
    """What can be done, first what needs nothing but handing over, then whom nobody reaches without going there."""
    within_reach = [name for name in names if not name.out_of_contact]
    lying = [item for item in held if any(item in missing(name) for name in within_reach)]
    if lying:
        copies = word_list(f"{item} {held[item]} {item.measure}" for item in lying)
        waiting = [name for name in within_reach if not missing(name).isdisjoint(lying)]
        yield _("Hand out what lies here ({copies}) to: {people}.").format(copies=copies, people=people(waiting, lying))
    groups: defaultdict[str, list[GapName]] = defaultdict(list)
    for name in names:
        if name.out_of_contact or not missing(name) <= set(lying):
            groups[whereabouts(name)].append(name)
    for group, sentence in SENTENCES.items():
        if groups[group]:
            yield _(sentence).format(people=people(groups[group], leave_out=() if group == LOST else lying))


# By where people are found, in the order in which they are told.
SENTENCES = {
    HOMEBOUND: gettext_noop("Visit at home: {people}."),
    HOME: gettext_noop("Make up for it at the next meeting: {people}."),
    AWAY: gettext_noop("Ring or write to those away: {people}."),
    LOST: gettext_noop("To be found: {people}."),
}


def whereabouts(name: GapName) -> str:
    """Where somebody is found, as a sheet for a meeting groups people; whoever is out of contact, nowhere."""
    settings = {term.code: term.data for term in terms(TermCategory.CIRCUMSTANCE)}
    return LOST if name.out_of_contact else group_of(list(name.circumstances), settings)


def missing(name: GapName) -> set[Item]:
    return {item for item, lack in name.lacks.items() if lack is Lack.MISSING}


def people(names: Sequence[GapName], only: Sequence[Item] = (), *, leave_out: Sequence[Item] = ()) -> str:
    """Names with what each lacks; of many the first, and how many they are."""
    said = word_list(one_of(name, only, leave_out) for name in names[:MOST_NAMES])
    return said if len(names) <= MOST_NAMES else _("{names} and others, {n} people").format(names=said, n=len(names))


def one_of(name: GapName, only: Sequence[Item], leave_out: Sequence[Item]) -> str:
    lacked = [item for item in name.lacks if item in missing(name) and item not in leave_out]
    items = [item for item in lacked if not only or item in only]
    return _("{name} ({items})").format(name=name.name, items=word_list(map(str, items)))


def word_list(words: Iterable[str]) -> str:
    return _(", ").join(words)
