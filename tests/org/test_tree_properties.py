"""Random histories of the tree, back-dated and in any order, beside a model that a reader can check by eye."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from qisong.org import tending
from qisong.org.founding import found_site
from qisong.org.models import Unit, UnitEdge, UnitState
from qisong.org.replaying import Contradiction, Event, History, replay
from qisong.org.succession import succession
from qisong.org.tending import NewUnit
from qisong.org.terms import Verb
from qisong.org.tree import tree_on
from qisong.words.text import Refusal
from tests.counts import count
from tests.org.tree_model import Impossible, Snapshot, Standing, Told, TreeModel, demand, renamed

ROOT = "R"
FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(-1, 9)]  # the root stands from the second
KINDS = ["branch", "group"]
TRAITS = [frozenset[str](), frozenset({"village"}), frozenset({"village", "firm"})]
PRESET = {
    "code": "small",
    "unit-kinds": [
        {"code": "county", "zh": "县", "en": "county", "root": True},
        *({"code": code, "zh": code, "en": code} for code in KINDS),
    ],
    "traits": [{"code": code, "zh": code, "en": code} for code in ("village", "firm")],
}


class Step(NamedTuple):
    """One attempt; ``unit`` and ``other`` choose among the units known by then, and the rest fits or does not."""

    verb: Verb
    day: date
    unit: int
    other: int
    choice: int


def histories(least: int, most: int) -> st.SearchStrategy[list[Step]]:
    few = st.integers(0, 6)
    change = st.builds(Step, st.sampled_from(Verb), st.sampled_from(DAYS), few, few, st.integers(0, 5))
    return st.lists(change, min_size=least, max_size=most)


@st.composite
def grown_trees(draw: st.DrawFn) -> list[Told]:
    """A root with five units that stand from the first day in some shape."""
    told = [Told(FIRST, Verb.CREATE, ROOT, name="县", kind="county", traits=frozenset())]
    for number in range(1, 6):
        parent = draw(st.sampled_from([one.unit for one in told]))
        code = f"U{number}"
        told.append(Told(FIRST, Verb.CREATE, code, parent, name=code, kind="branch", traits=frozenset()))
    return told


def pick(units: list[str], number: int) -> str:
    return units[number % len(units)]


def subject(model: TreeModel, step: Step) -> str:
    """The unit that a step is about; for a reopening a closed one, if there is any, lest it hardly ever fits."""
    closed = [unit for unit in model.units() if unit not in model.on(step.day)]
    return pick(closed if closed and step.verb is Verb.REOPEN else model.units(), step.unit)


# ---- the pure replay: single events, fitting or not ----------------------------------------------------------------


def told_of(model: TreeModel, step: Step) -> Told:
    units = model.units()
    unit, other = subject(model, step), pick(units, step.other)
    kind, traits = KINDS[step.choice % 2], TRAITS[step.choice % 3]
    match step.verb:
        case Verb.CREATE:
            # Now and then once more what exists, or another root.
            code = unit if step.choice == 5 else f"U{len(units)}"
            parent = None if step.choice == 4 else other
            return Told(step.day, step.verb, code, parent, name=code, kind=kind, traits=traits)
        case Verb.RENAME:
            # The root keeps its kind.
            return Told(
                step.day, step.verb, unit, name=f"名{step.choice}", kind=None if unit == ROOT else kind, traits=traits
            )
        case Verb.MOVE | Verb.REOPEN:
            return Told(step.day, step.verb, unit, other)
        case Verb.MERGE:
            return Told(step.day, step.verb, unit, into=other)
        case _:
            return Told(step.day, step.verb, unit)


def events_of(told: list[Told]) -> list[Event]:
    numbers = {code: n for n, code in enumerate(dict.fromkeys(one.unit for one in told), 1)}

    def number(code: str | None) -> int | None:
        return None if code is None else numbers.get(code, 0)

    return [
        Event(
            n,
            one.on,
            one.verb,
            numbers[one.unit],
            number(one.parent),
            number(one.into),
            one.name or "",
            one.kind or "",
            None if one.traits is None else tuple(sorted(one.traits)),
        )
        for n, one in enumerate(told, 1)
    ]


def snapshot_of(history: History, told: list[Told], day: date) -> Snapshot:
    """What a history says of a day; more than one state or parent at once fails here."""
    codes = dict(enumerate(dict.fromkeys(one.unit for one in told), 1))
    tree = {}
    for unit, course in history.states.items():
        states = [state for start, stop, state in course.spans() if start <= day and (stop is None or day < stop)]
        spans = history.parents[unit].spans() if unit in history.parents else []
        parents = [codes[above] for start, stop, above in spans if start <= day and (stop is None or day < stop)]
        assert len(states) <= 1 >= len(parents)
        if states:
            [state] = states
            parent = parents[0] if parents else None
            tree[codes[unit]] = Standing(parent, state.name, state.kind, frozenset(state.traits))
        else:
            assert parents == []
    return tree


@pytest.mark.gate
@settings(max_examples=count(ci=300, full=20_000), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(grown_trees(), histories(5, 25))
def test_replay_agrees_with_the_model(grown: list[Told], history: list[Step]) -> None:
    model = TreeModel(grown)
    for step in history:
        told = told_of(model, step)
        try:
            model.tell(told)
        except Impossible:
            with pytest.raises(Contradiction):
                replay(events_of([*model.told, told]))
        else:
            event(f"accepted {told.verb}")
    result = replay(events_of(model.told))
    for course in [*result.states.values(), *result.parents.values()]:
        assert all(one[0] < two[0] and one[1] != two[1] for one, two in pairwise(course.steps))
    assert replay(reversed(events_of(model.told))) == result
    for day in DAYS:
        assert snapshot_of(result, model.told, day) == model.on(day)
    latest = {code: (one.name, one.kind, one.traits) for code, one in model.latest().items()}
    codes = list(dict.fromkeys(one.unit for one in model.told))
    assert {
        codes[unit - 1]: (state.name, state.kind, frozenset(state.traits)) for unit, state in result.latest.items()
    } == latest


# ---- the verbs, on the database ------------------------------------------------------------------------------------


def row(code: str | None) -> Unit | None:
    return Unit.objects.get(code=code) if code else None


def composed(model: TreeModel, step: Step) -> list[Told]:
    """All that a verb makes happen: the children of what closes go first, to where they will stand."""
    one = told_of(model, step)
    children = model.children(one.unit, step.day)
    if step.verb is Verb.MERGE:
        return [*(Told(step.day, Verb.MOVE, child, one.into) for child in children), one]
    if step.verb is Verb.SPLIT:
        standing = model.on(step.day).get(one.unit)
        codes = [f"U{len(model.units())}", f"U{len(model.units()) + 1}"]
        parts = [
            Told(
                step.day, Verb.CREATE, code, standing and standing.parent, name=code, kind="branch", traits=frozenset()
            )
            for code in codes
        ]
        # One time in six the children are forgotten, which only fits a unit that has none.
        kept = [] if step.choice == 0 else children
        return [*parts, *(Told(step.day, Verb.MOVE, child, codes[n % 2]) for n, child in enumerate(kept)), one]
    return [one]


def do(told: list[Told]) -> None:
    """The verb that makes these events happen."""
    one = told[-1]
    unit = {"by": None, "unit": Unit.objects.filter(code=one.unit).first(), "on": one.on}
    match one.verb:
        case Verb.CREATE:
            new = {"code": one.unit, "name": one.name, "kind": one.kind, "traits": sorted(one.traits or ())}
            tending.create_unit(by=None, on=one.on, parent=row(one.parent), **new)
        case Verb.RENAME:
            tending.rename_unit(**unit, name=one.name, kind=one.kind, traits=sorted(one.traits or ()))
        case Verb.MOVE:
            tending.move_unit(**unit, parent=row(one.parent))
        case Verb.MERGE:
            tending.merge_units(**unit, into=row(one.into))
        case Verb.SPLIT:
            parts = [event for event in told if event.verb is Verb.CREATE]
            tending.split_unit(
                **unit, into=[NewUnit(part.unit, part.unit, "branch", children=going(told, part)) for part in parts]
            )
        case Verb.CLOSE:
            tending.close_unit(**unit)
        case Verb.REOPEN:
            tending.reopen_unit(**unit, parent=row(one.parent))


def going(told: list[Told], part: Told) -> tuple[Unit, ...]:
    """The children that go beneath a part of a split."""
    codes = [event.unit for event in told if event.verb is Verb.MOVE and event.parent == part.unit]
    return tuple(Unit.objects.filter(code__in=codes))


def is_idle(model: TreeModel, one: Told) -> bool:
    """Whether a verb would change nothing, which it refuses."""
    standing = model.on(one.on).get(one.unit)
    if standing is None or one.verb not in {Verb.RENAME, Verb.MOVE}:
        return False
    changed = standing._replace(parent=one.parent) if one.verb is Verb.MOVE else renamed(standing, one)
    return changed == standing


def live(grown: list[Told], history: list[Step]) -> TreeModel:
    """Do a history on the database: what fits the model is done, what does not is refused."""
    model = TreeModel(grown)
    plans = [NewUnit(one.unit, one.name or "", one.kind or "", (), one.parent, one.on) for one in grown]
    tending.create_units(by=None, plans=plans)
    for step in history:
        told = composed(model, step)
        try:
            demand(not is_idle(model, told[-1]))
            model.tell(*told)
        except Impossible:
            with pytest.raises(Refusal):
                do(told)
        else:
            do(told)
            event(f"accepted {step.verb}")
    return model


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written within is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def database_on(day: date) -> Snapshot:
    codes = dict(Unit.objects.values_list("pk", "code"))
    edges = list(UnitEdge.objects.on(day).values_list("child_id", "parent_id"))
    states = list(UnitState.objects.on(day).values_list("unit_id", "name", "kind", "traits"))
    parents = dict(edges)
    assert (len(parents), len({state[0] for state in states})) == (len(edges), len(states))
    assert parents.keys() <= {state[0] for state in states}
    return {
        codes[unit]: Standing(codes.get(parents.get(unit, 0)), name, kind, frozenset(traits))
        for unit, name, kind, traits in states
    }


def compare_day(model: TreeModel, day: date) -> None:
    codes = dict(Unit.objects.values_list("pk", "code"))
    tree = tree_on(day)
    subtrees = model.subtrees(day)
    assert database_on(day) == model.on(day)
    assert [codes[unit] for unit in tree.order] == subtrees.get(ROOT, [])
    assert {codes[unit]: [codes[below] for below in tree.subtree(unit)] for unit in tree.nodes} == subtrees


def compare_succession(model: TreeModel, day: date, today: date) -> None:
    codes = dict(Unit.objects.values_list("pk", "code"))
    found = succession(day, today)
    heirs = {codes[unit]: codes[heir] for unit, heir in found.heirs.items()}
    assert heirs == model.successors(day, today)
    assert {codes[unit]: split for unit, split in found.splits.items()} == model.splits(day, today)
    assert set(heirs.values()) <= set(model.on(today))


@pytest.fixture
def _site(db: None) -> None:
    found_site(name="县", code=ROOT, preset=PRESET)


@pytest.mark.gate
@pytest.mark.postgres
@pytest.mark.usefixtures("_site")
@settings(
    max_examples=count(ci=100, full=3_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(grown_trees(), histories(3, 12), st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_verbs_agree_with_the_model(grown: list[Told], history: list[Step], one: date, other: date) -> None:
    with undone():
        model = live(grown, history)
        for day in DAYS:
            compare_day(model, day)
        compare_succession(model, min(one, other), max(one, other))
        compare_succession(model, DAYS[1], DAYS[-1])
        latest = {code: (unit.name, unit.kind, unit.traits) for code, unit in model.latest().items()}
        rows = Unit.objects.values_list("code", "name", "kind", "traits")
        assert {code: (name, kind, frozenset(traits)) for code, name, kind, traits in rows} == latest
