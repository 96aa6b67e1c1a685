"""How many cases were opened, found, closed and overdue on a day, for units with all beneath them, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from qisong.casework.deadlines import in_bucket, spread, up_to
from qisong.casework.models import Finding, Step
from qisong.casework.reach import case_units
from qisong.casework.terms import WAITING, Bucket, Kind, Move, State
from qisong.org.remembering import remembered_and_mended
from qisong.org.scope import Scope
from qisong.org.succession import heirs_of_closed
from qisong.org.terms import TreeView
from qisong.org.tree import Tree, tree_on

AWAITING = Q(state__in=WAITING)
ROLLED_UP = (Kind.TRACING, Kind.FINDING, Kind.LIFTING)  # what somebody found in themselves is nobody's figure
ABOUT_CONTACT = (Move.FIND, Move.GIVE_UP, Move.RETURN, Move.REOPEN)
# What the steps until then say: a search taken up again later takes nothing from an earlier day.
TOLD = Step.objects.filter(case=OuterRef("case"), number__lte=OuterRef("number"), move__in=ABOUT_CONTACT)
SPOKEN_WITH = Q(state__in=(State.FOUND, State.PROPOSED, State.CLOSED)) & Q(
    Exact(Subquery(TOLD.order_by("-number").values("move")[:1]), Move.FIND.value)
)


@dataclass
class Tally:
    """Cases of a unit with all beneath it. ``opened`` counts every case that was not withdrawn."""

    opened: int = 0
    waiting: int = 0  # for somebody else's word
    found: int = 0  # spoken with, confirmed or to be confirmed
    buckets: Counter[Bucket] = field(default_factory=Counter)

    @property
    def closed(self) -> int:
        return self.buckets[Bucket.CLOSED]

    @property
    def overdue(self) -> int:
        return self.buckets[Bucket.OVERDUE]

    def add(self, state: str, n: int, buckets: Mapping[Bucket, int]) -> None:
        self.opened += n
        self.waiting += n if state in WAITING else 0
        self.buckets.update(buckets)

    def join(self, other: Tally) -> None:
        self.opened += other.opened
        self.waiting += other.waiting
        self.found += other.found
        self.buckets.update(other.buckets)


OwnTallies = dict[Kind, dict[int, Tally]]  # of each unit alone


@dataclass(frozen=True)
class Asked:
    """Cases of one kind as they stood at the end of ``on``, by the tree of that day, or (``now``) of today."""

    kind: Kind
    on: date
    view: TreeView = TreeView.THEN

    def tree(self, scope: Scope) -> Tree:
        return scope.tree if self.view is TreeView.NOW or self.on == scope.on else tree_on(self.on)


def tallies(scope: Scope, asked: Asked, units: Sequence[int]) -> dict[int, Tally]:
    """Of each of ``units`` with everything beneath it."""
    tree, told = asked.tree(scope), reach(scope, asked.kind)
    held, place = told if asked.kind != Kind.LIFTING else reach(scope, Kind.FINDING), placing(tree)
    own: dict[int, Tally] = {}
    for unit, tally in own_tallies(asked.on, held)[asked.kind].items():
        if told is None or unit in told:
            own.setdefault(place(unit), Tally()).join(tally)
    return {unit: total(own, tree.subtree(unit)) for unit in units}


def counted(on: date, units: frozenset[int] | None) -> OwnTallies:
    """All kinds that are rolled up: a page shows them together, and they are counted together."""
    standing = Step.objects.standing(on).filter(kind__in=ROLLED_UP).exclude(state=State.WITHDRAWN).order_by()
    if units is not None:
        standing = standing.filter(unit__in=units)
    # By kind, unit and state, as an index has them: a bucket in the grouping would make the database sort.
    rows = standing.values_list("kind", "unit", "state")
    found: OwnTallies = {kind: {} for kind in ROLLED_UP}
    for kind, unit, state, n, *due in rows.annotate(n=Count("pk"), **up_to(on)):
        found[Kind(kind)].setdefault(unit, Tally()).add(state, n, spread(state, n, due))
    spoken = standing.filter(SPOKEN_WITH, kind=Kind.TRACING)
    for unit, n in spoken.values_list("unit").annotate(n=Count("pk")):
        found[Kind.TRACING].setdefault(unit, Tally()).found += n
    return found


def counted_again(own: OwnTallies, cases: frozenset[str], on: date, units: frozenset[int] | None) -> OwnTallies:
    """Of the units where ``cases`` are or ever were, for a search goes with its member."""
    steps = Step.objects.filter(case__in=[UUID(case) for case in cases])
    changed = frozenset(steps.order_by().values_list("unit", flat=True).distinct())
    anew = counted(on, changed if units is None else changed & units)
    return {
        kind: {unit: tally for unit, tally in own[kind].items() if unit not in changed} | anew[kind]
        for kind in ROLLED_UP
    }


@remembered_and_mended("case", counted_again)
def own_tallies(on: date, units: frozenset[int] | None) -> OwnTallies:
    """Of each unit alone, among ``units`` (None: of the whole county)."""
    return counted(on, units)


def reach(scope: Scope, kind: Kind) -> frozenset[int] | None:
    """Units whose cases of ``kind`` the reader handles (None: all there are); of lax branches only those beneath."""
    handled = case_units(scope)
    if kind == Kind.LIFTING:
        handled &= case_units(scope, scope.confidential)
    return None if scope.county is not None and handled >= scope.county else handled


def reached(scope: Scope, kind: Kind) -> Q:
    """Steps that ``reach`` reaches."""
    units = reach(scope, kind)
    return Q() if units is None else Q(unit__in=units)


def standing_cases(scope: Scope, asked: Asked, unit: int, bucket: Bucket | None = None) -> QuerySet[Step]:
    """The cases behind a figure of ``tallies``, each as it stood that day (``step.case`` as it stands today): what is
    due first comes first.
    """
    tree = asked.tree(scope)
    within = set(tree.subtree(unit))
    closed = {one for one, heir in heirs_of_closed(tree.on).items() if heir in within and one not in tree.nodes}
    here = scope.among(frozenset(within | closed))
    steps = Step.objects.standing(asked.on).filter(reached(scope, asked.kind), here, kind=asked.kind)
    steps = steps.exclude(state=State.WITHDRAWN)
    if bucket is not None:
        steps = steps.filter(in_bucket(bucket, asked.on))
    return steps.order_by(F("due_on").asc(nulls_last=True), "pk")


def told_in_full(steps: Sequence[int]) -> list[Step]:
    """These steps in their order, with all that a list says of them. To ask for a page's keys first spares joining
    a county's hundred thousand problems only to sort them.
    """
    parts = ("owner", "case__unit", "case__member__person", "case__owner", "case__tracing", "case__finding")
    found = Step.objects.select_related(*parts).in_bulk(steps)
    return [found[step] for step in steps]


def problems_by_aspect() -> dict[str, int]:
    """Aspect → how many problems of units were ever written down under it, wherever; nobody's own."""
    problems = Finding.objects.filter(case__kind=Kind.FINDING).exclude(case__state=State.WITHDRAWN).order_by()
    return dict(problems.values_list("aspect").annotate(n=Count("pk")))


def placing(tree: Tree) -> Callable[[int], int]:
    """Where the cases of any unit are in ``tree``: those of one that stands no more are its heir's."""
    heirs = heirs_of_closed(tree.on)
    return lambda unit: unit if unit in tree.nodes else heirs.get(unit, unit)


def total(own: dict[int, Tally], subtree: Sequence[int]) -> Tally:
    whole = Tally()
    for unit in subtree:
        if unit in own:
            whole.join(own[unit])
    return whole
