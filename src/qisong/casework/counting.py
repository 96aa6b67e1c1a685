"""How many cases were opened, found, closed and overdue on a day, for units with all beneath them, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from qisong.casework.deadlines import bucket_of, in_bucket
from qisong.casework.models import Step
from qisong.casework.reach import case_units
from qisong.casework.terms import WAITING, Bucket, Kind, Move, State
from qisong.org.scope import Scope
from qisong.org.succession import heirs_of_closed
from qisong.org.terms import TreeView
from qisong.org.tree import Tree, tree_on

ROLLED_UP = (Kind.TRACING, Kind.FINDING, Kind.LIFTING)  # what somebody found in themselves is nobody's figure
ABOUT_CONTACT = (Move.FIND, Move.GIVE_UP, Move.RETURN, Move.REOPEN)


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

    def add(self, state: str, bucket: Bucket | None, found: int, n: int) -> None:
        if bucket is None:
            return
        self.opened += n
        self.waiting += n if state in WAITING else 0
        self.found += found
        self.buckets[bucket] += n

    def join(self, other: Tally) -> None:
        self.opened += other.opened
        self.waiting += other.waiting
        self.found += other.found
        self.buckets.update(other.buckets)


@dataclass(frozen=True)
class Asked:
    """Cases of one kind as they stood at the end of ``on``, by the tree of that day, or (``now``) of today."""

    kind: Kind
    on: date
    view: TreeView = TreeView.THEN

    def tree(self, scope: Scope) -> Tree:
        return tree_on(self.on if self.view is TreeView.THEN else scope.on)


def tallies(scope: Scope, asked: Asked, units: Sequence[int]) -> dict[int, Tally]:
    """Of each of ``units`` with everything beneath it."""
    tree = asked.tree(scope)
    own: dict[int, Tally] = {}
    for unit, state, due_on, found, n in counted(scope, asked.kind, asked.on):
        tally = own.setdefault(placed(unit, tree), Tally())
        tally.add(state, bucket_of(state, due_on, asked.on), found, n)
    return {unit: total(own, tree.subtree(unit)) for unit in units}


def counted(scope: Scope, kind: Kind, on: date) -> Iterator[tuple[int, str, date | None, int, int]]:
    """Unit, state, deadline, how many of them were spoken with, how many. Only a search asks who was spoken with."""
    standing = Step.objects.standing(on).filter(reached(scope, kind), kind=kind).order_by()
    grouped = standing.values_list("unit", "state", "due_on").annotate(n=Count("pk"))
    spoken = Counter(spoken_with(standing)) if kind == Kind.TRACING else Counter()
    for unit, state, due_on, n in grouped:
        yield unit, state, due_on, spoken[unit, state, due_on], n


def spoken_with(standing: QuerySet[Step]) -> Iterable[tuple[int, str, date | None]]:
    """What the steps until then say: a search taken up again later takes nothing from an earlier day."""
    told = Step.objects.filter(case=OuterRef("case"), number__lte=OuterRef("number"), move__in=ABOUT_CONTACT)
    latest = Subquery(told.order_by("-number").values("move")[:1])
    found = standing.filter(state__in=(State.FOUND, State.PROPOSED, State.CLOSED)).alias(told=latest)
    return found.filter(told=Move.FIND).values_list("unit", "state", "due_on")


def reached(scope: Scope, kind: Kind) -> Q:
    """Steps in units whose cases of ``kind`` the reader handles; of lax branches only those above them."""
    handled = case_units(scope)
    return scope.among(handled & case_units(scope, scope.confidential) if kind == Kind.LIFTING else handled)


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
    parts = ("case__unit", "case__member__person", "case__owner", "case__tracing", "case__finding")
    return steps.select_related(*parts).order_by("due_on", "case")


def placed(unit: int, tree: Tree) -> int:
    return unit if unit in tree.nodes else heirs_of_closed(tree.on).get(unit, unit)


def total(own: dict[int, Tally], subtree: Sequence[int]) -> Tally:
    whole = Tally()
    for unit in subtree:
        if unit in own:
            whole.join(own[unit])
    return whole
