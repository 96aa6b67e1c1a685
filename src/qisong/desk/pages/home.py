"""The first page: what this post has to do, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from qisong.coverage.counting import table
from qisong.coverage.gaps import GapName, gap_list
from qisong.desk.pages.choosing import Choice, owed_items
from qisong.desk.pages.custody import Held, held_by
from qisong.desk.pages.deadlines import DueLine, due_lines
from qisong.desk.pages.names import Show, lacked_by, show_of, waited
from qisong.desk.pages.unit import coverage_rows, lacking, of_items
from qisong.desk.tables import Link, Table
from qisong.ledger.models import Item
from qisong.ledger.terms import LESSON
from qisong.org.models import Unit
from qisong.org.scope import Scope
from qisong.org.terms import Right, TermCategory, TreeView
from qisong.org.todos import Todo, todos_for
from qisong.org.words import label

MOST_NAMES = 30  # what a recorder takes in at a glance; the rest is a press away


@dataclass(frozen=True)
class Waiting:
    """Somebody of the own branch who lacks something."""

    name: str
    url: str
    circumstances: str
    lacks: str
    waited: str
    visit_url: str


@dataclass(frozen=True)
class Errand:
    """A unit that a visitor goes to."""

    name: str
    names_url: str
    record_url: str


@dataclass(frozen=True)
class HomePage:
    unit: Unit | None
    answer: str = ""
    act: Link | None = None
    waiting: Sequence[Waiting] = ()
    more: int = 0  # names beyond those shown
    overview: Table | None = None
    held: Held | None = None
    errands: Sequence[Errand] = ()
    links: Sequence[Link] = ()
    todos: Sequence[Todo] = ()
    due: Sequence[DueLine] = ()


def home_page(scope: Scope) -> HomePage:
    unit = scope.home
    todos = todos_for(scope)
    if unit is None or unit.pk not in scope.tree.nodes:
        return HomePage(None, todos=todos)
    if not scope.allows(Right.FIGURES, unit):
        return HomePage(unit, errands=errands(scope), links=doors(scope), todos=todos)
    items = owed_items(scope.on)
    if scope.allows(Right.NAMES, unit) and unit.pk not in scope.tree.children:
        return branch_home(scope, unit, items, todos)
    return overview_home(scope, unit, items, todos)


def branch_home(scope: Scope, unit: Unit, items: Sequence[Item], todos: Sequence[Todo]) -> HomePage:
    """Who of the own branch lacks what, since how long, and the sheet to record the next act on."""
    counted = table(unit, items, as_of=scope.on, tree=TreeView.THEN)
    gaps = gap_list(unit, items, as_of=scope.on, tree=TreeView.THEN)
    open_names = [name for name in gaps.to_do if name.member]
    may_record = scope.allows(Right.RECORD, unit)
    record_url = reverse("desk:record-act", args=[unit.pk]) if may_record else ""
    return HomePage(
        unit,
        answer=lacking(items, counted[unit.pk]),
        act=Link(_("Record an act"), record_url) if record_url else None,
        held=held_by(unit, items, scope.on, scope.tree),
        waiting=[waiting(name, scope.on, record_url) for name in open_names[:MOST_NAMES]],
        more=max(len(open_names) - MOST_NAMES, 0),
        errands=errands(scope),
        links=[
            Link(_("All names"), reverse("desk:names", args=[unit.pk])),
            Link(_("This week"), reverse("desk:friday", args=[unit.pk])),
            *paper_links(unit, may_record=may_record),
            *also(scope),
        ],
        todos=todos,
        due=due_lines(scope, unit, items),
    )


def paper_links(unit: Unit, *, may_record: bool) -> list[Link]:
    if not may_record:
        return []
    return [
        Link(_("Print a sheet"), reverse("desk:print-paper", args=[unit.pk])),
        Link(_("Type a sheet back"), reverse("desk:find-paper")),
    ]


def waiting(name: GapName, on: date, record_url: str) -> Waiting:
    found = show_of(name) is Show.TO_DO
    return Waiting(
        name=name.name,
        url=reverse("desk:member", args=[name.member]),
        circumstances=_(", ").join(label(TermCategory.CIRCUMSTANCE, kind) for kind in name.circumstances),
        lacks=lacked_by(name),
        waited=waited(name.since, on),
        visit_url=f"{record_url}?for={name.member}" if record_url and found else "",
    )


def overview_home(scope: Scope, unit: Unit, items: Sequence[Item], todos: Sequence[Todo]) -> HomePage:
    """The units beneath that still have people missing, in tree order, and what lies with them unhanded."""
    counted = table(unit, items, as_of=scope.on, tree=TreeView.THEN)
    short = {
        one: counts
        for one, counts in counted.items()
        if one != unit.pk and any(count.missing for count in counts.values())
    }
    today = Choice(scope.on, scope.on)
    rows = coverage_rows(scope, unit, counted=short, items=items, choice=today, tree=scope.tree)
    return HomePage(
        unit,
        answer=lacking(items, counted[unit.pk]),
        overview=of_items(items, rows, _("Nobody is missing.")),
        held=held_by(unit, items, scope.on, scope.tree),
        errands=errands(scope),
        links=[Link(_("The whole table"), reverse("desk:unit", args=[unit.pk])), *also(scope)],
        todos=todos,
        due=due_lines(scope, unit, items),
    )


def errands(scope: Scope) -> list[Errand]:
    """The units that the reader visits, in tree order: names may be read there, and no more."""
    return [
        Errand(
            scope.tree.nodes[one].name,
            reverse("desk:names", args=[one]),
            reverse("desk:record-act", args=[one]) if scope.allows(Right.RECORD, one) else "",
        )
        for one in scope.tree.order
        if one in scope.names and not scope.allows(Right.FIGURES, one)
    ]


def also(scope: Scope) -> list[Link]:
    """The units of further posts of the same person."""
    units = {post.unit_id: post.unit for post in scope.posts[1:] if scope.allows(Right.FIGURES, post.unit)}
    return [Link(unit.name, reverse("desk:unit", args=[key])) for key, unit in units.items() if unit != scope.home]


def doors(scope: Scope) -> list[Link]:
    """The one or two pages of a post that looks after logins or the journal."""
    links = []
    if scope.home and scope.home.pk in scope.lesson_units:
        links.append(
            Link(
                _("Record: {part}").format(part=label(TermCategory.PART, LESSON)),
                reverse("desk:record-act", args=[scope.home.pk]),
            )
        )
        links.append(Link(_("Acts"), reverse("desk:ledger")))
    if scope.allows(Right.ACCOUNTS):
        links.append(Link(_("Who can sign in?"), reverse("desk:accounts")))
    if scope.allows(Right.JOURNAL):
        links.append(Link(_("What was done, and by whom?"), reverse("desk:journal")))
    return links
