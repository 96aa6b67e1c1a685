"""One sheet of paper a branch and week: at most three things to do, or that nothing is left to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from qisong.coverage.deadlines import SOON
from qisong.coverage.gaps import GapName, gap_list
from qisong.coverage.terms import Lack
from qisong.desk.crumbs import Crumb, way_to
from qisong.desk.pages.choosing import owed_items
from qisong.desk.pages.custody import on_hand
from qisong.desk.pages.reaching import own_words
from qisong.desk.tables import Link
from qisong.desk.templatetags.desk import short_day
from qisong.ledger.expecting import AWAY, HOME, HOMEBOUND, group_of
from qisong.ledger.models import Item
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import TermCategory, TreeView
from qisong.org.words import term_of, terms
from qisong.roster.ways import Ground, Way, ways_for

LOST = "lost"
MOST_THINGS, MOST_NAMES = 3, 8
Ways = Mapping[UUID, Sequence[Way]]
MOST_SHEETS = 60  # more are printed committee by committee


@dataclass(frozen=True)
class Sheet:
    """``waiting``: by id and name those who can be given a contact card; of a page with one sheet only, for length."""

    unit: str
    things: Sequence[str]
    cards_url: str
    waiting: Sequence[tuple[UUID, str]] = ()
    due: str = ""  # what is due soon or overdue, and somebody here lacks


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
    ways = ways_for([name.member for of_branch in names.values() for name in of_branch if name.member], scope.on)
    for branch in branches:
        copies = {item: held[branch, item.pk] for item in items if held.get((branch, item.pk), 0) > 0}
        waiting = [(one.member, one.name) for one in names[branch] if one.member and not one.out_of_contact]
        yield Sheet(
            scope.tree.nodes[branch].name,
            list(things(names[branch], copies, ways))[:MOST_THINGS],
            reverse("desk:contact-cards", args=[branch]),
            waiting if branches == [unit.pk] else (),
            due(names[branch], scope.on),
        )


def due(names: Sequence[GapName], on: date) -> str:
    last = on + timedelta(days=SOON)
    claims = {claim for name in names for claim in name.claims if claim.item in missing(name)}
    days = {(one.item, one.round.due_on) for one in claims if one.round.due_on and one.round.due_on <= last}
    soon = sorted(days, key=lambda one: (one[1], one[0].position, one[0].code))
    return word_list(_("{item} by {day}").format(item=item, day=short_day(due_on)) for item, due_on in soon)


def things(names: Sequence[GapName], held: Mapping[Item, int], ways: Ways) -> Iterator[str]:
    """What can be done, first what needs nothing but handing over, then whom nobody reaches without going there."""
    within_reach = [name for name in names if not name.out_of_contact]
    lying = [item for item in held if any(item in missing(name) for name in within_reach)]
    if lying:
        copies = word_list(f"{item} {held[item]} {item.measure}" for item in lying)
        waiting = [name for name in within_reach if not missing(name).isdisjoint(lying)]
        yield _("Hand out what lies here ({copies}) to: {people}.").format(
            copies=copies, people=people(waiting, ways, lying)
        )
    groups: defaultdict[str, list[GapName]] = defaultdict(list)
    for name in names:
        if name.out_of_contact or not missing(name) <= set(lying):
            groups[whereabouts(name, ways_of(name, ways))].append(name)
    for group, sentence in SENTENCES.items():
        if groups[group]:
            yield _(sentence).format(people=people(groups[group], ways, leave_out=() if group == LOST else lying))


# By where people are found, in the order in which they are told.
SENTENCES = {
    HOMEBOUND: gettext_noop("Visit at home: {people}."),
    HOME: gettext_noop("Make up for it at the next meeting: {people}."),
    AWAY: gettext_noop("Ring or write to those away: {people}."),
    LOST: gettext_noop("To be found: {people}."),
}


def ways_of(name: GapName, ways: Ways) -> Sequence[Way]:
    return ways.get(name.member, []) if name.member else []


def whereabouts(name: GapName, ways: Sequence[Way]) -> str:
    """Where somebody is found: as they themselves say, else as a sheet for a meeting groups people; whoever is out of
    contact, nowhere."""
    own = [term_of(TermCategory.WAY, way.code) for way in ways if way.ground is not Ground.GROUP]
    said = [str(term.data["group"]) for term in own if term and "group" in term.data]
    if said and not name.out_of_contact:
        return said[0]
    settings = {term.code: term.data for term in terms(TermCategory.CIRCUMSTANCE)}
    return LOST if name.out_of_contact else group_of(list(name.circumstances), settings)


def missing(name: GapName) -> set[Item]:
    return {item for item, lack in name.lacks.items() if lack is Lack.MISSING}


def people(names: Sequence[GapName], ways: Ways, only: Sequence[Item] = (), *, leave_out: Sequence[Item] = ()) -> str:
    """Names with what each lacks and said of how to be reached; of many the first, and how many they are."""
    shown = names[:MOST_NAMES]
    said = word_list(one_of(name, only, leave_out, own_words(ways_of(name, ways))) for name in shown)
    return said if len(names) <= MOST_NAMES else _("{names} and others, {n} people").format(names=said, n=len(names))


def one_of(name: GapName, only: Sequence[Item], leave_out: Sequence[Item], reached: str) -> str:
    lacked = [item for item in name.lacks if item in missing(name) and item not in leave_out]
    items = [item for item in lacked if not only or item in only]
    told = _("; ").join(part for part in (word_list(map(str, items)), reached) if part)
    return _("{name} ({items})").format(name=name.name, items=told)


def word_list(words: Iterable[str]) -> str:
    return _(", ").join(words)
