"""The temporal tree out of its events: who stood, under whom and as what, between which dates.

Pure: events in, ``History`` out. Events are taken by (date, number) and each must fit the tree that those before it
left. Whatever stands has a standing parent, up to one root, after every event and so on every date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Literal, TypeVar

from qisong.org.terms import Verb

CLOSING = frozenset({Verb.MERGE, Verb.SPLIT, Verb.CLOSE})

Fault = Literal[
    "second-root",
    "already-created",
    "not-standing",
    "parent-not-standing",
    "counterpart-not-standing",
    "root-stays",
    "loop",
    "into-itself",
    "open-children",
    "still-standing",
]


@dataclass(frozen=True, slots=True)
class Event:
    """One verb on one unit. ``counterpart``: what it merges into, or the unit that a new one was split from."""

    number: int
    on: date
    verb: Verb
    unit: int
    parent: int | None = None
    counterpart: int | None = None
    name: str = ""
    kind: str = ""
    traits: tuple[str, ...] | None = None


class Contradiction(Exception):  # noqa: N818 - it is an answer about the events
    """``event`` cannot have happened as told; ``other`` is the unit that stands in its way."""

    def __init__(self, event: Event, fault: Fault, other: int | None = None) -> None:
        super().__init__(f"{fault}: {event}")
        self.event = event
        self.fault = fault
        self.other = other


@dataclass(frozen=True, slots=True)
class State:
    name: str
    kind: str
    traits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a unit last closed, and where its people are to be looked for: what it merged into, or its last parent."""

    on: date
    verb: Verb
    heir: int


V = TypeVar("V")


@dataclass
class Course(Generic[V]):
    """What held from which day on; ``None`` where nothing held. Neighbouring steps differ in day and value."""

    steps: list[tuple[date, V | None]] = field(default_factory=list)

    @property
    def now(self) -> V | None:
        return self.steps[-1][1] if self.steps else None

    def set(self, day: date, value: V | None) -> None:
        if self.steps and self.steps[-1][0] == day:
            self.steps.pop()
        if value != self.now:
            self.steps.append((day, value))

    def spans(self) -> Iterator[tuple[date, date | None, V]]:
        """First day, first day after (``None``: still holding) and value of each stretch."""
        ends = (*(day for day, _ in self.steps[1:]), None)
        for (start, value), stop in zip(self.steps, ends, strict=False):
            if value is not None:
                yield start, stop, value


@dataclass
class History:
    """``latest`` is what each unit last was, standing or not; ``endings`` tells of those closed at the end."""

    states: dict[int, Course[State]] = field(default_factory=dict)
    parents: dict[int, Course[int]] = field(default_factory=dict)
    latest: dict[int, State] = field(default_factory=dict)
    endings: dict[int, Ending] = field(default_factory=dict)


def replay(events: Iterable[Event]) -> History:
    """The history that ``events`` tell; raises ``Contradiction`` at the first that does not fit."""
    replayer = Replayer()
    for event in sorted(events, key=lambda one: (one.on, one.number)):
        replayer.take(event)
    return replayer.history


class Replayer:
    """The tree of one moment, led from event to event."""

    def __init__(self) -> None:
        self.history = History()
        self.above: dict[int, int | None] = {}  # standing units only
        self.open_children: dict[int, int] = {}

    def take(self, event: Event) -> None:
        match event.verb:
            case Verb.CREATE:
                self.create(event)
            case Verb.REOPEN:
                self.reopen(event)
            case Verb.RENAME:
                self.rename(event)
            case Verb.MOVE:
                self.move(event)
            case Verb.MERGE | Verb.SPLIT | Verb.CLOSE:
                self.close(event)

    def create(self, event: Event) -> None:
        if event.unit in self.history.latest:
            raise Contradiction(event, "already-created")
        if event.parent is None and self.history.latest:
            raise Contradiction(event, "second-root")
        if event.counterpart is not None and event.counterpart not in self.above:
            raise Contradiction(event, "counterpart-not-standing", event.counterpart)
        if event.parent is None:
            self.above[event.unit] = None
        else:
            self.settle(event)
        self.become(event, State(event.name, event.kind, event.traits or ()))

    def reopen(self, event: Event) -> None:
        if event.unit in self.above:
            raise Contradiction(event, "still-standing")
        if event.unit not in self.history.latest:
            raise Contradiction(event, "not-standing")
        self.settle(event)
        self.become(event, self.history.latest[event.unit])
        del self.history.endings[event.unit]

    def rename(self, event: Event) -> None:
        self.require_standing(event)
        old = self.history.latest[event.unit]
        traits = old.traits if event.traits is None else event.traits
        self.become(event, State(event.name or old.name, event.kind or old.kind, traits))

    def move(self, event: Event) -> None:
        self.require_below_root(event)
        self.leave(event)
        self.settle(event)

    def close(self, event: Event) -> None:
        parent = self.require_below_root(event)
        if event.verb is Verb.MERGE and event.counterpart == event.unit:
            raise Contradiction(event, "into-itself")
        if event.verb is Verb.MERGE and event.counterpart not in self.above:
            raise Contradiction(event, "counterpart-not-standing", event.counterpart)
        if self.open_children.get(event.unit):
            raise Contradiction(event, "open-children", self.open_child(event.unit))
        self.leave(event)
        del self.above[event.unit]
        self.history.states[event.unit].set(event.on, None)
        self.history.parents[event.unit].set(event.on, None)
        heir = event.counterpart if event.verb is Verb.MERGE and event.counterpart else parent
        self.history.endings[event.unit] = Ending(event.on, event.verb, heir)

    def become(self, event: Event, state: State) -> None:
        self.history.latest[event.unit] = state
        self.history.states.setdefault(event.unit, Course()).set(event.on, state)

    def settle(self, event: Event) -> None:
        """Put the unit under the event's parent."""
        if event.parent is None or event.parent not in self.above:
            raise Contradiction(event, "parent-not-standing", event.parent)
        if event.unit in self.line(event.parent):
            raise Contradiction(event, "loop", event.parent)
        self.above[event.unit] = event.parent
        self.open_children[event.parent] = self.open_children.get(event.parent, 0) + 1
        self.history.parents.setdefault(event.unit, Course()).set(event.on, event.parent)

    def leave(self, event: Event) -> None:
        parent = self.above[event.unit]
        if parent is not None:
            self.open_children[parent] -= 1

    def line(self, unit: int) -> Iterator[int]:
        """The unit and all above it."""
        step: int | None = unit
        while step is not None:
            yield step
            step = self.above[step]

    def open_child(self, unit: int) -> int:
        return next(child for child, parent in self.above.items() if parent == unit)

    def require_standing(self, event: Event) -> None:
        if event.unit not in self.above:
            raise Contradiction(event, "not-standing")

    def require_below_root(self, event: Event) -> int:
        self.require_standing(event)
        parent = self.above[event.unit]
        if parent is None:
            raise Contradiction(event, "root-stays")
        return parent
